import { parseQuantity } from '../../kubernetes/quantity.ts';
import { onlyParameter } from '../template/template.ts';
import { type Alternative, fieldOf, isObjectPlace } from './alternatives.ts';
import type { DefinitionUnderCheck, Rule } from './definition-under-check.ts';
import type { ObjectPlace } from './places.ts';

/** Requests that no limit allows, and resources that are never shared out twice. */
export const checkResources: Rule = definition => {
  for (const place of definition.places.objects) {
    if (place.type === 'ResourceRequirements') checkRequirements(definition, place);
  }
};

function checkRequirements(definition: DefinitionUnderCheck, place: ObjectPlace): void {
  const requests = amountsIn(place, 'requests');
  const limits = amountsIn(place, 'limits');
  for (const [resource, found] of requests) {
    for (const request of found)
      checkRequest(definition, { resource, request, limits: limits.get(resource) });
  }
  for (const [resource, found] of [...requests, ...limits]) {
    for (const { path, text } of found) checkWhole(definition, { resource, path, text });
  }
  const names = [...requests.keys(), ...limits.keys()];
  const pages = names.find(name => name.startsWith('hugepages-'));
  if (pages !== undefined && !names.includes('cpu') && !names.includes('memory')) {
    definition.report(
      place.path,
      () => `${pages} needs a request or a limit of cpu or memory beside it; add one`,
    );
  }
}

interface Amount extends Alternative {
  readonly text: string;
}

/** The amounts of each resource that are known, and undefined parameters left aside. */
function amountsIn(place: ObjectPlace, key: 'requests' | 'limits'): ReadonlyMap<string, readonly Amount[]> {
  const found = new Map<string, Amount[]>();
  for (const list of fieldOf(place, key)) {
    if (!isObjectPlace(list)) continue;
    for (const resource of Object.keys(list.value)) {
      const amounts = fieldOf(list, resource).flatMap(amount =>
        typeof amount.value === 'string' ? { ...amount, text: amount.value } : [],
      );
      found.set(resource, [...(found.get(resource) ?? []), ...amounts]);
    }
  }
  return found;
}

interface Request {
  readonly resource: string;
  readonly request: Amount;
  readonly limits: readonly Amount[] | undefined;
}

function checkRequest(definition: DefinitionUnderCheck, { resource, request, limits = [] }: Request): void {
  const { canHold, report } = definition;
  const isShared = !resource.startsWith('hugepages-') && !resource.includes('/');
  const together = limits.filter(limit => canHold([...limit.when, ...request.when]));
  const wanted = amountOf(definition, request);
  if (together.length === 0 && !isShared) {
    report(
      request.path,
      () => `${resource} is not shared, so it needs a limit of the same amount; add limits.${resource}`,
    );
  }
  for (const limit of together) {
    const allowed = amountOf(definition, limit);
    if (wanted === undefined || allowed === undefined) continue;
    if (wanted > allowed) {
      report(
        request.path,
        () =>
          `the request ${request.text} is above the limit ${limit.text}; raise the limit or lower the request`,
      );
    } else if (wanted < allowed && !isShared) {
      report(
        request.path,
        () =>
          `${resource} is not shared, so request and limit are the same; here they are ${request.text} and ${limit.text}`,
      );
    }
  }
}

/** Of a parameter its default. */
function amountOf({ parameters }: DefinitionUnderCheck, { text }: Amount): number | undefined {
  const part = onlyParameter(text);
  return part === undefined ? parseQuantity(text) : parameters.get(part.parameter)?.defaultValue?.magnitude;
}

function checkWhole(
  definition: DefinitionUnderCheck,
  {
    resource,
    path,
    text,
  }: { readonly resource: string; readonly path: Amount['path']; readonly text: string },
): void {
  const amount = parseQuantity(text);
  if (amount === undefined) return;
  if (resource.includes('/') && !Number.isInteger(amount)) {
    definition.report(path, () => `${resource} comes in whole numbers; "${text}" is none`);
  }
  const size = resource.startsWith('hugepages-')
    ? parseQuantity(resource.slice('hugepages-'.length))
    : undefined;
  if (size !== undefined && (size <= 0 || amount % size !== 0)) {
    definition.report(path, () => `"${text}" is no multiple of the page size of ${resource}`);
  }
}
