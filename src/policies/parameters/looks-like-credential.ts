import { credentialHash, credentialPatterns } from '../../credential.ts';
import {
  and,
  binary,
  bind,
  each,
  integer,
  literal,
  matches,
  method,
  not,
  or,
  size,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { printRegExp } from './print-pattern.ts';

/** The counterpart of `looksLikeCredential`, of a text that holds nothing unseen. */
export function looksLikeCredential(
  text: Expression,
  options: { readonly mayBeHash: Expression },
): Expression {
  const words = method(text, 'findAll', literal('[A-Za-z0-9]{12,}'));
  return or(
    matches(text, known),
    each(words, 'exists', 'word', word =>
      and(isRandom(word), not(and(options.mayBeHash, matches(word, printRegExp(credentialHash))))),
    ),
  );
}

/** RE2 looks at no character before a match: here it belongs to it. */
const known = credentialPatterns
  .map(({ source, flags }) =>
    printRegExp(new RegExp(source.replaceAll('(?<![A-Za-z0-9])', '(?:^|[^A-Za-z0-9])'), flags)),
  )
  .map(source => `(?:${source})`)
  .join('|');

/** Capital letters before small ones are counted once, as the last of them belongs to the small ones. */
function isRandom(word: Expression): Expression {
  const parts = size(method(word, 'findAll', literal('[A-Z]?[a-z]+|[A-Z]+|[0-9]+')));
  return bind(parts, 'parts', count =>
    or(
      binary('<', binary('*', integer(10), size(word)), binary('*', integer(35), count)),
      and(
        binary('>=', size(word), integer(16)),
        binary('>=', count, integer(3)),
        matches(word, '[0-9]'),
        matches(word, '[A-Za-z]'),
      ),
    ),
  );
}
