import { describe, expect, it } from 'vitest';
import { problemsWith } from './problems-with.ts';

describe('a value that the API server refuses in its field', () => {
  it.each([
    [
      'container: {image: "a:1", resources: {requests: {memory: 64MB}}}',
      [
        '7:60: spec.container.resources.requests.memory: expected a quantity such as 100m, 64Mi or 2Gi, got "64MB"; did you mean "64Mi"?',
      ],
    ],
    [
      'container: {image: "a:1", resources: {limits: {cpu: "-1"}}}',
      [
        '7:55: spec.container.resources.limits.cpu: expected a quantity such as 100m, 64Mi or 2Gi, got "-1"; an amount is not negative',
      ],
    ],
    [
      'container: {image: "a:1", resources: {limits: {gpu: "1"}}}',
      [
        '7:50: spec.container.resources.limits.gpu: expected cpu, memory, ephemeral-storage, hugepages-2Mi or an extended resource such as example.com/gpu, got "gpu"',
      ],
    ],
    [
      'volumes: [{name: "${name}-v", emptyDir: {sizeLimit: 1 Gi}}]\ncontainer: {image: "a:1"}',
      ['7:55: spec.volumes[0].emptyDir.sizeLimit: expected a quantity such as 100m, 64Mi or 2Gi, got "1 Gi"'],
    ],
    [
      'volumes: [{name: "${name}-v", emptyDir: {medium: memory}}]\ncontainer: {image: "a:1"}',
      ['7:52: spec.volumes[0].emptyDir.medium: expected Memory, HugePages or HugePages-2Mi, got "memory"'],
    ],
    [
      'volumes: [{name: "${name}-v", secret: {secretName: a, defaultMode: 644}}]\ncontainer: {image: "a:1"}',
      [
        '7:70: spec.volumes[0].secret.defaultMode: expected the rights of a file, from 0 to 0777 in octal; 644 is 01204 in octal; write 0644',
      ],
    ],
    [
      'volumes: [{name: "${name}-v", secret: {secretName: a, defaultMode: 0888}}]\ncontainer: {image: "a:1"}',
      ['7:70: spec.volumes[0].secret.defaultMode: 0888 is no octal number: its digits go from 0 to 7'],
    ],
    [
      'volumes: [{name: "${name}-v", secret: {secretName: a, defaultMode: "0400"}}]\ncontainer: {image: "a:1"}',
      [
        '7:70: spec.volumes[0].secret.defaultMode: expected the rights of a file, got the text "0400"; write 0400 without quotes',
      ],
    ],
    [
      'volumes: [{name: "${name}-v", configMap: {name: a, items: [{key: a, path: ../b, mode: 01000}]}}]\ncontainer: {image: "a:1"}',
      [
        '7:77: spec.volumes[0].configMap.items[0].path: expected a relative path that does not begin with ".." and has no ".." segments, got "../b"',
        '7:89: spec.volumes[0].configMap.items[0].mode: expected the rights of a file, from 0 to 0777 in octal, got 01000',
      ],
    ],
    [
      'volumes: [{name: "${name}-v", configMap: {name: a, items: [{key: "a b", path: b}]}}]\ncontainer: {image: "a:1"}',
      [
        '7:68: spec.volumes[0].configMap.items[0].key: expected a key of a Secret or ConfigMap: letters, digits, ".", "_" and "-", not beginning with "..", got "a b"',
      ],
    ],
    [
      'volumes: [{name: "${name}-v", configMap: {name: My_Map}}]\ncontainer: {image: "a:1"}',
      [
        '7:51: spec.volumes[0].configMap.name: expected the name of a ConfigMap: lower-case letters, digits, "-" and ".", got "My_Map"',
      ],
    ],
    [
      'volumes: [{name: "${name}-v", secret: {}}]\ncontainer: {image: "a:1"}',
      ['7:41: spec.volumes[0].secret: the key "secretName" is missing'],
    ],
    [
      'volumes: [{name: "${name}_v", emptyDir: {}}]\ncontainer: {image: "a:1"}',
      [
        '7:20: spec.volumes[0].name: no value of ${name} fits here: expected a name of lower-case letters, digits and "-", at most 63 characters, got "logs_v"',
      ],
    ],
    [
      'volumes: [{name: "${name}-v", hostPath: {path: /a/../b}}]\ncontainer: {image: "a:1"}',
      ['7:50: spec.volumes[0].hostPath.path: expected an absolute path without ".." segments, got "/a/../b"'],
    ],
    [
      'volumes: [{name: "${name}-v", hostPath: {path: /a, type: Dir}}]\ncontainer: {image: "a:1"}',
      [
        '7:60: spec.volumes[0].hostPath.type: expected one of Directory, DirectoryOrCreate, File, FileOrCreate, Socket, CharDevice, BlockDevice, got "Dir"',
      ],
    ],
    [
      'volumes: [{name: "${name}-v", projected: {sources: [{serviceAccountToken: {path: token, expirationSeconds: 60}}]}}]\ncontainer: {image: "a:1"}',
      [
        '7:110: spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds: expected a number from 600 to 4294967296, got 60',
      ],
    ],
    [
      'volumes: [{name: "${name}-v", persistentVolumeClaim: {claimName: A}}]\ncontainer: {image: "a:1"}',
      [
        '7:68: spec.volumes[0].persistentVolumeClaim.claimName: expected the name of a PersistentVolumeClaim: lower-case letters, digits, "-" and ".", got "A"',
      ],
    ],
    [
      'volumes: [{name: "${name}-v", csi: {driver: "a b"}}]\ncontainer: {image: "a:1"}',
      [
        '7:47: spec.volumes[0].csi.driver: expected the name of a CSI driver, such as csi.example.com, of at most 63 characters, got "a b"',
      ],
    ],
    [
      'container: {image: "a:1", ports: [{containerPort: 99999}]}',
      ['7:53: spec.container.ports[0].containerPort: expected a number from 1 to 65535, got 99999'],
    ],
    [
      'container: {image: "a:1", ports: [{containerPort: 0}]}',
      ['7:53: spec.container.ports[0].containerPort: expected a number from 1 to 65535, got 0'],
    ],
    [
      'container: {image: "a:1", ports: [{containerPort: 80, protocol: tcp}]}',
      [
        '7:67: spec.container.ports[0].protocol: expected one of TCP, UDP, SCTP, got "tcp"; did you mean "TCP"?',
      ],
    ],
    [
      'container: {image: "a:1", ports: [{containerPort: 80, name: much-too-long-a-name}]}',
      [
        '7:63: spec.container.ports[0].name: expected at most 15 lower-case letters, digits and single "-" inside, with a letter among them, got "much-too-long-a-name"',
      ],
    ],
    [
      'container: {image: "a:1", ports: [{containerPort: 80, name: a--b}]}',
      [
        '7:63: spec.container.ports[0].name: expected at most 15 lower-case letters, digits and single "-" inside, with a letter among them, got "a--b"',
      ],
    ],
    [
      'container: {image: "a:1", ports: [{containerPort: 80, name: "80"}]}',
      [
        '7:63: spec.container.ports[0].name: expected at most 15 lower-case letters, digits and single "-" inside, with a letter among them, got "80"',
      ],
    ],
    [
      'container: {image: "a:1", imagePullPolicy: always}',
      [
        '7:46: spec.container.imagePullPolicy: expected one of Always, IfNotPresent, Never, got "always"; did you mean "Always"?',
      ],
    ],
    [
      'container: {image: "a:1", terminationMessagePolicy: Logs}',
      [
        '7:55: spec.container.terminationMessagePolicy: expected one of File, FallbackToLogsOnError, got "Logs"',
      ],
    ],
    [
      'container: {image: "a:1", workingDir: data}',
      ['7:41: spec.container.workingDir: expected an absolute path such as /data, got "data"'],
    ],
    [
      'container: {image: "a:1", resizePolicy: [{resourceName: disk, restartPolicy: NotRequired}]}',
      ['7:59: spec.container.resizePolicy[0].resourceName: expected one of cpu, memory, got "disk"'],
    ],
    [
      'container: {image: "a:1", env: [{name: "A=B", value: x}]}',
      [
        '7:42: spec.container.env[0].name: expected the name of an environment variable, such as LOG_LEVEL, without "=", got "A=B"',
      ],
    ],
    [
      'container: {image: "a:1", env: [{name: A, valueFrom: {fieldRef: {fieldPath: metadata.nam}}}]}',
      [
        "7:79: spec.container.env[0].valueFrom.fieldRef.fieldPath: expected metadata.name, metadata.namespace, metadata.uid, metadata.labels['KEY'], metadata.annotations['KEY'], spec.nodeName, spec.serviceAccountName, status.hostIP, status.hostIPs, status.podIP or status.podIPs, got \"metadata.nam\"",
      ],
    ],
    [
      'container: {image: "a:1", env: [{name: A, valueFrom: {resourceFieldRef: {resource: limits.disk}}}]}',
      [
        '7:86: spec.container.env[0].valueFrom.resourceFieldRef.resource: expected limits or requests with a resource, such as limits.memory, got "limits.disk"',
      ],
    ],
    [
      'container: {image: "a:1", env: [{name: A, valueFrom: {secretKeyRef: {name: a, key: "a/b"}}}]}',
      [
        '7:86: spec.container.env[0].valueFrom.secretKeyRef.key: expected a key of a Secret: letters, digits, ".", "_" and "-", not beginning with "..", got "a/b"',
      ],
    ],
    [
      'container: {image: "a:1", env: [{name: A, valueFrom: {secretKeyRef: {key: a}}}]}',
      ['7:71: spec.container.env[0].valueFrom.secretKeyRef: the key "name" is missing'],
    ],
    [
      'container: {image: "a:1", livenessProbe: {tcpSocket: {port: 80}, periodSeconds: -1}}',
      ['7:83: spec.container.livenessProbe.periodSeconds: expected a number of at least 0, got -1'],
    ],
    [
      'container: {image: "a:1", livenessProbe: {tcpSocket: {port: 80}, terminationGracePeriodSeconds: 0}}',
      [
        '7:99: spec.container.livenessProbe.terminationGracePeriodSeconds: expected a number of at least 1, got 0',
      ],
    ],
    [
      'container: {image: "a:1", livenessProbe: {tcpSocket: {port: 70000}}}',
      ['7:63: spec.container.livenessProbe.tcpSocket.port: expected a number from 1 to 65535, got 70000'],
    ],
    [
      'container: {image: "a:1", livenessProbe: {tcpSocket: {port: "80"}}}',
      [
        '7:63: spec.container.livenessProbe.tcpSocket.port: expected a port number from 1 to 65535, or the name of a port, got "80"; write the number without quotes',
      ],
    ],
    [
      'container: {image: "a:1", livenessProbe: {httpGet: {port: 80, scheme: https}}}',
      [
        '7:73: spec.container.livenessProbe.httpGet.scheme: expected one of HTTP, HTTPS, got "https"; did you mean "HTTPS"?',
      ],
    ],
    [
      'container: {image: "a:1", livenessProbe: {httpGet: {port: 80, httpHeaders: [{name: "A B", value: x}]}}}',
      [
        '7:86: spec.container.livenessProbe.httpGet.httpHeaders[0].name: expected the name of a header: letters, digits and "-", got "A B"',
      ],
    ],
    [
      'container: {image: "a:1", livenessProbe: {grpc: {port: 0}}}',
      ['7:58: spec.container.livenessProbe.grpc.port: expected a number from 1 to 65535, got 0'],
    ],
    [
      'container: {image: "a:1", securityContext: {runAsUser: -1}}',
      ['7:58: spec.container.securityContext.runAsUser: expected a number of at least 0, got -1'],
    ],
    [
      'container: {image: "a:1", securityContext: {procMount: None}}',
      ['7:58: spec.container.securityContext.procMount: expected one of Default, Unmasked, got "None"'],
    ],
    [
      'container: {image: "a:1", securityContext: {seccompProfile: {type: Default}}}',
      [
        '7:70: spec.container.securityContext.seccompProfile.type: expected one of RuntimeDefault, Localhost, Unconfined, got "Default"',
      ],
    ],
    [
      'container: {image: "a:1", securityContext: {capabilities: {add: [net_admin]}}}',
      [
        '7:68: spec.container.securityContext.capabilities.add[0]: expected a capability such as NET_ADMIN, or ALL, got "net_admin"; did you mean "NET_ADMIN"?',
      ],
    ],
    [
      'volumes: [{name: "${name}-v", emptyDir: {}}]\ncontainer: {image: "a:1", volumeMounts: [{name: "${name}-v", mountPath: data}]}',
      ['8:75: spec.container.volumeMounts[0].mountPath: expected an absolute path such as /data, got "data"'],
    ],
    [
      'volumes: [{name: "${name}-v", emptyDir: {}}]\ncontainer: {image: "a:1", volumeMounts: [{name: "${name}-v", mountPath: /a, subPath: ../b}]}',
      [
        '8:88: spec.container.volumeMounts[0].subPath: expected a relative path without ".." segments, got "../b"',
      ],
    ],
    [
      'volumes: [{name: "${name}-v", emptyDir: {}}]\ncontainer: {image: "a:1", volumeMounts: [{name: "${name}-v", mountPath: /a, subPath: /b}]}',
      [
        '8:88: spec.container.volumeMounts[0].subPath: expected a relative path without ".." segments, got "/b"',
      ],
    ],
    [
      'volumes: [{name: "${name}-v", emptyDir: {}}]\ncontainer: {image: "a:1", volumeMounts: [{name: "${name}-v", mountPath: /a, mountPropagation: Both}]}',
      [
        '8:97: spec.container.volumeMounts[0].mountPropagation: expected one of None, HostToContainer, Bidirectional, got "Both"',
      ],
    ],
    [
      'annotations: {"example.com/${name}": x}\ncontainer: {image: "a:1"}',
      [
        '7:17: spec.annotations.example.com/${name}: expected an annotation key such as example.com/port, and none of sidecar.io/, got "example.com/${name}"; a key stands as it is written: write it out, and put what differs into the value',
      ],
    ],
    [
      'annotations: {sidecar.io/git-sync: x}\ncontainer: {image: "a:1"}',
      [
        '7:17: spec.annotations.sidecar.io/git-sync: expected an annotation key such as example.com/port, and none of sidecar.io/, got "sidecar.io/git-sync"; what is below sidecar.io/ is for those who write pods: it asks for sidecars and sets their parameters',
      ],
    ],
  ])('is refused: %s', (spec, expected) => {
    expect(problemsWith(spec)).toEqual(expected);
  });
});

