/** The containers of a sidecar: render/render-container.ts in CEL. */
import type { InjectionPolicy } from '../../injection/policy.ts';
import { chooseImage } from '../../injection/render/choose-image.ts';
import type { SidecarDefinition } from '../../sidecars/definition.ts';
import {
  and,
  at,
  binary,
  call,
  concat,
  conditional,
  double,
  dyn,
  each,
  eachPair,
  entry,
  equals,
  field,
  integer,
  list,
  listOf,
  literal,
  mapOf,
  no,
  none,
  optionalAt,
  optionalEntry,
  or,
  some,
  variable,
} from '../cel/build-expression.ts';
import type { Expression, MapEntry } from '../cel/expression.ts';
import { compileTemplate } from '../template/compile-template.ts';
import { factKey } from '../template/conditions.ts';
import { asOptional, type Rendering } from '../template/rendering.ts';
import type { TemplateScope } from '../template/template-scope.ts';
import { hasInitContainer, isWaitingNative } from './modes.ts';
import { isMain, isOnDisk } from './shared-volumes.ts';
import { compileResources, keysOf, templateAt } from './sidecar-resources.ts';
import { compileSecurityContext } from './sidecar-user.ts';
import type { Variable } from './variable.ts';

/**
 * The variables of what stands in containers: for each key a list, with an entry for each instance that is open, which is a
 * list of the value or empty. `once…` is of the container that ends, `beside…` of the one that keeps running.
 */
export function containerVariables(
  definition: SidecarDefinition,
  policy: InjectionPolicy,
): readonly Variable[] {
  return variants(definition).flatMap(isShortLived =>
    fieldsOf(definition, { policy, isShortLived }).map(
      ([key, compile]): Variable => [
        fieldVariable(key, isShortLived),
        eachPair(variable('open'), 'transformList', ['index', 'instance'], (index, instance) => {
          const optional = compile(
            {
              values: instance,
              parameters: definition.parameters,
              isOnce: literal(isShortLived),
            },
            at(variable('volumeLists'), index),
          );
          return listOf([{ value: optional, isOptional: true }]);
        }),
      ],
    ),
  );
}

/** Whether there are containers that end, and whether there are such as keep running. */
function variants({ modes }: SidecarDefinition): readonly boolean[] {
  return [...(modes.includes('init') ? [true] : []), ...(modes.some(mode => mode !== 'init') ? [false] : [])];
}

function fieldVariable(key: string, isShortLived: boolean): string {
  return `${isShortLived ? 'once' : 'beside'}${key.charAt(0).toUpperCase()}${key.slice(1)}`;
}

/** The containers of an instance, by the list of the pod that they go into. */
interface CompiledContainers {
  readonly initContainers: Expression;
  readonly containers: Expression;
}

/** The containers of the open instance of that index. */
export function compileContainers(
  definition: SidecarDefinition,
  scope: TemplateScope,
  {
    policy,
    mode,
    index,
  }: {
    readonly policy: InjectionPolicy;
    readonly mode: Expression;
    readonly index: Expression;
  },
): CompiledContainers {
  const own = at(scope.values, 'name');
  const made = (called: Expression, isShortLived: boolean, more: readonly MapEntry[]) =>
    mapOf([
      entry('name', dyn(called)),
      ...fieldsOf(definition, { policy, isShortLived }).map(([key]) =>
        optionalEntry(key, optionalAt(at(variable(fieldVariable(key, isShortLived)), index), integer(0))),
      ),
      ...more,
    ]);
  const native = made(own, false, [
    entry('restartPolicy', dyn(literal('Always'))),
    ...(definition.ready
      ? [optionalEntry('startupProbe', optionalAt(at(variable('startupProbes'), index), integer(0)))]
      : []),
  ]);
  const hasInit = and(equals(mode, 'classic'), hasInitContainer(definition, scope));
  const has = (wanted: 'native' | 'classic' | 'init') => definition.modes.includes(wanted);
  return {
    initContainers: conditional(
      has('native') ? equals(mode, 'native') : no,
      list(native),
      has('init')
        ? conditional(
            or(equals(mode, 'init'), has('classic') ? hasInit : no),
            list(made(conditional(equals(mode, 'init'), own, concat(own, '-init')), true, [])),
            list(),
          )
        : list(),
    ),
    containers: conditional(
      has('classic') ? equals(mode, 'classic') : no,
      list(made(own, false, [])),
      list(),
    ),
  };
}

/** The startup probes of native sidecars for which the app waits. */
export function probeVariables(definition: SidecarDefinition): readonly Variable[] {
  if (!definition.ready || !definition.modes.includes('native')) return [];
  const probes = each(variable('open'), 'map', 'instance', instance =>
    listOf([
      {
        value: startupProbe(definition, { values: instance, parameters: definition.parameters, isOnce: no }),
        isOptional: true,
      },
    ]),
  );
  return [['startupProbes', probes]];
}

