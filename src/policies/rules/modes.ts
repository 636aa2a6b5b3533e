/** How a sidecar runs: render/choose-mode.ts and render/wait.ts in CEL. */
import type { InjectionPolicy } from '../../injection/policy.ts';
import type { Mode, SidecarDefinition } from '../../sidecars/definition.ts';
import {
  and,
  at,
  concat,
  conditional,
  differs,
  equals,
  literal,
  no,
  or,
  variable,
  yes,
} from '../cel/build-expression.ts';
import type { Expression, ListEntry } from '../cel/expression.ts';
import { allHold } from '../template/conditions.ts';
import type { TemplateScope } from '../template/template-scope.ts';
import { keyOfInstance, switchOfInstance } from './instance-keys.ts';
import { problemIf } from './problems.ts';

/** The mode of an instance, a text. */
export function compileMode(
  definition: SidecarDefinition,
  scope: TemplateScope,
  policy: InjectionPolicy,
): Expression {
  const asked = at(scope.values, 'mode');
  return conditional(equals(asked, 'auto'), preferred(definition, scope, policy), asked);
}

function preferred(definition: SidecarDefinition, scope: TemplateScope, policy: InjectionPolicy): Expression {
  const first = (modes: readonly Mode[]) =>
    literal(modes.find(mode => definition.modes.includes(mode)) ?? 'native');
  const usual = policy.areNativeSidecarsAvailable
    ? first(['native', 'classic', 'init'])
    : conditional(variable('isEnding'), first(['init']), first(['classic', 'init']));
  if (definition.once === undefined || !definition.modes.includes('init')) return usual;
  return conditional(allHold(definition.once, { ...scope, isOnce: no }), literal('init'), usual);
}

/** Whether `.wait` lets the app start before. */
function isWaitOff({ parameters }: SidecarDefinition, { values }: TemplateScope): Expression {
  const wait = parameters.get('wait');
  return wait?.isCommon ? equals(at(values, 'wait'), literal(false)) : no;
}

/** Whether an init container does the work once before the app in mode classic. */
export function hasInitContainer(definition: SidecarDefinition, scope: TemplateScope): Expression {
  return definition.modes.includes('init') ? negated(isWaitOff(definition, scope)) : no;
}

function negated(condition: Expression): Expression {
  return conditional(condition, no, yes);
}

/** Whether a probe holds the app back in mode native. */
export function isWaitingNative(definition: SidecarDefinition, scope: TemplateScope): Expression {
  const { ready } = definition;
  if (ready === undefined) return no;
  return and(negated(isWaitOff(definition, scope)), allHold(ready.when, scope));
}

/** What speaks against a mode. */
export function modeProblems(
  definition: SidecarDefinition,
  scope: TemplateScope,
  policy: InjectionPolicy,
): readonly ListEntry[] {
  const mode = compileMode(definition, scope, policy);
  const { values } = scope;
  const others = definition.modes.filter(other => other !== 'native');
  const is = (wanted: Mode) => equals(mode, wanted);
  const waits = or(
    is('init'),
    and(is('native'), isWaitingNative(definition, scope)),
    and(is('classic'), hasInitContainer(definition, scope)),
  );
  const adviceNotToWait = definition.parameters.has('wait')
    ? conditional(is('init'), literal(''), concat(', or set ', keyOfInstance(values, 'wait'), ' to "false"'))
    : '';
  return [
    ...(policy.areNativeSidecarsAvailable
      ? []
      : [
          problemIf(
            or(is('native'), unsuited(definition, scope)),
            'native-unavailable',
            switchOfInstance(values),
            ': native sidecars are not available here (they need Kubernetes 1.29); ',
            others.length === 0
              ? 'it can run in no other mode'
              : concat('set ', keyOfInstance(values, 'mode'), ` to ${others.join(' or ')}`),
          ),
        ]),
    problemIf(
      and(is('init'), isWaitOff(definition, scope)),
      'wait-impossible',
      'annotation ',
      keyOfInstance(values, 'wait'),
      ': got "false", but mode init always runs before the app; remove it, or set ',
      keyOfInstance(values, 'mode'),
      ' to native',
    ),
    problemIf(
      and(differs(variable('networkBlocker'), ''), waits),
      'network-blocked',
      switchOfInstance(values),
      ': ',
      variable('networkBlocker'),
      ' means that there is no network before the app starts, so waiting for the sidecar would hang; run the mesh proxy as a native sidecar',
      adviceNotToWait,
    ),
  ];
}

/** Without native sidecars, a mode that the pod wants and the definition does not have. */
function unsuited(definition: SidecarDefinition, { values }: TemplateScope): Expression {
  const isAuto = equals(at(values, 'mode'), 'auto');
  const hasNone = (modes: readonly Mode[]) => literal(!modes.some(mode => definition.modes.includes(mode)));
  return and(isAuto, conditional(variable('isEnding'), hasNone(['init']), hasNone(['classic', 'init'])));
}
