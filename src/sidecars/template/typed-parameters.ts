import { eachOfMap, eachValue, type Template } from './template.ts';

/** The parameters that a template takes as a number or a boolean at a path below it, in any entry of its lists. */
export function typedParameters(template: Template, keys: readonly string[]): readonly string[] {
  if (template.kind === 'choice') {
    const branches = template.otherwise ? [template.value, template.otherwise] : [template.value];
    return branches.flatMap(branch => typedParameters(branch, keys));
  }
  if (template.kind === 'each') {
    const found = typedParameters(template.value, keys);
    return found.map(name => (name === eachValue || name === eachOfMap ? template.parameter : name));
  }
  if (template.kind === 'list' || template.kind === 'entries')
    return template.entries.flatMap(entry => typedParameters(entry, keys));
  const [key, ...rest] = keys;
  if (key === undefined) return template.kind === 'typed' ? [template.parameter] : [];
  if (template.kind !== 'map') return [];
  return template.entries.flatMap(([name, value]) => (name === key ? typedParameters(value, rest) : []));
}
