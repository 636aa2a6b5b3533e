/** What an author may write in a field of the Kubernetes API: mostly right values, and some that are slightly wrong. */
export interface FieldValues {
  readonly right: readonly (string | number | boolean)[];
  readonly wrong?: readonly (string | number | boolean)[];
}

const names: FieldValues = {
  right: ['a', 'sample', 'two-words', 'x1'],
  wrong: ['Upper', 'under_score', '-a', '', 'a.b', 'a'.repeat(64), 'with space'],
};
const objectNames: FieldValues = {
  right: ['a', 'sample', 'two.parts', 'a-1'],
  wrong: ['Upper', 'under_score', 'a..b', '', 'a'.repeat(254), 'a/b'],
};
const keys: FieldValues = {
  right: ['key', 'tls.crt', 'a_b', '.hidden', 'A-1'],
  wrong: ['', 'a/b', '..', '.', 'with space', '..data'],
};
const relativePaths: FieldValues = {
  right: ['a', 'a/b', 'file.txt', '.hidden'],
  wrong: ['/a', '../a', 'a/../b', '..a', '', './a', 'a/..'],
};
const absolutePaths: FieldValues = {
  right: ['/a', '/data', '/var/lib/x', '/b/'],
  wrong: ['a', '', './a', '/a:b', '/', '/a/../b'],
};
const modes: FieldValues = { right: [0o400, 0o444, 0o777, 0], wrong: [512, 644, -1, 0o1777, 420.5] };
const ports: FieldValues = { right: [80, 8080, 65535, 1], wrong: [0, -1, 65536, 99999, 80.5] };
const portNames: FieldValues = {
  right: ['http', 'metrics', 'a-1', 'x'],
  wrong: ['HTTP', 'a--b', '80', 'longer-than-fifteen', '', 'a_b'],
};
const portRefs: FieldValues = {
  right: [80, 8080, 'http', 'metrics'],
  wrong: [0, 70000, 'HTTP', 'no-such', '80', ''],
};
const counts: FieldValues = { right: [1, 2, 5, 30], wrong: [0, -1, 2 ** 31, 1.5] };
const ids: FieldValues = { right: [0, 1, 65534, 2147483647], wrong: [-1, 2147483648, 1.5] };
const quantities: FieldValues = {
  right: ['1', '100m', '64Mi', '1Gi', '0.5', '1e3'],
  wrong: ['64MB', 'lots', '', '-1', '1 Gi', '1.', '+1', '0', '1n', '12e', '.5'],
};
const hugeNumbers: FieldValues = { right: ['1Gi', '500M'], wrong: ['1Ei', '9999999Ei', '100Ti'] };
const images: FieldValues = {
  right: ['example.com/a:1', 'a:1', 'registry:5000/a/b@sha256:0123'],
  wrong: ['', ' a:1', 'a:1 ', 'a b'],
};
const fieldPaths: FieldValues = {
  right: [
    'metadata.name',
    'metadata.namespace',
    'metadata.uid',
    "metadata.labels['app']",
    "metadata.annotations['example.com/a']",
    'spec.nodeName',
    'spec.serviceAccountName',
    'status.podIP',
    'status.hostIP',
    'status.podIPs',
    'metadata.labels',
    'metadata.annotations',
  ],
  wrong: [
    'metadata.nam',
    'metadata',
    '',
    "metadata.labels['']",
    'spec.host',
    "metadata.labels['Upper!']",
    'spec',
  ],
};
const resources: FieldValues = {
  right: ['limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory', 'limits.ephemeral-storage'],
  wrong: ['cpu', 'limits.gpu', 'limits.hugepages-2Mi', '', 'limits'],
};
const texts: FieldValues = { right: ['a', 'sample', 'Two words'], wrong: ['', 'a\nb', 'é', 'a'.repeat(300)] };
const oneOf = (right: readonly string[], wrong: readonly string[] = []): FieldValues => ({
  right,
  wrong: [...wrong, '', right[0]?.toLowerCase() ?? '', `${right[0]} `],
});

