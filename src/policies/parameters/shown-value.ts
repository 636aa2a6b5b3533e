import { hidden, maxCharacters, maxRead, schemePattern } from '../../injection/shown-value.ts';
import {
  and,
  at,
  binary,
  bind,
  concat,
  conditional,
  differs,
  equals,
  integer,
  literal,
  matches,
  method,
  no,
  not,
  or,
  size,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { firstOf } from './compiled-type.ts';
import { looksLikeCredential } from './looks-like-credential.ts';
import { printRegExp } from './print-pattern.ts';

/** The counterpart of `shownValue`: a value in quotes, which never shows what that one hides. */
export function shownValue(text: Expression, type: TypeName): Expression {
  return concat('"', shown(text, type), '"');
}

/** The name of a parameter's type, or an expression for it; an empty text where there is none. */
type TypeName = string | undefined | Expression;

function isOfType(type: TypeName, wanted: string): Expression {
  return typeof type === 'object' ? equals(type, wanted) : literal(type === wanted);
}

/** The counterpart of `shownName`. */
export function shownName(text: Expression): Expression {
  return shown(text, undefined);
}

function shown(text: Expression, type: TypeName): Expression {
  const isLong = binary('>', size(text), integer(maxRead));
  const read = conditional(isLong, method(text, 'substring', integer(0), integer(maxRead)), text);
  const isHard = and(isLong, or(contains(text, '@'), contains(text, '%')));
  return bind(read, 'read', start =>
    conditional(
      or(isHard, matches(start, hard)),
      literal(hidden),
      bind(withoutCredentials(start, type), 'safe', safe =>
        conditional(
          binary('>', size(safe), integer(maxCharacters)),
          concat(method(safe, 'substring', integer(0), integer(maxCharacters - 1)), '…'),
          safe,
        ),
      ),
    ),
  );
}

/**
 * What CEL cannot take out of a text or decode; what JavaScript counts as two characters; and the two characters beyond
 * ASCII that RE2 takes for letters of ASCII where it ignores case.
 */
const hard = '[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\x{10000}-\\x{10FFFF}\\x{17F}\\x{212A}]|%[0-7][0-9A-Fa-f]';

function withoutCredentials(text: Expression, type: TypeName): Expression {
  return bind(method(text, 'find', literal('[?#&;]')), 'mark', mark => {
    const hasMark = differs(mark, '');
    const end = conditional(hasMark, method(text, 'indexOf', mark), size(text));
    return bind(end, 'end', place => {
      const behind = binary('<', binary('+', place, integer(1)), size(text));
      const tail = concat(mark, conditional(and(hasMark, behind), literal(hidden), literal('')));
      return conditional(
        and(hasMark, binary('>', lastAt(text), place)),
        literal(hidden),
        bind(method(text, 'substring', integer(0), place), 'body', body => withoutTail(body, tail, type)),
      );
    });
  });
}

function lastAt(text: Expression): Expression {
  return method(text, 'lastIndexOf', literal('@'));
}

function withoutTail(text: Expression, tail: Expression, type: TypeName): Expression {
  const hasUser = contains(text, '@');
  return bind(method(text, 'find', literal(printRegExp(schemePattern))), 'scheme', scheme => {
    const rest = conditional(hasUser, behindOf(text, lastAt(text)), method(text, 'substring', size(scheme)));
    const address = bind(rest, 'rest', place =>
      concat(
        conditional(hasUser, literal(`${hidden}@`), scheme),
        shownPlace(place, type, and(hasUser, equals(scheme, ''))),
        tail,
      ),
    );
    return firstOf(
      [
        [and(differs(scheme, ''), looksLikeCredential(scheme, { mayBeHash: no })), literal(hidden)],
        [or(hasUser, differs(scheme, '')), address],
      ],
      concat(shownPlain(text, type), tail),
    );
  });
}

function behindOf(text: Expression, index: Expression): Expression {
  return method(text, 'substring', binary('+', index, integer(1)));
}

/** A host with what follows it. */
function shownPlace(text: Expression, type: TypeName, isScp: Expression): Expression {
  const host = conditional(
    isScp,
    method(text, 'find', literal('\\A[^/:]*')),
    method(text, 'find', literal('\\A[^/]*')),
  );
  return bind(host, 'place', before => {
    const path = method(text, 'substring', size(before));
    const beginning = concat(before, method(path, 'charAt', integer(0)));
    const isSecret = looksLikeCredential(path, { mayBeHash: no });
    const long = conditional(
      isOfType(type, 'git-url'),
      conditional(isSecret, concat(beginning, hidden), text),
      concat(beginning, '…'),
    );
    return firstOf(
      [
        [not(isHost(before)), literal(hidden)],
        [binary('<', size(path), integer(2)), text],
      ],
      long,
    );
  });
}

function isHost(text: Expression): Expression {
  const name = method(text, 'find', literal('\\A[^:]*'));
  const isNamed = bind(name, 'named', host =>
    and(
      or(contains(host, '.'), not(matches(host, '[0-9]'))),
      not(looksLikeCredential(host, { mayBeHash: no })),
    ),
  );
  return or(
    matches(text, '\\A\\[[0-9A-Fa-f:.]+\\](?::[0-9]{0,5})?\\z'),
    and(matches(text, '\\A[^:]*(?::[0-9]{0,5})?\\z'), isNamed),
  );
}

/** A text that is no address. */
function shownPlain(text: Expression, type: TypeName): Expression {
  const before = at(method(text, 'split', literal('://'), integer(2)), integer(0));
  return bind(before, 'plain', plain =>
    concat(plainStart(plain, type), conditional(contains(text, '://'), literal(`://${hidden}`), literal(''))),
  );
}

function plainStart(text: Expression, type: TypeName): Expression {
  const isLogin = and(
    matches(text, '\\A[\\w.+-]{2,}:'),
    not(matches(text, '\\A[0-9]+:')),
    not(matches(text, '\\A[^:]*:(?:\\z|:|[0-9]{1,5}(?:/|\\z))')),
    not(isPath(text, type)),
  );
  const user = at(method(text, 'split', literal(':'), integer(2)), integer(0));
  const upToSlash = method(text, 'find', literal('\\A[^/]*/'));
  const isAddress = and(
    or(isOfType(type, 'url'), isOfType(type, 'endpoint')),
    matches(text, '\\A[^/.]*\\.[^/]*/(?s:.)'),
  );
  return firstOf(
    [
      [looksLikeCredential(text, { mayBeHash: isOfType(type, 'git-ref') }), literal(hidden)],
      [isLogin, concat(user, `:${hidden}`)],
      [isAddress, concat(upToSlash, '…')],
    ],
    text,
  );
}

/** What is no password behind a colon. */
function isPath(text: Expression, type: TypeName): Expression {
  return or(
    and(isOfType(type, 'git-url'), matches(text, '\\A[^:]*\\.[^:]*:(?s:.*)/')),
    and(isOfType(type, 'string'), matches(text, '\\A[^:]*:[a-z]+\\z')),
  );
}

function contains(text: Expression, part: string): Expression {
  return method(text, 'contains', literal(part));
}
