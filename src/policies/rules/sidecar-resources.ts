/** The resources of a sidecar: render/sidecar-resources.ts in CEL. */
import { ephemeralStorage } from '../../kubernetes/containers.ts';
import type { SidecarDefinition } from '../../sidecars/definition.ts';
import type { Template } from '../../sidecars/template/template.ts';
import {
  and,
  at,
  bind,
  call,
  conditional,
  dyn,
  each,
  entry,
  isIn,
  isLiteral,
  literal,
  mapOf,
  method,
  none,
  not,
  optionalAt,
  optionalEntry,
  or,
  some,
  unlessEmpty,
  variable,
} from '../cel/build-expression.ts';
import type { Expression, ListEntry, MapEntry } from '../cel/expression.ts';
import { compileTemplate } from '../template/compile-template.ts';
import { literalOf } from '../template/output.ts';
import { asOptional } from '../template/rendering.ts';
import type { TemplateScope } from '../template/template-scope.ts';
import { keyOfInstance } from './instance-keys.ts';
import { keysOf, templateAt } from './keys-of-templates.ts';
import { problemIf } from './problems.ts';
import type { Run, Runs } from './runs.ts';
import { isMain, isOnDisk } from './shared-volumes.ts';
import { isAmount } from './traits.ts';
import type { Variable } from './variable.ts';

/** Amounts by resource, each an optional. */
interface Amounts {
  readonly requests: ReadonlyMap<string, Expression>;
  readonly limits: ReadonlyMap<string, Expression>;
}

type Kind = keyof Amounts;

/**
 * `askedAmounts`: what the definition says for each run, changed by the annotations; `wantedAmounts`: what it has in a
 * Guaranteed pod; `isMadeEqual`: whether it has that, because the pod is one and there is an amount of all.
 */
export function resourceVariables(definition: SidecarDefinition, runs: Runs): readonly Variable[] {
  return [
    ['askedAmounts', runs.each((scope, run) => amountsOf(definition, scope, run))],
    ['wantedAmounts', runs.each((scope, { index }) => wantedAmounts(definition, scope, index))],
    [
      'isMadeEqual',
      runs.each((_scope, { index }) =>
        and(
          variable('isGuaranteed'),
          ...open.map(resource =>
            or(not(isOpen(resource)), isIn(resource, at(variable('wantedAmounts'), index))),
          ),
        ),
      ),
    ],
  ];
}

const open = ['cpu', 'memory'] as const;

/** Whether the pod does not set the resource for all its containers together. */
function isOpen(resource: string): Expression {
  return not(isIn(resource, variable('podResources')));
}

/** The resources of a run as an optional map. */
export function compileResources(
  definition: SidecarDefinition,
  scope: TemplateScope,
  index: Expression,
): Expression {
  const resources = templateAt(definition.container, 'resources');
  const others = keysOf(resources)
    .filter(key => key !== 'requests' && key !== 'limits')
    .map(key => optionalEntry(key, ofTemplate(templateAt(resources, key), scope)));
  const amounts = (kind: Kind) =>
    mapOf(
      resourcesOf(definition, kind).map(resource => {
        const asked = optionalAt(at(at(variable('askedAmounts'), index), kind), resource);
        const wanted = optionalAt(at(variable('wantedAmounts'), index), resource);
        const isEqual = at(variable('isMadeEqual'), index);
        const kept = isKindOfGuaranteed(resource) ? conditional(isEqual, wanted, asked) : asked;
        return optionalEntry(resource, conditional(isOpen(resource), kept, none));
      }),
    );
  return unlessEmpty(
    dyn(
      mapOf([
        optionalEntry('requests', unlessEmpty(dyn(amounts('requests')))),
        optionalEntry('limits', unlessEmpty(dyn(amounts('limits')))),
        ...others,
      ]),
    ),
  );
}

function isKindOfGuaranteed(resource: string): boolean {
  return open.some(other => other === resource);
}

/** The resources of which there may be an amount. */
function resourcesOf(definition: SidecarDefinition, kind: Kind): readonly string[] {
  const resources = templateAt(definition.container, 'resources');
  const storage = definition.parameters.get('size')?.isCommon ? [ephemeralStorage] : [];
  return [...new Set([...keysOf(templateAt(resources, kind)), ...open, ...storage])];
}

/** More than nothing, of those that the pod leaves to it. */
function wantedAmounts(definition: SidecarDefinition, scope: TemplateScope, index: Expression): Expression {
  const asked = (kind: Kind, resource: string) =>
    optionalAt(at(at(variable('askedAmounts'), index), kind), resource);
  const { cpu } = definition.guaranteed;
  const candidates = {
    cpu: [
      commonAmount(definition, scope, 'cpu-limit'),
      commonAmount(definition, scope, 'cpu'),
      cpu === undefined ? undefined : some(dyn(literalOf(cpu))),
      asked('limits', 'cpu'),
      asked('requests', 'cpu'),
    ],
    memory: [asked('limits', 'memory'), asked('requests', 'memory')],
  };
  return conditional(
    variable('isGuaranteed'),
    mapOf(
      open.map(resource => {
        const optional = candidates[resource].reduce<Expression>(
          (found, one) => (one === undefined ? found : firstOf(found, one)),
          none,
        );
        const amount = bind(optional, 'amount', found =>
          conditional(
            and(method(found, 'hasValue'), isAmount(method(found, 'value'))),
            some(dyn(method(found, 'value'))),
            none,
          ),
        );
        return optionalEntry(resource, amount);
      }),
    ),
    mapOf([]),
  );
}

