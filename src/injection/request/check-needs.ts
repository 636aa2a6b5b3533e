import type { ParameterValue, SidecarDefinition } from '../../sidecars/definition.ts';
import { parseCondition } from '../../sidecars/template/template.ts';
import { type Finding, refusal } from '../reason.ts';
import type { SidecarRequest } from './read-requests.ts';
import { parameterKey, settingKey } from './sidecar-instance.ts';

/**
 * Refuses an annotation for a parameter whose `needs` no value meets. What the operator set by default may be without its
 * use in a pod; what an annotation says is meant.
 */
export function checkNeeds(
  request: SidecarRequest,
  definition: SidecarDefinition,
  values: ReadonlyMap<string, ParameterValue>,
): readonly Finding[] {
  return [...request.annotations.keys()].flatMap(name => {
    const needs = definition.parameters.get(name)?.needs;
    if (needs === undefined) return [];
    const { subject, fact, isNegated: isUnwanted } = parseCondition(needs);
    const value = values.get(subject);
    const isSo = value !== undefined && (fact === undefined || value.facts?.includes(fact) === true);
    if (isSo !== isUnwanted) return [];
    const key = settingKey(request, definition, subject);
    const sentence = definition.parameters.get(subject)?.factSentences[fact ?? ''] ?? `the value is ${fact}`;
    const advice = adviceOn(key, {
      sentence,
      isUnwanted,
      isSet: value !== undefined,
      hasFact: fact !== undefined,
    });
    const where = parameterKey(request, name);
    return [refusal('parameter-needs-another', where, () => `annotation ${where}: without effect${advice}`)];
  });
}

interface Need {
  /** What is so where the fact holds. */
  readonly sentence: string;
  readonly hasFact: boolean;
  readonly isUnwanted: boolean;
  readonly isSet: boolean;
}

function adviceOn(key: string, { sentence, hasFact, isUnwanted, isSet }: Need): string {
  if (isUnwanted) return hasFact ? ` where in ${key} ${sentence}` : ` beside ${key}; leave out one of them`;
  return isSet ? ` unless in ${key} ${sentence}` : `; set ${key} too`;
}
