import { describe, expect, it } from 'vitest';
import { definitionText, problemsOf } from '../definition-text.ts';

/** What random definitions showed that the API server refuses, each with what is right beside it. */
const cases: readonly (readonly [wrong: string, message: RegExp, right: string])[] = [
  [
    'ready: {exec: {command: ["${text}"]}, within: 1m}',
    /spec\.ready\.exec: all that exec holds can be left out/,
    'ready: {when: text, exec: {command: ["${text}"]}, within: 1m}',
  ],
  [
    'ready: {httpGet: {port: "${port}"}, within: 1m}',
    /spec\.ready\.httpGet: all that httpGet holds can be left out/,
    'ready: {httpGet: {port: 80}, within: 1m}',
  ],
  [
    'container: {image: "a:1", readinessProbe: {periodSeconds: 1, exec: {command: [{each: list, value: a, when: text}]}}}',
    /spec\.container\.readinessProbe\.exec: a probe can be left without a handler/,
    'container: {image: "a:1", readinessProbe: {periodSeconds: 1, exec: {command: [a, {each: list, value: a, when: text}]}}}',
  ],
  [
    'container: {image: "a:1", livenessProbe: {periodSeconds: 1, exec: {command: [{when: "!port", value: ["${text}", a], else: b}]}}}',
    /spec\.container\.livenessProbe\.exec: a probe can be left without a handler/,
    'container: {image: "a:1", livenessProbe: {periodSeconds: 1, exec: {command: [{when: text, value: ["${text}", a], else: b}]}}}',
  ],
  [
    'container: {image: "a:1", livenessProbe: {tcpSocket: {port: 80}, successThreshold: "${number}"}}',
    /successThreshold: a liveness probe has succeeded when it did once/,
    'container: {image: "a:1", readinessProbe: {tcpSocket: {port: 80}, successThreshold: "${number}"}}',
  ],
  [
    'container: {image: "a:1", env: [{name: A, valueFrom: {fileKeyRef: {volumeName: tpm, path: a, key: A}}}]}',
    /volumeName: no volume "tpm" in spec\.volumes; did you mean "tmp"\?/,
    'container: {image: "a:1", env: [{name: A, valueFrom: {fileKeyRef: {volumeName: tmp, path: a, key: A}}}]}',
  ],
  [
    'container: {image: "a:1", volumeMounts: [{mountPath: /a, name: {when: text, value: tmp, else: tpm}}]}',
    /no volume "tpm" in spec\.volumes; did you mean "tmp"\?/,
    'container: {image: "a:1", volumeMounts: [{mountPath: /a, name: {when: text, value: tmp, else: tmp}}]}',
  ],
  [
    'container: {image: "a:1", volumeMounts: [{mountPath: /a, name: tmp, readOnly: "${flag}", recursiveReadOnly: IfPossible}]}',
    /recursiveReadOnly: only a mount with readOnly: true can be read-only all the way down/,
    'container: {image: "a:1", volumeMounts: [{mountPath: /a, name: tmp, readOnly: true, recursiveReadOnly: IfPossible}]}',
  ],
  [
    'container: {image: "a:1", volumeMounts: [{mountPath: /a, name: tmp, mountPropagation: Bidirectional}]}',
    /mountPropagation: only a privileged container shares its mounts/,
    'container: {image: "a:1", securityContext: {privileged: true}, volumeMounts: [{mountPath: /a, name: tmp, mountPropagation: Bidirectional}]}',
  ],
  [
    'container: {image: "a:1", securityContext: {privileged: true, allowPrivilegeEscalation: "${flag}"}}',
    /privileged: a privileged container may always gain rights/,
    'container: {image: "a:1", securityContext: {privileged: true}}',
  ],
  [
    'container: {image: "a:1", securityContext: {windowsOptions: {hostProcess: true}}}',
    /hostProcess: sidecars run on Linux; remove it/,
    'container: {image: "a:1", securityContext: {windowsOptions: {hostProcess: false}}}',
  ],
  [
    'container: {image: "a:1", securityContext: {seccompProfile: {type: Localhost, localhostProfile: "a${text}"}}}',
    /the type Localhost needs localhostProfile/,
    'container: {image: "a:1", securityContext: {seccompProfile: {type: Localhost, localhostProfile: a}}}',
  ],
  [
    'container: {image: "a:1", resources: {claims: [{name: gpu}, {name: gpu}]}}',
    /a second use of the claim "gpu"; remove one of the two/,
    'container: {image: "a:1", resources: {claims: [{name: gpu}, {name: other}]}}',
  ],
  [
    'container: {image: "a:1", ports: [{containerPort: 1, hostPort: 80}, {containerPort: 2, hostPort: 80}]}',
    /hostPort: a second port 80\/TCP of the node; remove one of the two/,
    'container: {image: "a:1", ports: [{containerPort: 1, hostPort: 80}, {containerPort: 2, hostPort: 80, protocol: UDP}]}',
  ],
  [
    'container: {image: "a:1", lifecycle: {postStart: {sleep: {seconds: 31}}}}',
    /postStart\.sleep\.seconds: expected a number from 0 to 29, got 31/,
    'container: {image: "a:1", lifecycle: {preStop: {sleep: {seconds: 31}}}}',
  ],
  [
    'volumes: [{name: a, azureDisk: {diskName: a, diskURI: /subscriptions/a}}]',
    /diskURI: the URI of a disk that is not Managed begins with https:\/\//,
    'volumes: [{name: a, azureDisk: {diskName: a, diskURI: /subscriptions/a, kind: Managed}}]',
  ],
  [
    'volumes: [{name: a, fc: {targetWWNs: [a]}}]',
    /beside targetWWNs a volume says its lun; add it/,
    'volumes: [{name: a, fc: {targetWWNs: [a], lun: 0}}]',
  ],
  [
    'volumes: [{name: a, fc: {wwids: []}}]',
    /spec\.volumes\[0\]\.fc\.wwids: needs at least one entry/,
    'volumes: [{name: a, fc: {wwids: [a]}}]',
  ],
  [
    'volumes: [{name: a, iscsi: {iqn: "iqn.2001-04.com.example:a", lun: 0, targetPortal: a, chapAuthSession: true}}]',
    /"chapAuthSession" needs the credentials in a Secret; add secretRef/,
    'volumes: [{name: a, iscsi: {iqn: "iqn.2001-04.com.example:a", lun: 0, targetPortal: a, chapAuthSession: true, secretRef: {name: a}}}]',
  ],
  [
    'volumes: [{name: a, projected: {sources: [{clusterTrustBundle: {name: a, path: a, labelSelector: {}}}]}}]',
    /a bundle that is named is not selected as well; remove the labelSelector/,
    'volumes: [{name: a, projected: {sources: [{clusterTrustBundle: {name: a, path: a}}]}}]',
  ],
];

