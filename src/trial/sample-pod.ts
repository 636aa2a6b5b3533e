import { type Pod, readPod } from '../kubernetes/pod.ts';

/**
 * A pod with one container that nothing is special about, for seeing what a sidecar does to it. It is admitted in
 * namespaces that enforce the restricted standard or that count requests, so that whatever is refused is the sidecar.
 */
export function samplePod(name: string, annotations: Readonly<Record<string, string>>): Pod {
  return readPod({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { generateName: `${name}-`, annotations },
    spec: {
      containers: [
        {
          name: 'app',
          image: 'app',
          resources: { requests: { cpu: '1m', memory: '1Mi' } },
          securityContext: {
            allowPrivilegeEscalation: false,
            runAsNonRoot: true,
            capabilities: { drop: ['ALL'] },
            seccompProfile: { type: 'RuntimeDefault' },
          },
        },
      ],
    },
  });
}
