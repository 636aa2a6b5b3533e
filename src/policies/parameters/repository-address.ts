import {
  advices,
  host,
  httpPattern,
  port,
  scpPattern,
  secretAdvice,
  sshPattern,
  user,
} from '../../sidecars/parameters/types/git-url.ts';
import {
  and,
  at,
  binary,
  bind,
  conditional,
  integer,
  literal,
  matches,
  method,
  not,
  or,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { type Advise, type CompiledType, firstOf, fits } from './compiled-type.ts';
import { isPlainHost, wrongPort } from './hosts.ts';
import { printRegExp } from './print-pattern.ts';

/** The address of a repository. */
export const repositoryAddress: CompiledType = {
  misfit: (text, advise) =>
    firstOf(
      [
        [matches(text, withUserInfo), advise('a URL without user info; credentials belong in a Secret')],
        [matches(text, printRegExp(httpPattern)), misfitOfHttp(text, advise)],
        [isSsh(text), fits],
        [isScp(text), fits],
        ...advices.map(([pattern, use]) => [matches(text, printRegExp(pattern)), advise(use)] as const),
        [or(matches(text, '://(?s:.*)@'), matches(text, '\\A[^/@:]*:(?s:.*)@')), advise(secretAdvice)],
      ],
      advise(),
    ),
  facts: {
    https: text => method(text, 'startsWith', literal('https://')),
    http: text => method(text, 'startsWith', literal('http://')),
    ssh: text => not(isHttp(text)),
  },
  origin: {
    scheme: text =>
      conditional(
        isHttp(text),
        at(method(text, 'split', literal(':'), integer(2)), integer(0)),
        literal('ssh'),
      ),
    host: text =>
      conditional(
        isHttp(text),
        hostBehind(text, 'https?://', '/'),
        hostBehind(text, `(?:ssh://)?${user}@`, '@'),
      ),
  },
  losses: [{ code: 'host-notation' }, { code: 'ipv6-notation' }],
};

const hostSource = sourceOf(host);
const portSource = sourceOf(port);
const withUserInfo = `\\Ahttps?://[^/?#]*@${hostSource}${portSource}/.`;
const wrongPortOf = `\\A(?:https?://|ssh://${user}@)${hostSource}${wrongPort}/`;

/** A part of an address for RE2, in brackets. */
function sourceOf(part: string): string {
  return `(?:${printRegExp(new RegExp(part))})`;
}

function isHttp(text: Expression): Expression {
  return matches(text, '\\Ahttps?://');
}

function misfitOfHttp(text: Expression, advise: Advise): Expression {
  const isRight = and(
    not(matches(text, wrongPortOf)),
    bind(hostBehind(text, 'https?://', '/'), 'host', isPlainHost),
  );
  return firstOf(
    [
      [method(text, 'contains', literal('#')), advise('a URL without a fragment (#…)')],
      [isRight, fits],
    ],
    advise(),
  );
}

function isSsh(text: Expression): Expression {
  return and(
    matches(text, printRegExp(sshPattern)),
    not(matches(text, wrongPortOf)),
    not(matches(text, `\\Assh://${user}@${hostSource}${portSource}/-`)),
  );
}

function isScp(text: Expression): Expression {
  return and(matches(text, printRegExp(scpPattern)), not(matches(text, `\\A${user}@${hostSource}:(?:-|//)`)));
}

/** The host behind a beginning that ends with a sign. */
function hostBehind(text: Expression, beginning: string, end: string): Expression {
  const found = method(text, 'find', literal(`\\A${beginning}${hostSource}`));
  return method(found, 'substring', binary('+', method(found, 'lastIndexOf', literal(end)), integer(1)));
}