/** Requests and limits of a run, as maps. */
function amountsOf(definition: SidecarDefinition, scope: TemplateScope, run: Run): Expression {
  const { requests, limits } = askedAmounts(definition, scope, run);
  return mapOf([entry('requests', dyn(mapOfAmounts(requests))), entry('limits', dyn(mapOfAmounts(limits)))]);
}

function ofTemplate(template: Template | undefined, scope: TemplateScope): Expression {
  return template === undefined ? none : asOptional(compileTemplate(template, scope));
}

function mapOfAmounts(amounts: ReadonlyMap<string, Expression>): Expression {
  return mapOf([...amounts].map(([resource, amount]): MapEntry => optionalEntry(resource, amount)));
}

const parameters: Readonly<Record<string, readonly [Kind, string]>> = {
  cpu: ['requests', 'cpu'],
  memory: ['requests', 'memory'],
  'cpu-limit': ['limits', 'cpu'],
  'memory-limit': ['limits', 'memory'],
};

/** What the definition says, changed by the annotations. */
function askedAmounts(definition: SidecarDefinition, scope: TemplateScope, run: Run | undefined): Amounts {
  const resources = templateAt(definition.container, 'resources');
  const defined = (kind: Kind) => {
    const amounts = templateAt(resources, kind);
    return new Map(keysOf(amounts).map(key => [key, ofTemplate(templateAt(amounts, key), scope)] as const));
  };
  const amounts = { requests: defined('requests'), limits: defined('limits') };
  const hasStorage = amounts.requests.has(ephemeralStorage) || amounts.limits.has(ephemeralStorage);
  if (run !== undefined && definition.parameters.get('size')?.isCommon && !hasStorage) {
    const size = at(scope.values, 'size');
    const isWanted = and(not(scope.isOnce), variable('isStorageLimited'), isIn('size', scope.values));
    const counts = and(isWanted, isSharedOnDisk(run.volumes), isAmount(size));
    amounts.requests.set(ephemeralStorage, conditional(counts, some(dyn(literal('0'))), none));
    amounts.limits.set(ephemeralStorage, conditional(counts, some(dyn(size)), none));
  }
  for (const [parameter, [kind, resource]] of Object.entries(parameters)) {
    const common = commonAmount(definition, scope, parameter);
    if (common === undefined) continue;
    amounts[kind].set(resource, firstOf(common, amounts[kind].get(resource)));
  }
  return amounts;
}

/** Whether the main shared volume is an emptyDir on the disk of the node. */
function isSharedOnDisk(volumes: Expression): Expression {
  return each(volumes, 'exists', 'volume', volume => and(isMain(volume), isOnDisk(at(volume, 'volume'))));
}

/** The optional of a common parameter; undefined where the definition has its own of that name. */
function commonAmount(
  { parameters: all }: SidecarDefinition,
  { values }: TemplateScope,
  parameter: string,
): Expression | undefined {
  return all.get(parameter)?.isCommon ? optionalAt(values, parameter) : undefined;
}

/** The first of two optionals that has a value. */
function firstOf(first: Expression, second: Expression | undefined): Expression {
  if (first === none && second !== undefined) return second;
  return second === undefined || second === none ? first : method(first, 'or', second);
}

/** Refuses a request above its limit. */
export function resourceProblems(definition: SidecarDefinition, scope: TemplateScope): readonly ListEntry[] {
  const { requests, limits } = askedAmounts(definition, scope, undefined);
  return [...requests].flatMap(([resource, request]) => {
    const limit = limits.get(resource);
    if (limit === undefined || isLiteral(limit, null)) return [];
    const [asked, allowed] = [method(request, 'value'), method(limit, 'value')];
    const hasLimitParameter = definition.parameters.get(`${resource}-limit`)?.isCommon === true;
    const key = (name: string) => keyOfInstance(scope.values, name);
    const isAsked = isIn(resource, scope.values);
    const named = hasLimitParameter
      ? conditional(isAsked, key(resource), key(`${resource}-limit`))
      : key(resource);
    const other = conditional(isAsked, key(`${resource}-limit`), key(resource));
    return [
      problemIf(
        and(
          method(request, 'hasValue'),
          method(limit, 'hasValue'),
          method(call('quantity', asked), 'isGreaterThan', call('quantity', allowed)),
        ),
        'request-above-limit',
        'annotation ',
        named,
        ': the request ',
        asked,
        ' is above the limit ',
        allowed,
        ...(hasLimitParameter ? ['; set ', other, ' too'] : []),
      ),
    ];
  });
}
