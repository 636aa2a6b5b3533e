/** What templates of maps say under each of their keys, where the engine changes some of what they say. */
import { isObject } from '../../kubernetes/json.ts';
import type { Template } from '../../sidecars/template/template.ts';

/** What a template says under a key; undefined where it never says anything. A choice is one of what both say there. */
export function templateAt(template: Template | undefined, key: string): Template | undefined {
  if (template?.kind === 'map') return template.entries.find(([name]) => name === key)?.[1];
  if (template?.kind === 'choice') {
    const value = templateAt(template.value, key);
    const otherwise = templateAt(template.otherwise, key);
    if (value === undefined && otherwise === undefined) return undefined;
    return { kind: 'choice', when: template.when, value: value ?? nothing, otherwise };
  }
  if (template?.kind !== 'literal' || !isObject(template.value)) return undefined;
  const below = template.value[key];
  return below === undefined ? undefined : { kind: 'literal', value: below };
}

/** Leaves out what it stands for. */
const nothing: Template = { kind: 'entries', entries: [] };

/** The keys of a template of a map, all that it may have. */
export function keysOf(template: Template | undefined): readonly string[] {
  if (template?.kind === 'map') return template.entries.map(([key]) => key);
  if (template?.kind === 'choice')
    return [...new Set([...keysOf(template.value), ...keysOf(template.otherwise)])];
  return template?.kind === 'literal' && isObject(template.value) ? Object.keys(template.value) : [];
}
