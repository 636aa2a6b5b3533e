import type { PodSpec } from './pod.ts';

/** Whether a pod is for nodes with Windows, as far as it says so itself. */
export function isWindowsPod({ os, nodeSelector }: PodSpec): boolean {
  return (os?.name ?? nodeSelector?.['kubernetes.io/os']) === 'windows';
}
