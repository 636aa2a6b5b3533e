import { type Fact, known, unknown } from '../fact.ts';
import { compareDefinitions, differencesInWords } from './compare-definitions.ts';
import type { DefinitionInForce, InjectorReading } from './injector-version.ts';
import { answered, nameOf, unanswered } from './told-versions.ts';

/** What an injector has in force. */
export interface AgreedDefinitions {
  /** Where the injector is. */
  readonly namespace: string;
  readonly definitions: readonly DefinitionInForce[];
  /** Why some of its replicas did not answer, in words. */
  readonly silent: readonly string[];
}

/**
 * What all replicas that answer have in force, or why that is not known: none of them answers, or they differ, as they
 * do for about a minute after a change. Digests have no age: of two replicas nobody can say which one is right.
 */
export function agreedDefinitions(reading: InjectorReading): Fact<AgreedDefinitions> {
  const [first, ...others] = answered(reading);
  const silent = unanswered(reading);
  if (first === undefined) return unknown(silent.join('; ') || 'no replica of the injector runs');
  const { definitions } = first.version;
  for (const other of others) {
    const words = differencesInWords(compareDefinitions(definitions, other.version.definitions), [
      'in the first',
      'in the second',
    ]);
    if (words !== undefined)
      return unknown(
        `${nameOf(first)} and ${nameOf(other)} have other definitions in force, which takes about a minute ` +
          `after a change: ${words}`,
      );
  }
  return known({ namespace: reading.namespace, definitions, silent });
}
