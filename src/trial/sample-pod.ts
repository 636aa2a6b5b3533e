import { type Pod, readPod } from '../kubernetes/pod.ts';

/** A pod with one container that nothing is special about, for seeing what a sidecar does to it. */
export function samplePod(name: string, annotations: Readonly<Record<string, string>>): Pod {
  return readPod({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { generateName: `${name}-`, annotations },
    spec: { containers: [{ name: 'app', image: 'app' }] },
  });
}
