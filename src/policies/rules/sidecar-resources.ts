/** The resources of a sidecar: render/sidecar-resources.ts in CEL. */
import { ephemeralStorage } from '../../kubernetes/containers.ts';
import type { Json } from '../../kubernetes/json.ts';
import type { SidecarDefinition } from '../../sidecars/definition.ts';
import type { Template } from '../../sidecars/template/template.ts';
import {
  and,
  at,
  call,
  conditional,
  dyn,
  isIn,
  isLiteral,
  literal,
  mapOf,
  method,
  no,
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
import { problemIf } from './problems.ts';
import { isAmount } from './traits.ts';

/** Amounts by resource, each an optional. */
interface Amounts {
  readonly requests: ReadonlyMap<string, Expression>;
  readonly limits: ReadonlyMap<string, Expression>;
}

type Kind = keyof Amounts;

/** What the template of a container says under a key; undefined where it says nothing. */
export function templateAt(template: Template | undefined, key: string): Template | undefined {
  if (template?.kind === 'map') return template.entries.find(([name]) => name === key)?.[1];
  if (template?.kind !== 'literal') return undefined;
  const { value } = template;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const below = (value as Readonly<Record<string, Json>>)[key];
  return below === undefined ? undefined : { kind: 'literal', value: below };
}

/** The keys of a template that is a map. */
export function keysOf(template: Template | undefined): readonly string[] {
  if (template?.kind === 'map') return template.entries.map(([key]) => key);
  const isObject =
    template?.kind === 'literal' && typeof template.value === 'object' && template.value !== null;
  return isObject ? Object.keys(template.value) : [];
}

/** The resources as an optional map. `isShortLived`: it ends before the app starts. */
export function compileResources(
  definition: SidecarDefinition,
  scope: TemplateScope,
  options: { readonly isShortLived: boolean; readonly sharedOnDisk: Expression },
): Expression {
  const asked = askedAmounts(definition, scope, options);
  const isOpen = (resource: string) => not(isIn(resource, variable('podResources')));
  const left = mapAmounts(asked, (amount, resource) => conditional(isOpen(resource), amount, none));
  const equal = madeEqual(definition, scope, left);
  const resources = templateAt(definition.container, 'resources');
  const others = keysOf(resources)
    .filter(key => key !== 'requests' && key !== 'limits')
    .map(key => optionalEntry(key, ofTemplate(templateAt(resources, key), scope)));
  return unlessEmpty(
    dyn(
      mapOf([
        optionalEntry('requests', unlessEmpty(dyn(mapOfAmounts(equal.requests)))),
        optionalEntry('limits', unlessEmpty(dyn(mapOfAmounts(equal.limits)))),
        ...others,
      ]),
    ),
  );
}

function ofTemplate(template: Template | undefined, scope: TemplateScope): Expression {
  return template === undefined ? none : asOptional(compileTemplate(template, scope));
}

function mapOfAmounts(amounts: ReadonlyMap<string, Expression>): Expression {
  return mapOf([...amounts].map(([resource, amount]): MapEntry => optionalEntry(resource, amount)));
}

function mapAmounts(
  { requests, limits }: Amounts,
  change: (amount: Expression, resource: string, kind: Kind) => Expression,
): Amounts {
  const changed = (kind: Kind, amounts: ReadonlyMap<string, Expression>) =>
    new Map([...amounts].map(([resource, amount]) => [resource, change(amount, resource, kind)] as const));
  return { requests: changed('requests', requests), limits: changed('limits', limits) };
}

const parameters: Readonly<Record<string, readonly [Kind, string]>> = {
  cpu: ['requests', 'cpu'],
  memory: ['requests', 'memory'],
  'cpu-limit': ['limits', 'cpu'],
  'memory-limit': ['limits', 'memory'],
};

/** What the definition says, changed by the annotations. */
function askedAmounts(
  definition: SidecarDefinition,
  scope: TemplateScope,
  { isShortLived, sharedOnDisk }: { readonly isShortLived: boolean; readonly sharedOnDisk: Expression },
): Amounts {
  const resources = templateAt(definition.container, 'resources');
  const defined = (kind: Kind) => {
    const amounts = templateAt(resources, kind);
    return new Map(keysOf(amounts).map(key => [key, ofTemplate(templateAt(amounts, key), scope)] as const));
  };
  const amounts = { requests: defined('requests'), limits: defined('limits') };
  const hasStorage = amounts.requests.has(ephemeralStorage) || amounts.limits.has(ephemeralStorage);
  if (definition.parameters.get('size')?.isCommon && !hasStorage && !isShortLived) {
    const size = at(scope.values, 'size');
    const isWanted = and(variable('isStorageLimited'), sharedOnDisk, isIn('size', scope.values));
    const counts = and(isWanted, isAmount(size));
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
  return second === undefined || second === none ? first : method(first, 'or', second);
}

/** In a Guaranteed pod requests and limits of cpu and memory are the same, where there is an amount of both. */
function madeEqual(definition: SidecarDefinition, scope: TemplateScope, left: Amounts): Amounts {
  const optionals = (found: readonly (Expression | undefined)[]) => found.filter(one => one !== undefined);
  const { cpu } = definition.guaranteed;
  const wanted = {
    cpu: optionals([
      commonAmount(definition, scope, 'cpu-limit'),
      commonAmount(definition, scope, 'cpu'),
      cpu === undefined ? undefined : some(dyn(literalOf(cpu))),
      left.limits.get('cpu'),
      left.requests.get('cpu'),
    ]).reduce(firstOf, none as Expression),
    memory: optionals([left.limits.get('memory'), left.requests.get('memory')]).reduce(
      firstOf,
      none as Expression,
    ),
  };
  const isOpen = (resource: 'cpu' | 'memory') => not(isIn(resource, variable('podResources')));
  const isThere = (resource: 'cpu' | 'memory') => {
    const amount = wanted[resource];
    if (isNone(amount)) return no;
    return and(method(amount, 'hasValue'), isAmount(method(amount, 'value')));
  };
  const counts = and(
    variable('isGuaranteed'),
    ...(['cpu', 'memory'] as const).map(resource => or(not(isOpen(resource)), isThere(resource))),
  );
  const changed = (amounts: ReadonlyMap<string, Expression>) => {
    const equal = new Map(amounts);
    for (const resource of ['cpu', 'memory'] as const)
      equal.set(
        resource,
        conditional(and(counts, isOpen(resource)), wanted[resource], amounts.get(resource) ?? none),
      );
    return equal;
  };
  return { requests: changed(left.requests), limits: changed(left.limits) };
}

function isNone(optional: Expression): boolean {
  return optional === none;
}

/** Refuses a request above its limit. */
export function resourceProblems(definition: SidecarDefinition, scope: TemplateScope): readonly ListEntry[] {
  const { requests, limits } = askedAmounts(definition, scope, { isShortLived: true, sharedOnDisk: no });
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
