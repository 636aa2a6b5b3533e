import { isIP } from 'node:net';

/**
 * Whether the `Host` of a request names this machine by a name that nobody else can point at it: an address, `localhost`, or
 * what the operator had it listen on.
 *
 * A web site may give its own name the address 127.0.0.1 once its page is open, and the browser then takes what is answered
 * here for an answer of that site, which may read it. The name in `Host` is the one thing that tells
 * ("DNS rebinding", https://developer.mozilla.org/en-US/docs/Web/Security/Attacks/DNS_rebinding).
 */
export function isOwnName(host: string | undefined, listenHost: string): boolean {
  const [, bracketed, plain] = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::\d{1,5})?$/.exec(host ?? '') ?? [];
  if (bracketed !== undefined) return isIP(bracketed) === 6;
  const name = plain?.toLowerCase() ?? '';
  return isIP(name) === 4 || name === 'localhost' || name === listenHost.toLowerCase();
}
