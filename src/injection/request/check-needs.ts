import type { ParameterValue, SidecarDefinition } from '../../sidecars/definition.ts';
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
    const [subject = '', fact] = needs.split('.');
    const value = values.get(subject);
    if (value && (fact === undefined || value.facts?.includes(fact))) return [];
    const key = settingKey(request, definition, subject);
    const sentence = definition.parameters.get(subject)?.factSentences[fact ?? ''] ?? `the value is ${fact}`;
    const advice = value === undefined ? `; set ${key} too` : ` unless in ${key} ${sentence}`;
    const where = parameterKey(request, name);
    return [refusal('parameter-needs-another', where, () => `annotation ${where}: without effect${advice}`)];
  });
}
