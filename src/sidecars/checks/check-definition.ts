import { isObject, type JsonObject } from '../../kubernetes/json.ts';
import type { Steps } from '../../steps.ts';
import { specShape } from '../schema/definition-shape.ts';
import type { YamlSource } from '../yaml-source.ts';
import { canHold, type KnownParameters } from './circumstances.ts';
import type { DefinitionUnderCheck } from './definition-under-check.ts';
import { placesIn } from './places.ts';
import { rules } from './rules.ts';

/** A definition as far as it could be read. */
export interface ReadDefinition {
  readonly name: string;
  readonly spec: JsonObject;
  readonly parameters: KnownParameters;
}

/**
 * Reports what the API server would refuse in every pod that gets the sidecar, or in those with some values: its own
 * validation of pods, foretold. What is known of a single field is in `schema/kubernetes-formats.ts`.
 */
export function* checkDefinition(source: YamlSource, read: ReadDefinition): Steps<void> {
  const definition = underCheck(read, (path, message) => source.add(path, message));
  yield;
  for (const rule of rules) {
    rule(definition);
    yield;
  }
}

/** A definition with all that rules and reviews ask of it. */
export function underCheck(
  { name, spec, parameters }: ReadDefinition,
  report: DefinitionUnderCheck['report'],
): DefinitionUnderCheck {
  return {
    spec,
    container: isObject(spec['container']) ? spec['container'] : {},
    name,
    parameters,
    places: placesIn(spec, specShape),
    canHold: when => canHold(when, parameters),
    report,
  };
}
