import type { JsonObject } from '../../kubernetes/json.ts';
import { yieldingNames } from '../parameters/common-parameters.ts';
import { specShape } from '../schema/definition-shape.ts';
import { namedParameters } from '../template/named-parameters.ts';
import type { Remark } from './remark.ts';
import type { OtherNotation } from './review-notation.ts';

/** Parameters that do nothing, and those that nobody explains. */
export function reviewParameters(spec: JsonObject, notations: readonly OtherNotation[]): readonly Remark[] {
  const meant = notations.map(({ parameter }) => parameter);
  const named = new Set([...namedParameters(spec, specShape), ...meant]);
  return Object.entries((spec['parameters'] ?? {}) as JsonObject).flatMap(([name, parameter]) => [
    ...reviewUse(name, named),
    ...reviewDescription(name, parameter as JsonObject),
    ...reviewName(name),
  ]);
}

function reviewUse(name: string, named: ReadonlySet<string>): readonly Remark[] {
  if (named.has(name)) return [];
  const message = `nothing names "${name}"; write "\${${name}}" where it belongs, or remove it`;
  return [{ finding: 'unused-parameter', path: ['spec', 'parameters', name], message }];
}

function reviewDescription(name: string, { description }: JsonObject): readonly Remark[] {
  if (typeof description === 'string' && description.trim() !== '') return [];
  const message = 'give it a description, one sentence for those who write annotations';
  return [{ finding: 'no-description', path: ['spec', 'parameters', name], message }];
}

/** Whoever knows the common parameter of that name from other sidecars expects another effect. */
function reviewName(name: string): readonly Remark[] {
  if (!yieldingNames.has(name)) return [];
  const message = `.${name} has a meaning of its own for other sidecars, which it lacks for this one; another name keeps both`;
  return [{ finding: 'common-parameter', path: ['spec', 'parameters', name], message }];
}
