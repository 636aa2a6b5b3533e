import { addressPattern } from '../../sidecars/parameters/types/endpoint.ts';
import {
  and,
  at,
  binary,
  bind,
  call,
  conditional,
  integer,
  literal,
  matches,
  method,
  not,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { type Advise, type CompiledType, firstOf, fits } from './compiled-type.ts';
import { hostCharacters, isPlainHost, portOfUrl } from './hosts.ts';
import { printRegExp } from './print-pattern.ts';

/** A URL. */
export const address: CompiledType = {
  misfit: (text, advise) =>
    firstOf(
      [
        [matches(text, '\\Ahttps?://[^/?#]*@'), advise('a URL without user info')],
        [isUrl(text), fits],
      ],
      advise(),
    ),
  origin: { scheme: schemeOfUrl, host: hostOfUrl },
  losses: [{ code: 'host-notation' }, { code: 'ipv6-notation' }],
};

/** A URL, or host and port. */
export const endpoint: CompiledType = {
  misfit: (text, advise) =>
    conditional(hasScheme(text), address.misfit(text, advise), misfitOfPair(text, advise)),
  facts: {
    address: text => not(hasScheme(text)),
    http: text => and(hasScheme(text), not(method(text, 'startsWith', literal('https')))),
    https: text => and(hasScheme(text), method(text, 'startsWith', literal('https'))),
  },
  origin: {
    scheme: text => conditional(hasScheme(text), schemeOfUrl(text), literal('')),
    host: text =>
      conditional(
        hasScheme(text),
        hostOfUrl(text),
        method(text, 'substring', integer(0), method(text, 'lastIndexOf', literal(':'))),
      ),
  },
  losses: [{ code: 'host-notation' }, { code: 'ipv6-notation' }],
};

const urlPattern = `\\Ahttps?://(?:\\[[0-9A-Fa-f:.]*\\]|${hostCharacters}+)${portOfUrl}(?:[/?#]|\\z)`;

function isUrl(text: Expression): Expression {
  return and(matches(text, urlPattern), bind(hostOfUrl(text), 'host', isPlainHost));
}

function hasScheme(text: Expression): Expression {
  return method(text, 'contains', literal('://'));
}

function misfitOfPair(text: Expression, advise: Advise): Expression {
  const port = call('int', method(text, 'find', literal('[0-9]+\\z')));
  return conditional(
    and(matches(text, printRegExp(addressPattern)), binary('<', port, integer(65536))),
    fits,
    advise(),
  );
}

function schemeOfUrl(text: Expression): Expression {
  return at(method(text, 'split', literal(':'), integer(2)), integer(0));
}

/** The host of a text that begins as a URL with one. */
function hostOfUrl(text: Expression): Expression {
  const beginning = method(text, 'find', literal('\\Ahttps?://(?:\\[[^\\]]*\\]|[^:/?#]+)'));
  return at(method(beginning, 'split', literal('//'), integer(2)), integer(1));
}
