import { canBeUnset, type Parameter } from '../definition.ts';
import { type Condition, opposite, parseCondition } from '../template/template.ts';

/** What must be so for a part of a definition to be there: all clauses, of each at least one condition. */
export type Circumstances = readonly (readonly Condition[])[];

/** The circumstances in which these conditions of a definition hold as well. */
export function withAll(when: Circumstances, conditions: readonly Condition[]): Circumstances {
  return [...when, ...conditions.map(condition => [condition])];
}

/** The circumstances in which at least one of these conditions does not hold. */
export function withoutAll(when: Circumstances, conditions: readonly Condition[]): Circumstances {
  return [...when, conditions.map(opposite)];
}

export function isSet(parameter: string): Condition {
  return { subject: parameter, fact: undefined, isNegated: false };
}

export function isUnset(parameter: string): Condition {
  return { subject: parameter, fact: undefined, isNegated: true };
}

/** What is known of parameters that conditions name. */
export type KnownParameters = ReadonlyMap<string, Parameter>;

/**
 * Whether there may be values with which all of it holds. It is right about each parameter, and about what parameters
 * need; where a clause leaves a choice it looks at one at a time, so it may take what cannot be for possible.
 */
export function canHold(when: Circumstances, parameters: KnownParameters): boolean {
  const sure = withNeeds(
    when.flatMap(clause => (clause.length === 1 ? clause : [])),
    parameters,
  );
  if (!canAllHold(sure, parameters)) return false;
  return when
    .filter(clause => clause.length > 1)
    .every(clause =>
      clause.some(condition => canAllHold(withNeeds([...sure, condition], parameters), parameters)),
    );
}

/** Conditions with those that follow: what has no default is set by somebody, who had to set what it needs. */
function withNeeds(conditions: readonly Condition[], parameters: KnownParameters): readonly Condition[] {
  const all = [...conditions];
  const seen = new Set<string>();
  for (const { subject, isNegated } of all) {
    const parameter = parameters.get(subject);
    if (isNegated || seen.has(subject) || parameter?.needs === undefined) continue;
    seen.add(subject);
    if (parameter.defaultValue === undefined) all.push(parseCondition(parameter.needs));
  }
  return all;
}

function canAllHold(conditions: readonly Condition[], parameters: KnownParameters): boolean {
  const bySubject = Map.groupBy(conditions, ({ subject }) => subject);
  return [...bySubject].every(([subject, asked]) => hasState(parameters.get(subject), asked));
}

/** Whether one value, or none, satisfies all that is asked of a parameter, or of the run. */
function hasState(parameter: Parameter | undefined, asked: readonly Condition[]): boolean {
  const wanted = factsOf(asked.filter(({ isNegated }) => !isNegated));
  const refused = factsOf(asked.filter(({ isNegated }) => isNegated));
  if ([...wanted].some(fact => refused.has(fact))) return false;
  if (parameter === undefined) return true;
  if (wanted.size === 0 && canBeUnset(parameter)) return true;
  if (refused.has(undefined)) return false;
  const facts = [...wanted].filter(fact => fact !== undefined);
  if (parameter.holds !== 'one') return true;
  if (facts.length > 0) return facts.length === 1;
  return !closedTypes.has(parameter.type) || parameter.facts.some(fact => !refused.has(fact));
}

function factsOf(conditions: readonly Condition[]): ReadonlySet<string | undefined> {
  return new Set(conditions.map(({ fact }) => fact));
}

/** The types of which each value has exactly one fact. */
const closedTypes: ReadonlySet<string> = new Set(['boolean', 'enum', 'git-url', 'endpoint']);

/** The values of an enum, without its literals. */
export function valuesOfEnum({ facts, literals }: Parameter): readonly string[] {
  return facts.filter(fact => !literals.includes(fact));
}
