import { and, conditional, literal, matches, not } from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';

/**
 * A name or a path as messages show it: as it stands where it is made of words with few digits, and hidden otherwise. The
 * counterpart of `shownName` for places where much is told: it is short, and never shows what that one hides.
 */
export function plainName(name: Expression): Expression {
  return conditional(and(matches(name, words), not(matches(name, credential))), name, literal('***'));
}

const word = '[a-z]{0,30}[0-9]{0,3}';

const words = `^${word}(?:[./-]${word}){0,10}$`;

/** What src/credential.ts knows by its prefix, as far as it is made of such words, and UUIDs. */
const credential = '(?:gl[a-z]+|xox[a-z]|xapp|pypi|[sr]k)-|[0-9a-f]{8}-[0-9a-f]{4}-';