/** Something for every parameter and volume that a case names, and only then. */
function definitionWith(spec: string): string {
  const parameters = [
    ['text', '{type: string, description: a}'],
    ['port', '{type: port, description: a}'],
    ['number', '{type: integer, minimum: 1, maximum: 3, default: 1, description: a}'],
    ['flag', '{type: boolean, default: false, description: a}'],
    ['list', '{type: string, list: true, description: a}'],
  ].map(([name, parameter]) => `  ${name}: ${parameter}`);
  return definitionText(
    [
      'parameters:',
      ...parameters,
      ...(spec.startsWith('volumes') ? [] : ['volumes: [{name: tmp, emptyDir: {}}]']),
      ...(spec.startsWith('container') ? [] : ['container: {image: "a:1"}']),
      spec,
    ].join('\n'),
  );
}

describe('what the API server would refuse', () => {
  it.each(cases)('is an error, and what is right is none: %s', (wrong, message, right) => {
    const problems = problemsOf(definitionWith(wrong));
    expect(problems).toEqual([expect.stringMatching(message)]);
    expect(problemsOf(definitionWith(right))).toEqual([]);
  });

  it.each([
    'volumes: [{name: a, scaleIO: {gateway: a, system: a, secretRef: {name: a}}}]',
    'volumes: [{name: a, csi: {driver: a, nodePublishSecretRef: {}}}]',
    'volumes: [{name: a, iscsi: {iqn: iqn, lun: 0, targetPortal: a}}]',
    'volumes: [{name: a, projected: {sources: [{clusterTrustBundle: {name: "A b", path: a}}]}}]',
    'volumes: [{name: a, projected: {sources: [{clusterTrustBundle: {signerName: a, path: a}}]}}]',
    'volumes: [{name: a, projected: {sources: [{podCertificate: {keyType: ED25519, signerName: a/b, userAnnotations: {a: b}}}]}}]',
    'container: {image: "a:1", securityContext: {windowsOptions: {runAsUserName: ""}}}',
    'container: {image: "a:1", securityContext: {windowsOptions: {gmsaCredentialSpecName: "A b"}}}',
    'container: {image: "a:1", resources: {claims: [{name: ""}]}}',
  ])('is an error of the field itself: %s', spec => {
    expect(problemsOf(definitionWith(spec))).toHaveLength(1);
  });
});
