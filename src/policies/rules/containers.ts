/** The containers of a sidecar: render/render-container.ts in CEL. */

import type { InjectionPolicy } from '../../injection/policy.ts';
import { chooseImage } from '../../injection/render/choose-image.ts';
import { probePeriodSeconds, probeTimeoutSeconds } from '../../injection/render/render-container.ts';
import type { SidecarDefinition } from '../../sidecars/definition.ts';
import {
  and,
  at,
  binary,
  bind,
  call,
  concat,
  conditional,
  dyn,
  entry,
  equals,
  field,
  integer,
  listOf,
  literal,
  mapOf,
  mapWhere,
  matches,
  method,
  none,
  not,
  optionalAt,
  optionalEntry,
  some,
  variable,
} from '../cel/build-expression.ts';
import type { Expression, MapEntry } from '../cel/expression.ts';
import { compileTemplate } from '../template/compile-template.ts';
import { factKey } from '../template/conditions.ts';
import { asOptional, type Rendering } from '../template/rendering.ts';
import type { TemplateScope } from '../template/template-scope.ts';
import { keysOf, templateAt } from './keys-of-templates.ts';
import { isWaitingNative } from './modes.ts';
import { type Run, runsOf, runVariables } from './runs.ts';
import { compileResources, resourceVariables } from './sidecar-resources.ts';
import { compileSecurityContext } from './sidecar-user.ts';
import type { Variable } from './variable.ts';

/**
 * The variables of what stands in containers: for each key a list, with an entry for each run, which is a list of the value
 * or empty; and `madeContainers`, put together of these.
 */
export function containerVariables(
  definition: SidecarDefinition,
  policy: InjectionPolicy,
): readonly Variable[] {
  const runs = runsOf(definition);
  const fields = fieldsOf(definition, policy);
  return [
    ...runVariables(definition),
    ...resourceVariables(definition, runs),
    ...fields.map(([key, compile]): Variable => {
      const values = runs.each((scope, run) => listOf([{ value: compile(scope, run), isOptional: true }]));
      return [fieldVariable(key), values];
    }),
    [
      'madeContainers',
      runs.each((_scope, { index, run }) =>
        mapOf([
          entry('index', dyn(at(run, 'index'))),
          entry('isInit', dyn(not(equals(at(run, 'kind'), 'classic')))),
          entry(
            'container',
            dyn(
              containerOf(
                fields.map(([key]) => key),
                run,
                index,
              ),
            ),
          ),
        ]),
      ),
    ],
  ];
}

function fieldVariable(key: string): string {
  return `field${key.charAt(0).toUpperCase()}${key.slice(1)}`;
}

function containerOf(keys: readonly string[], run: Expression, index: Expression): Expression {
  const isNative = equals(at(run, 'kind'), 'native');
  return mapOf([
    entry('name', dyn(at(run, 'name'))),
    ...keys.map(key => optionalEntry(key, optionalAt(at(variable(fieldVariable(key)), index), integer(0)))),
    optionalEntry('restartPolicy', conditional(isNative, some(dyn(literal('Always'))), none)),
  ]);
}

/** The containers of the open instance of that index, in the list of the pod that they go into. */
export function containersAt(index: Expression, isInit: boolean): Expression {
  return mapWhere(
    variable('madeContainers'),
    'made',
    made => and(equals(at(made, 'index'), index), equals(at(made, 'isInit'), literal(isInit))),
    made => at(made, 'container'),
  );
}

type Field = readonly [key: string, compile: (scope: TemplateScope, run: Run) => Expression];

/** The keys of a container beside its name, each as an optional. */
function fieldsOf(definition: SidecarDefinition, policy: InjectionPolicy): readonly Field[] {
  const { container } = definition;
  const plain = keysOf(container)
    .filter(key => !['image', 'resources', 'securityContext'].includes(key))
    .flatMap((key): readonly Field[] => {
      const template = templateAt(container, key);
      if (template === undefined) return [];
      return [
        [
          key,
          scope => {
            const value = asOptional(below({ ...scope, adjust: limitSleep }, key, template));
            return ofRunning.has(key) ? conditional(scope.isOnce, none, value) : value;
          },
        ],
      ];
    });
  return [
    ['image', scope => some(dyn(imageOf(definition, scope, policy)))],
    ...plain,
    ['resources', (scope, { index }) => compileResources(definition, scope, index)],
    ['securityContext', scope => compileSecurityContext(definition, scope)],
    ...(definition.ready && definition.modes.includes('native')
      ? [
          [
            'startupProbe',
            (scope: TemplateScope, { run }: Run) =>
              conditional(equals(at(run, 'kind'), 'native'), startupProbe(definition, scope), none),
          ] as const,
        ]
      : []),
  ];
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
    definition,
    template?.kind === 'literal' ? String(template.value) : undefined,
    policy,
  );
  if (chosen !== undefined || template === undefined) return literal(chosen ?? '');
  const image = compileTemplate(template, scope).value;
  const { imageRegistry } = policy;
  return imageRegistry === undefined ? image : concat(`${imageRegistry}/`, withoutRegistry(image));
}

/** The same as image-registry.ts does of an image that is known. */
function withoutRegistry(given: Expression): Expression {
  return bind(given, 'image', image =>
    conditional(
      matches(image, '\\A(?:[^/]*[.:][^/]*|localhost)/'),
      method(image, 'substring', binary('+', method(image, 'indexOf', literal('/')), integer(1))),
      image,
    ),
  );
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
    absent: {
      kind: 'binary',
      operator: '||',
      operands: [rendering.absent, and(equals(limit, 0), isLonger)],
    },
    isMaybeEmpty: false,
  };
}

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
  const attempts = binary('/', at(values, factKey(within, 'magnitude')), {
    kind: 'number',
    value: attemptSeconds,
    isDouble: true,
  });
  const whole = call('int', attempts);
  const rounded = conditional(
    binary('<', call('double', whole), attempts),
    binary('+', whole, integer(1)),
    whole,
  );
  return conditional(binary('<', rounded, integer(1)), integer(1), rounded);
}
