import type { Json } from '../../kubernetes/json.ts';
import { textParts } from '../template/template.ts';
import { type Alternative, type Entry, entriesOf, fieldOf, isObjectPlace } from './alternatives.ts';
import type { Circumstances, KnownParameters } from './circumstances.ts';
import type { DefinitionUnderCheck } from './definition-under-check.ts';

/** A value that no second one of its kind may have. */
export interface Occurrence {
  /** Equal where the values are. */
  readonly key: string;
  readonly path: Alternative['path'];
  readonly when: Circumstances;
  /** The parameter for each of whose values the entry is made. */
  readonly each: string | undefined;
}

/** Two that can stand together; `first` is the same one where an entry is made several times. */
export interface Repeat {
  readonly first: Occurrence;
  readonly second: Occurrence;
}

/** What of an entry must be its own: the values of one field, each with the circumstances of the entry. */
export function occurrencesIn(
  { parameters }: DefinitionUnderCheck,
  list: Alternative,
  field: string,
): readonly Occurrence[] {
  return entriesOf(list).flatMap(entry =>
    isObjectPlace(entry)
      ? fieldOf(entry, field).flatMap(({ value, path, when }) =>
          value === undefined
            ? []
            : { key: keyOf(value, parameters), path, when, each: (entry as Entry).each },
        )
      : [],
  );
}

/** A text with the defaults of the parameters that it names, where each has one: what everyone gets who sets nothing. */
export function keyOf(value: Json, parameters: KnownParameters): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  const filled = textParts(value).map(part => {
    if (typeof part === 'string') return part;
    const preset = parameters.get(part.parameter)?.defaultValue;
    return part.isInSeconds || typeof preset?.value === 'object' ? undefined : preset?.value;
  });
  return filled.some(part => part === undefined) ? value : filled.join('');
}

/** Of so many with one value each is held against each other; nobody writes more. */
const maxCompared = 16;

/** Each value that stands a second time where it can stand together with an earlier one. */
export function repeatsIn(
  { canHold }: DefinitionUnderCheck,
  occurrences: readonly Occurrence[],
): readonly Repeat[] {
  const seen = new Map<string, Occurrence[]>();
  return occurrences.flatMap(second => {
    const earlier = seen.get(second.key) ?? [];
    seen.set(second.key, earlier);
    if (earlier.length < maxCompared) earlier.push(second);
    const first = earlier.find(other => other !== second && canHold([...other.when, ...second.when]));
    if (first) return [{ first, second }];
    return isMadeAgain(second) ? [{ first: second, second }] : [];
  });
}

/** An entry that is made for each of several values needs one of them in all that must be its own. */
function isMadeAgain({ key, each }: Occurrence): boolean {
  return each !== undefined && !key.includes('${each');
}
