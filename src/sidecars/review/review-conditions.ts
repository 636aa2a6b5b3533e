import { isObject, type Json } from '../../kubernetes/json.ts';
import type { Parameter } from '../definition.ts';
import type { KeyPath } from '../yaml-source.ts';
import type { Remark } from './remark.ts';

/** A boolean is set whether it is true or false. */
export function reviewConditions(
  value: Json | undefined,
  path: KeyPath,
  parameters: ReadonlyMap<string, Parameter>,
): readonly Remark[] {
  if (Array.isArray(value))
    return value.flatMap((entry, index) => reviewConditions(entry, [...path, index], parameters));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, entry]) => {
    if (key !== 'when' && key !== 'once') return reviewConditions(entry, [...path, key], parameters);
    const facts = (Array.isArray(entry) ? entry : [entry]).map(fact => String(fact).replace('!', ''));
    return facts
      .filter(fact => parameters.get(fact)?.type === 'boolean')
      .map(fact => ({
        finding: 'boolean-fact',
        path: [...path, key],
        message: `"${fact}" holds for false too; write "${fact}.true"`,
      }));
  });
}
