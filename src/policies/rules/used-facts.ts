import type { SidecarDefinition } from '../../sidecars/definition.ts';
import {
  type Condition,
  parseCondition,
  type Template,
  type TextPart,
} from '../../sidecars/template/template.ts';

/**
 * The facts that a definition asks for, by parameter; `seconds` where it inserts a duration as a number, `magnitude` where it
 * computes with one.
 */
export function usedFacts(definition: SidecarDefinition): ReadonlyMap<string, ReadonlySet<string>> {
  const { container, volumes, appEnv, ready, once, content, annotations, sharedWhen, parameters } =
    definition;
  const templates = [
    container,
    volumes,
    appEnv,
    ready?.probe,
    content,
    ...annotations.map(([, value]) => value),
  ];
  const needs = [...parameters.values()].flatMap(({ needs: needed }) =>
    needed === undefined ? [] : [parseCondition(needed)],
  );
  const found = [
    ...templates.flatMap(template => (template === undefined ? [] : factsIn(template))),
    ...(typeof ready?.within === 'string' ? [[ready.within, 'magnitude'] as const] : []),
    ...[...(ready?.when ?? []), ...(once ?? []), ...sharedWhen, ...needs].map(ofCondition),
  ];
  const facts = new Map<string, Set<string>>();
  for (const [parameter, fact] of found) {
    if (fact === undefined) continue;
    facts.set(parameter, (facts.get(parameter) ?? new Set()).add(fact));
  }
  return facts;
}

type Fact = readonly [parameter: string, fact: string | undefined];

function ofCondition({ subject, fact }: Condition): Fact {
  return [subject, fact];
}

function ofPart(part: TextPart): readonly Fact[] {
  return typeof part === 'object' && part.isInSeconds ? [[part.parameter, 'seconds']] : [];
}

function factsIn(template: Template): readonly Fact[] {
  switch (template.kind) {
    case 'literal':
      return [];
    case 'typed':
      return ofPart(template);
    case 'text':
      return template.parts.flatMap(ofPart);
    case 'choice':
      return [
        ...template.when.map(ofCondition),
        ...factsIn(template.value),
        ...(template.otherwise ? factsIn(template.otherwise) : []),
      ];
    case 'json':
      return factsIn(template.value);
    case 'list':
    case 'entries':
      return template.entries.flatMap(factsIn);
    case 'each':
      return [...template.when.map(ofCondition), ...factsIn(template.value)];
    case 'map':
      return template.entries.flatMap(([, entry]) => factsIn(entry));
  }
}
