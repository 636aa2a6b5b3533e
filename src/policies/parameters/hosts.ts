import { normalHost } from '../../normal-host.ts';
import {
  and,
  binary,
  call,
  conditional,
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

/** The characters that readers of URLs take in a host as they stand. */
export const hostCharacters = '[A-Za-z0-9!"$&\'()*+,._`{}~;=-]';

/** Ports from 0 to 65535 behind a colon, and nothing, as readers of URLs take them. */
export const portOfUrl =
  '(?::0*(?:6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[0-9]{0,4}))?';

/** What is no port from 1 to 65535 and has at most five digits. */
export const wrongPort = ':(?:0{1,5}|6553[6-9]|655[4-9][0-9]|65[6-9][0-9]{2}|6[6-9][0-9]{3}|[7-9][0-9]{4})';

/**
 * Whether readers of URLs take a host, and take it for what it says: no number in a notation of its own, no other
 * alphabet. They take more; what they take beyond this is refused.
 */
export function isPlainHost(host: Expression): Expression {
  const isNumber = matches(host, '(?:\\A|\\.)(?:[0-9]+|0[xX][0-9A-Fa-f]*)\\.?\\z');
  return conditional(
    method(host, 'startsWith', literal('[')),
    isIpv6(host),
    and(
      matches(host, `\\A${hostCharacters}+\\z`),
      not(matches(host, '(?i)(?:\\A|\\.)xn--')),
      or(not(isNumber), matches(host, ipv4)),
    ),
  );
}

const ipv4 = '\\A(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\\.|\\z)){4}\\z';

function isIpv6(host: Expression): Expression {
  return and(matches(host, '\\A\\[[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*\\]\\z'), call('isIP', withoutBrackets(host)));
}

function withoutBrackets(host: Expression): Expression {
  return method(host, 'substring', integer(1), binary('-', size(host), integer(1)));
}

/** Whether a host, in small letters, is the one that is wanted, or below the domain that is. */
export function fitsHost(host: Expression, wanted: string): Expression {
  return wanted.startsWith('*.') ? method(host, 'endsWith', literal(wanted.slice(1))) : equals(host, wanted);
}

/** Addresses that are numbers are compared as such. */
export function isHost(host: Expression, wanted: string): Expression {
  if (!wanted.startsWith('[')) return fitsHost(host, wanted);
  const isNumber = /^\[[0-9a-f:]+\]$/.test(wanted) && !wanted.startsWith('[::ffff:');
  if (!isNumber || normalHost(wanted) !== wanted) return no;
  const address = call('ip', literal(wanted.slice(1, -1)));
  return and(method(host, 'startsWith', literal('[')), equals(call('ip', withoutBrackets(host)), address));
}

/** Small letters, and no dot at the end: of a plain host the notation in which hosts are compared. */
export function comparable(host: Expression): Expression {
  const lower = method(host, 'lowerAscii');
  return conditional(
    method(host, 'endsWith', literal('.')),
    method(lower, 'substring', integer(0), binary('-', size(lower), integer(1))),
    lower,
  );
}

export function isLoopback(host: Expression): Expression {
  return or(equals(host, 'localhost'), matches(host, '\\A127(?:\\.[0-9]{1,3}){3}\\z'), isHost(host, '[::1]'));
}