describe('a parameter in a field', () => {
  it.each([
    [
      'volumes: [{name: "${url}", emptyDir: {}}]\ncontainer: {image: "a:1"}',
      [
        '7:20: spec.volumes[0].name: no value of ${url} fits here: expected a name of lower-case letters, digits and "-", at most 63 characters, got "https://example.com/url"',
      ],
    ],
    [
      'container: {image: "a:1", ports: [{containerPort: 80, name: "${name}-metrics-of-it"}]}',
      [
        '7:63: spec.container.ports[0].name: no value of ${name} fits here: expected at most 15 lower-case letters, digits and single "-" inside, with a letter among them, got "logs-metrics-of-it"',
      ],
    ],
    [
      'container: {image: "a:1", imagePullPolicy: "${policy}"}',
      [
        '7:46: spec.container.imagePullPolicy: ${policy} can be "never": expected one of Always, IfNotPresent, Never, got "never"; did you mean "Never"?',
      ],
    ],
    [
      'container: {image: "a:1", ports: [{containerPort: 80, name: "${many}"}]}',
      [
        '7:63: spec.container.ports[0].name: ${many} is a list, which would stand here as a,b; make the entry of the list once for each of its values: {each: many, value: …} with ${each} inside',
      ],
    ],
    [
      'container: {image: "a:1", env: [{name: "A_${url}=", value: x}]}',
      [
        '7:42: spec.container.env[0].name: no value of ${url} fits here: expected the name of an environment variable, such as LOG_LEVEL, without "=", got "A_https://example.com/url="',
      ],
    ],
    [
      'container: {image: "a:1", workingDir: "a/${opt}"}',
      [
        '7:41: spec.container.workingDir: no value of ${opt} fits here: expected an absolute path such as /data, got "a/opt"',
      ],
    ],
    [
      'container: {image: "a:1", ports: [{each: many, value: {containerPort: 80, name: "--${each}"}}]}',
      [
        '7:73: spec.container.ports[0].value.containerPort: the entry is made for each value of "many", so there would be a second port 80/TCP; put "${each}" or "${each.index}" into it',
        '7:83: spec.container.ports[0].value.name: no value of ${each} fits here: expected at most 15 lower-case letters, digits and single "-" inside, with a letter among them, got "--many"',
      ],
    ],
  ])('is refused where no value of it fits, or a known one does not: %s', (spec, expected) => {
    expect(problemsWith(spec)).toEqual(expected);
  });
});
