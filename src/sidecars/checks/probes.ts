import { onlyParameter } from '../template/template.ts';
import type { Alternative } from './alternatives.ts';
import { alternativesOf, below, entriesOf, fieldOf, isObjectPlace } from './alternatives.ts';
import type { DefinitionUnderCheck, Rule } from './definition-under-check.ts';
import { keyOf } from './repeated-values.ts';

/** What probes and hooks ask of the rest of the container, and what some of them cannot have. */
export const checkProbes: Rule = definition => {
  const names = portNames(definition);
  for (const key of ['livenessProbe', 'readinessProbe']) {
    for (const probe of placesAt(definition, ['container', key])) {
      checkPorts(definition, probe, names);
      if (key === 'livenessProbe') checkSuccessThreshold(definition, probe);
      else checkGracePeriod(definition, probe);
    }
  }
  for (const hook of ['postStart', 'preStop']) {
    for (const place of placesAt(definition, ['container', 'lifecycle', hook]))
      checkPorts(definition, place, names);
  }
  for (const place of placesAt(definition, ['ready'])) checkPorts(definition, place, names);
  checkStopSignal(definition);
};

function placesAt({ spec }: DefinitionUnderCheck, keys: readonly string[]): readonly Alternative[] {
  return below({ value: spec, path: ['spec'], when: [] }, keys);
}

/** The names that a container's ports can have; undefined where a parameter may give one any name. */
function portNames(definition: DefinitionUnderCheck): ReadonlySet<string> | undefined {
  const { container, parameters } = definition;
  const list = { value: container['ports'], path: ['spec', 'container', 'ports'], when: [] };
  const names = entriesOf(list).flatMap(entry => (isObjectPlace(entry) ? fieldOf(entry, 'name') : []));
  const known = names.flatMap(({ value }) => (value === undefined ? [] : keyOf(value ?? null, parameters)));
  return known.some(name => name.includes('${each')) ? undefined : new Set(known);
}

function checkPorts(
  definition: DefinitionUnderCheck,
  place: Alternative,
  names: ReadonlySet<string> | undefined,
): void {
  if (!isObjectPlace(place) || names === undefined) return;
  for (const handler of ['httpGet', 'tcpSocket']) {
    for (const port of below(place, [handler, 'port'])) checkPort(definition, port, names);
  }
}

function checkPort(
  { parameters, report }: DefinitionUnderCheck,
  { value, path }: Alternative,
  names: ReadonlySet<string>,
): void {
  if (typeof value !== 'string' || namesNumber(value, parameters)) return;
  if (names.has(keyOf(value, parameters)) || names.has(value)) return;
  // A text of a parameter may be one of the names.
  if (names.size > 0 && value.includes('${')) return;
  const known = names.size === 0 ? 'the container names none' : `known: ${[...names].join(', ')}`;
  report(
    path,
    () => `no port named "${value}" in spec.container.ports; ${known}; write its number, or name it there`,
  );
}

/** Where a port may stand, a lone parameter of a number is one, and so are the seconds of a duration. */
function namesNumber(text: string, parameters: DefinitionUnderCheck['parameters']): boolean {
  const part = onlyParameter(text);
  if (part === undefined) return false;
  const { parameter, isInSeconds } = part;
  const isOfEach = parameter.startsWith('each');
  return isInSeconds || isOfEach || ['port', 'integer'].includes(parameters.get(parameter)?.type ?? '');
}

function checkSuccessThreshold({ report }: DefinitionUnderCheck, probe: Alternative): void {
  if (!isObjectPlace(probe)) return;
  for (const { value, path } of fieldOf(probe, 'successThreshold')) {
    if (value === undefined || value === 1) continue;
    report(
      path,
      () => `a liveness probe has succeeded when it did once: expected 1, got ${String(value)}; remove it`,
    );
  }
}

function checkGracePeriod({ report }: DefinitionUnderCheck, probe: Alternative): void {
  if (!isObjectPlace(probe)) return;
  for (const { value, path } of fieldOf(probe, 'terminationGracePeriodSeconds')) {
    if (value === undefined) continue;
    report(path, 'a readiness probe ends no container, so it has no grace period; remove it');
  }
}

/** The API server takes one only in pods that name their operating system, which few do. */
function checkStopSignal(definition: DefinitionUnderCheck): void {
  for (const place of placesAt(definition, ['container', 'lifecycle', 'stopSignal'])) {
    for (const { value, path } of alternativesOf(place)) {
      if (value === undefined) continue;
      definition.report(
        path,
        'Kubernetes takes a stop signal only in pods that set spec.os.name, which most do not; have the image say it, or a preStop hook',
      );
    }
  }
}
