import { isWindowsPod } from '../../kubernetes/is-windows-pod.ts';
import { type Finding, refusal } from '../reason.ts';
import type { Assembly } from './assembly.ts';

/**
 * Refuses pods that no sidecar fits into: those for Windows, because the images are for Linux and Kubernetes forbids
 * their security settings there, and those without a container, which a sidecar would turn into valid ones.
 */
export function checkPod({ pod: { spec }, sidecars }: Assembly): readonly Finding[] {
  // What the pod asks for itself is what its author can mend.
  const first = sidecars.find(({ instance }) => instance.request.from === undefined) ?? sidecars[0];
  if (first === undefined) return [];
  const { shownKey: key } = first.instance.request;
  if (isWindowsPod(spec)) {
    return [
      refusal(
        'windows-pod',
        key,
        () => `${key}: the pod is for Windows, the sidecar runs on Linux; remove the annotation`,
      ),
    ];
  }
  if (spec.containers?.length) return [];
  return [
    refusal(
      'no-containers',
      key,
      () => `${key}: the pod has no containers; write at least one to spec.containers`,
    ),
  ];
}
