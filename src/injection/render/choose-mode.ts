import type { Mode } from '../../sidecars/definition.ts';
import { doHold } from '../../sidecars/template/conditions.ts';
import type { InjectionPolicy } from '../policy.ts';
import { type Finding, refusal, warning } from '../reason.ts';
import { parameterKey, type SidecarInstance } from '../request/sidecar-instance.ts';
import type { PodTraits } from './pod-traits.ts';
import { isWaiting, isWaitOff } from './wait.ts';

/**
 * How a sidecar runs in this pod, with everything that speaks against it.
 *
 * | asked | the value never changes | server has native sidecars | pod should end | mode    |
 * |-------|-------------------------|----------------------------|----------------|---------|
 * | auto  | yes                     | any                        | any            | init    |
 * | auto  | no                      | yes                        | any            | native  |
 * | auto  | no                      | no                         | yes            | init    |
 * | auto  | no                      | no                         | no             | classic |
 * | other | any                     | any                        | any            | as asked |
 */
export function chooseMode(
  traits: PodTraits,
  instance: SidecarInstance,
  policy: InjectionPolicy,
): { readonly mode: Mode; readonly findings: readonly Finding[] } {
  const asked = instance.values.get('mode')?.text ?? 'auto';
  const preferred = asked === 'auto' ? preferredModes(traits, instance, policy) : [asked as Mode];
  const mode = preferred.find(candidate => instance.definition.modes.includes(candidate));
  if (mode === undefined) return { mode: 'native', findings: [nativeUnavailable(instance)] };
  const checks = [checkNative, checkWait, checkNetwork, checkCompletes];
  return { mode, findings: checks.flatMap(check => check({ traits, instance, policy, mode }) ?? []) };
}

function preferredModes(
  { isEnding }: PodTraits,
  { definition, values }: SidecarInstance,
  policy: InjectionPolicy,
): readonly Mode[] {
  if (definition.once && doHold(definition.once, { values, isOnce: false })) return ['init'];
  if (policy.areNativeSidecarsAvailable) return ['native', 'classic', 'init'];
  return isEnding ? ['init'] : ['classic', 'init'];
}

interface Choice {
  readonly traits: PodTraits;
  readonly instance: SidecarInstance;
  readonly policy: InjectionPolicy;
  readonly mode: Mode;
}

function checkNative({ instance, policy, mode }: Choice): Finding | undefined {
  return mode === 'native' && !policy.areNativeSidecarsAvailable ? nativeUnavailable(instance) : undefined;
}

function nativeUnavailable({ request, definition }: SidecarInstance): Finding {
  const others = definition.modes.filter(mode => mode !== 'native');
  const advice =
    others.length === 0
      ? 'it can run in no other mode'
      : `set ${parameterKey(request, 'mode')} to ${others.join(' or ')}`;
  return refusal(
    'native-unavailable',
    request.shownKey,
    () =>
      `${request.shownKey}: native sidecars are not available here (they need Kubernetes 1.29); ${advice}`,
  );
}

function checkWait({ instance, mode }: Choice): Finding | undefined {
  if (mode !== 'init' || !isWaitOff(instance)) return undefined;
  const wait = parameterKey(instance.request, 'wait');
  return refusal(
    'wait-impossible',
    wait,
    () =>
      `annotation ${wait}: got "false", but mode init always runs before the app; remove it, or set ${parameterKey(instance.request, 'mode')} to native`,
  );
}

function checkNetwork({ traits: { networkBlocker }, instance, mode }: Choice): Finding | undefined {
  if (networkBlocker === undefined || !isWaiting(instance, mode)) return undefined;
  return refusal(
    'network-blocked',
    instance.request.shownKey,
    () =>
      `${instance.request.shownKey}: ${networkBlocker} means that there is no network before the app starts, so waiting for the sidecar would hang; ` +
      `run the mesh proxy as a native sidecar${adviceNotToWait(instance, mode)}`,
  );
}

function adviceNotToWait({ request, definition }: SidecarInstance, mode: Mode): string {
  return mode !== 'init' && definition.parameters.has('wait')
    ? `, or set ${parameterKey(request, 'wait')} to "false"`
    : '';
}

function checkCompletes({ traits, instance, mode }: Choice): Finding | undefined {
  if (mode !== 'classic' || !traits.isEnding) return undefined;
  return warning(
    'never-completes',
    instance.request.shownKey,
    () =>
      `${instance.request.shownKey}: in mode classic the sidecar keeps running, so this pod never completes`,
  );
}