/** By type and field, by the last part of the field's name, or by what kind of value it is. */
const byField: Readonly<Record<string, FieldValues>> = {
  'AppArmorProfile.type': oneOf(['RuntimeDefault', 'Unconfined', 'Localhost']),
  'AppArmorProfile.localhostProfile': { right: ['profile', 'a-b'], wrong: ['', ' a', 'a '] },
  'AzureDiskVolumeSource.cachingMode': oneOf(['None', 'ReadOnly', 'ReadWrite']),
  'AzureDiskVolumeSource.kind': oneOf(['Managed', 'Shared', 'Dedicated']),
  'AzureDiskVolumeSource.diskURI': { right: ['/subscriptions/a', 'https://a/b'], wrong: ['', 'a'] },
  'Capabilities.add': {
    right: ['NET_ADMIN', 'SYS_TIME', 'ALL'],
    wrong: ['net_admin', '', 'CAP_X', 'CAP_SYS_ADMIN'],
  },
  'Capabilities.drop': { right: ['ALL', 'NET_RAW'], wrong: ['all', ''] },
  'CSIVolumeSource.driver': {
    right: ['csi.example.com', 'a'],
    wrong: ['', 'a_b', 'a/b', 'a'.repeat(64), 'A.B'],
  },
  'ConfigMapKeySelector.key': keys,
  'SecretKeySelector.key': keys,
  'KeyToPath.key': keys,
  'KeyToPath.path': relativePaths,
  'Container.image': images,
  'Container.imagePullPolicy': oneOf(['Always', 'IfNotPresent', 'Never']),
  'Container.terminationMessagePolicy': oneOf(['File', 'FallbackToLogsOnError']),
  'Container.terminationMessagePath': absolutePaths,
  'Container.workingDir': absolutePaths,
  'ContainerPort.name': portNames,
  'ContainerPort.protocol': oneOf(['TCP', 'UDP', 'SCTP'], ['tcp', 'HTTP']),
  'ContainerPort.containerPort': ports,
  'ContainerPort.hostPort': ports,
  'ContainerPort.hostIP': { right: ['127.0.0.1', '::1'], wrong: ['localhost', '', '1.2.3', '01.2.3.4'] },
  'ContainerResizePolicy.resourceName': oneOf(['cpu', 'memory'], ['ephemeral-storage']),
  'ContainerResizePolicy.restartPolicy': oneOf(['NotRequired', 'RestartContainer'], ['Never']),
  'EmptyDirVolumeSource.medium': oneOf(['Memory', 'HugePages', 'HugePages-2Mi'], ['SSD', 'HugePages-']),
  'EnvFromSource.prefix': { right: ['A_', 'a'], wrong: ['', 'a=b', 'é', '1'] },
  'EnvVar.name': { right: ['A', 'LOG_LEVEL', 'a.b', 'B'], wrong: ['', 'A=B', 'é', 'has space', '1A'] },
  'FileKeySelector.key': { right: ['A'], wrong: ['', 'A=B'] },
  'FileKeySelector.path': relativePaths,
  'FlockerVolumeSource.datasetName': { right: ['a'], wrong: ['a/b'] },
  'GRPCAction.port': ports,
  'HTTPGetAction.scheme': oneOf(['HTTP', 'HTTPS']),
  'HTTPHeader.name': { right: ['X-A', 'Host'], wrong: ['', 'a b', 'a:b', 'X_A', 'é'] },
  'HTTPGetAction.path': { right: ['/', '/ready', 'ready'], wrong: ['', '%'] },
  'HostPathVolumeSource.path': absolutePaths,
  'HostPathVolumeSource.type': oneOf(['Directory', 'Socket', 'FileOrCreate']),
  'ISCSIVolumeSource.iqn': {
    right: ['iqn.2001-04.com.example:a', 'eui.02004567A425678D', 'naa.62004567BA64678D'],
    wrong: ['iqn', 'a', ''],
  },
  'ISCSIVolumeSource.initiatorName': { right: ['iqn.2001-04.com.example:a'], wrong: ['iqn', 'a', ''] },
  'ISCSIVolumeSource.lun': { right: [0, 1, 255], wrong: [-1, 256] },
  'ImageVolumeSource.pullPolicy': oneOf(['Always', 'Never']),
  'ImageVolumeSource.reference': images,
  'Lifecycle.stopSignal': oneOf(['SIGTERM', 'SIGINT'], ['TERM', '15']),
  'LabelSelectorRequirement.operator': oneOf(['In', 'NotIn', 'Exists', 'DoesNotExist'], ['Equals']),
  'LabelSelectorRequirement.key': { right: ['a', 'example.com/a'], wrong: ['', 'a/b/c', 'a b'] },
  'NFSVolumeSource.path': absolutePaths,
  'ObjectFieldSelector.apiVersion': oneOf(['v1'], ['v2', 'apps/v1']),
  'ObjectFieldSelector.fieldPath': fieldPaths,
  'PersistentVolumeClaimSpec.accessModes': oneOf(
    ['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteOncePod'],
    ['RWO'],
  ),
  'PersistentVolumeClaimSpec.volumeMode': oneOf(['Filesystem', 'Block']),
  'PodCertificateProjection.keyType': oneOf(['ED25519', 'RSA3072'], ['RSA']),
  'PodCertificateProjection.maxExpirationSeconds': { right: [3600, 86400], wrong: [60, 1e9] },
  'PodCertificateProjection.signerName': {
    right: ['example.com/a'],
    wrong: ['', 'a', 'kubernetes.io/x', 'a/b/c'],
  },
  'Probe.successThreshold': { right: [1, 1, 1], wrong: [2, 0, -1] },
  'Probe.terminationGracePeriodSeconds': { right: [1, 30], wrong: [0, -1] },
  'QuobyteVolumeSource.registry': { right: ['a:1', 'a:1,b:2'], wrong: ['a', '', 'a:1,b'] },
  'ResourceFieldSelector.divisor': { right: ['1', '1Mi', '1m'], wrong: ['2', '', '1Pi', '100m'] },
  'ResourceFieldSelector.resource': resources,
  'ResourceFieldSelector.containerName': { right: ['app'], wrong: ['nobody', ''] },
  'ResourceClaim.name': { right: ['a'], wrong: [''] },
  'SELinuxOptions.type': { right: ['spc_t'], wrong: [''] },
  'ScaleIOVolumeSource.storageMode': { right: ['ThinProvisioned'], wrong: ['', 'Thin'] },
  'SeccompProfile.type': oneOf(['RuntimeDefault', 'Unconfined', 'Localhost'], ['Default']),
  'SeccompProfile.localhostProfile': { right: ['profiles/a.json'], wrong: ['/a', '../a', ''] },
  'SecurityContext.procMount': oneOf(['Default', 'Unmasked']),
  'SecurityContext.runAsGroup': ids,
  'SecurityContext.runAsUser': ids,
  'ServiceAccountTokenProjection.expirationSeconds': { right: [600, 3600], wrong: [60, 599, -1, 2 ** 33] },
  'SleepAction.seconds': { right: [1, 5, 30], wrong: [0, -1, 3600, 31] },
  'VolumeMount.mountPath': absolutePaths,
  'VolumeMount.mountPropagation': oneOf(['None', 'HostToContainer'], ['Bidirectional', 'Shared']),
  'VolumeMount.recursiveReadOnly': oneOf(['Disabled', 'IfPossible'], ['Enabled', 'true']),
  'VolumeMount.subPath': relativePaths,
  'VolumeMount.subPathExpr': { right: ['$(A)', 'a'], wrong: ['/a', '../a', ''] },
  'VolumeDevice.devicePath': absolutePaths,
  'WindowsSecurityContextOptions.runAsUserName': { right: ['ContainerUser'], wrong: ['', 'a/b', 'a\\b\\c'] },
};

