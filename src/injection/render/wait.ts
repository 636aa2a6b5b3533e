import type { Mode } from '../../sidecars/definition.ts';
import type { SidecarInstance } from '../request/sidecar-instance.ts';

/** Whether the app's start waits for the sidecar. */
export function isWaiting(instance: SidecarInstance, mode: Mode): boolean {
  if (mode === 'init') return true;
  if (isWaitOff(instance)) return false;
  return mode === 'native' ? instance.definition.ready !== undefined : hasInitContainer(instance, mode);
}

/** Whether `.wait` says that the app may start before the sidecar is ready. */
export function isWaitOff({ values }: SidecarInstance): boolean {
  return values.get('wait')?.value === false;
}

/** Whether an init container does the work once before the app: only what can run once ever ends there. */
export function hasInitContainer(instance: SidecarInstance, mode: Mode): boolean {
  return mode === 'classic' && instance.definition.modes.includes('init') && !isWaitOff(instance);
}