type Field = readonly [key: string, compile: (scope: TemplateScope, volumes: Expression) => Expression];

/** The keys of a container beside its name, each as an optional. */
function fieldsOf(
  definition: SidecarDefinition,
  { policy, isShortLived }: { readonly policy: InjectionPolicy; readonly isShortLived: boolean },
): readonly Field[] {
  const { container } = definition;
  const plain = keysOf(container)
    .filter(key => !['image', 'resources', 'securityContext'].includes(key))
    .filter(key => !isShortLived || !ofRunning.has(key))
    .flatMap((key): readonly Field[] => {
      const template = templateAt(container, key);
      if (template === undefined) return [];
      return [[key, scope => asOptional(below({ ...scope, adjust: limitSleep }, key, template))]];
    });
  return [
    ['image', scope => some(dyn(imageOf(definition, scope, policy)))],
    ...plain,
    [
      'resources',
      (scope, volumes) =>
        compileResources(definition, scope, { isShortLived, sharedOnDisk: isSharedOnDisk(volumes) }),
    ],
    ['securityContext', scope => compileSecurityContext(definition, scope)],
  ];
}

/** Whether the main shared volume is an emptyDir on the disk of the node. */
function isSharedOnDisk(volumes: Expression): Expression {
  return each(volumes, 'exists', 'volume', volume => and(isMain(volume), isOnDisk(at(volume, 'volume'))));
}

/** Kubernetes allows these only in what keeps running. */
const ofRunning: ReadonlySet<string> = new Set([
  'livenessProbe',
  'readinessProbe',
  'lifecycle',
  'resizePolicy',
]);

/** A template below a key of the container. */
function below(
  scope: TemplateScope,
  key: string,
  template: Parameters<typeof compileTemplate>[0],
): Rendering {
  const { adjust } = scope;
  if (adjust === undefined) return compileTemplate(template, scope);
  return compileTemplate(template, {
    ...scope,
    adjust: (path, rendering) => adjust([key, ...path], rendering),
  });
}

/** The image that the operator names, or that of the definition from the operator's registry. */
function imageOf(definition: SidecarDefinition, scope: TemplateScope, policy: InjectionPolicy): Expression {
  const template = templateAt(definition.container, 'image');
  const chosen = chooseImage(
    definition.name,
    template?.kind === 'literal' ? String(template.value) : undefined,
    policy,
  );
  if (chosen !== undefined || template === undefined) return literal(chosen ?? '');
  return compileTemplate(template, scope).value;
}

/** A sleep before the end is no longer than the pod may take to end: render/limit-pre-stop.ts. */
function limitSleep(path: readonly string[], rendering: Rendering): Rendering {
  if (path.join('.') !== 'lifecycle.preStop.sleep') return rendering;
  const seconds = field(dyn(rendering.value), 'seconds');
  const limit = variable('gracePeriodSeconds');
  const isLonger = binary('>', seconds, limit);
  const limited = mapOf([entry('seconds', dyn(limit))]);
  return {
    value: conditional(isLonger, dyn(limited), dyn(rendering.value)),
    unset: rendering.unset,
    absent: or(rendering.absent, and(equals(limit, 0), isLonger)),
    isMaybeEmpty: false,
  };
}

// As in render/render-container.ts.
const probePeriodSeconds = 1;
const probeTimeoutSeconds = 2;

/** The startup probe of a native sidecar for which the app waits, as an optional. */
function startupProbe(definition: SidecarDefinition, scope: TemplateScope): Expression {
  const { ready } = definition;
  if (ready === undefined) return none;
  const { probe, within, timeoutSeconds } = ready;
  const handlers = keysOf(probe).flatMap((key): readonly MapEntry[] => {
    const template = templateAt(probe, key);
    return template === undefined ? [] : [optionalEntry(key, asOptional(compileTemplate(template, scope)))];
  });
  const made = mapOf([
    ...handlers,
    entry('periodSeconds', dyn(integer(probePeriodSeconds))),
    entry('timeoutSeconds', dyn(integer(Math.ceil(timeoutSeconds ?? probeTimeoutSeconds)))),
    entry('failureThreshold', dyn(failureThreshold(within, timeoutSeconds ?? probePeriodSeconds, scope))),
  ]);
  return conditional(isWaitingNative(definition, scope), some(dyn(made)), none);
}

/** How many attempts fit into the time, rounded up, at least one. */
function failureThreshold(
  within: number | string,
  attemptSeconds: number,
  { values }: TemplateScope,
): Expression {
  if (typeof within === 'number') return integer(Math.max(1, Math.ceil(within / attemptSeconds)));
  const attempts = binary('/', at(values, factKey(within, 'magnitude')), double(attemptSeconds));
  const whole = call('int', attempts);
  const rounded = conditional(
    binary('<', call('double', whole), attempts),
    binary('+', whole, integer(1)),
    whole,
  );
  return conditional(binary('<', rounded, integer(1)), integer(1), rounded);
}
