import { namedValue } from '../../sidecars/parameters/several-values.ts';
import {
  and,
  at,
  binary,
  bind,
  call,
  concat,
  conditional,
  differs,
  each,
  eachPair,
  integer,
  literal,
  matches,
  method,
  no,
  not,
  optionalAt,
  or,
  orValue,
  size,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { type Advise, firstOf, fits } from './compiled-type.ts';
import { looksLikeCredential } from './looks-like-credential.ts';

/** Stands for a comma that is part of a value while the others are split at; no value may hold it. */
const escapedComma = '\u0001';

/** The texts of the values of a list, or of the entries of a map. */
export function splitValues(text: Expression): Expression {
  const parts = method(method(text, 'replace', literal('\\,'), literal(escapedComma)), 'split', literal(','));
  return each(parts, 'map', 'escaped', part => method(part, 'replace', literal(escapedComma), literal(',')));
}

/** The limits of a policy, whose expressions may cost only so much. */
const maxValues = 200;
const maxLength = 8192;

/** What is wrong with the text as a whole, or with its parts, as `misfitOfParts` says. */
export function misfitOfSeveral(
  text: Expression,
  advise: Advise,
  misfitOfParts: (parts: Expression) => Expression,
): Expression {
  return firstOf(
    [
      [
        or(
          binary('>', size(text), integer(maxLength)),
          binary('>', size(method(text, 'split', literal(','))), integer(maxValues)),
        ),
        literal(`at most ${maxValues} values of at most ${maxLength} characters together`),
      ],
      [method(text, 'contains', literal(escapedComma)), advise('a value without control characters')],
    ],
    bind(splitValues(text), 'parts', misfitOfParts),
  );
}

/** The first text of a list that is not empty. */
export function firstMisfit(misfits: Expression): Expression {
  const found = each(misfits, 'filter', 'misfit', misfit => differs(misfit, ''));
  return orValue(optionalAt(found, integer(0)), fits);
}

/** The name of an entry of a map. */
export function nameOf(entry: Expression): Expression {
  return at(method(entry, 'split', literal('='), integer(2)), integer(0));
}

/** The text of the value of an entry that has one. */
export function writtenValueOf(entry: Expression): Expression {
  return at(method(entry, 'split', literal('='), integer(2)), integer(1));
}

/** What is wrong with the names of entries. */
export function misfitOfNames(parts: Expression, advise: Advise): Expression {
  return bind(each(parts, 'map', 'entry', nameOf), 'names', names =>
    firstMisfit(
      eachPair(parts, 'transformList', ['index', 'entry'], (index, entry) =>
        firstOf(
          [
            [not(matches(entry, namedPattern)), advise()],
            [differs(method(names, 'indexOf', nameOf(entry)), index), onlyOnce(nameOf(entry), advise)],
          ],
          fits,
        ),
      ),
    ),
  );
}

const namedPattern = namedValue.source
  .replace(/^\^/, '(?s)\\A')
  .replace(/\$$/, '\\z')
  .replaceAll(/\(\?<\w+>/g, '(');

function onlyOnce(name: Expression, advise: Advise): Expression {
  const shown = conditional(
    binary('>', size(name), integer(63)),
    concat(method(name, 'substring', integer(0), integer(62)), '…'),
    name,
  );
  return bind(concat('the name "', shown, '" once'), 'once', use =>
    conditional(looksLikeCredential(use, { mayBeHash: no }), advise(), use),
  );
}

/** Entries in the order in which JavaScript has the keys of an object: whole numbers first, by their size. */
export function inOrderOfKeys(entries: Expression): Expression {
  const isNumber = (entry: Expression) =>
    and(
      matches(nameOf(entry), '\\A(?:0|[1-9][0-9]{0,9})\\z'),
      binary('<', call('int', nameOf(entry)), integer(4294967295)),
    );
  const numbers = each(entries, 'filter', 'entry', isNumber);
  return concat(
    each(numbers, 'sortBy', 'entry', entry => call('int', nameOf(entry))),
    each(entries, 'filter', 'entry', entry => not(isNumber(entry))),
  );
}