const bySuffix: readonly (readonly [pattern: RegExp, values: FieldValues])[] = [
  [/\.(port)$/, portRefs],
  [/(Projection|VolumeFile|VolumeSource|Projection)\.(path|\w+Path)$/, relativePaths],
  [/(ode)$/, modes],
  [/(partition|lun)$/, { right: [0, 1, 255], wrong: [-1, 256] }],
  [/Seconds$|Threshold$/, counts],
  [/^(ResourceRequirements|VolumeResourceRequirements)\.|sizeLimit$/, quantities],
  [
    /(secretName|claimName)$|Ref\.name$|(Selector|EnvSource|Projection|VolumeSource|ObjectReference)\.name$/,
    objectNames,
  ],
  [/(volumeName|VolumeMount\.name|VolumeDevice\.name|Volume\.name)$/, names],
];

/** The values of a field, of a type that takes texts or numbers or booleans. */
export function valuesOf(type: string, field: string, code: string): FieldValues {
  const place = `${type}.${field}`;
  const known = byField[place] ?? bySuffix.find(([pattern]) => pattern.test(place))?.[1];
  if (code === 'boolean') return { right: [true, false] };
  if (code === 'IntOrString') return portRefs;
  if (code === 'number') return known?.right.some(value => typeof value === 'number') ? known : counts;
  return known ?? (place.endsWith('Limit') ? hugeNumbers : texts);
}

/** The keys of a map of texts. */
export function keysOf(type: string): FieldValues {
  if (/ResourceRequirements$/.test(type)) {
    return {
      right: type.startsWith('Volume')
        ? ['storage']
        : ['cpu', 'memory', 'ephemeral-storage', 'example.com/gpu'],
      wrong: ['storage', 'CPU', 'gpu', 'kubernetes.io/x', 'hugepages-2Mi', 'requests.cpu', 'pods', 'a/b/c'],
    };
  }
  return { right: ['a', 'example.com/a', 'team'], wrong: ['', 'a b', 'a/b/c', '-a', 'a'.repeat(64)] };
}
