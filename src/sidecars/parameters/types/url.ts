import { normalHost } from '../../../normal-host.ts';
import type { Misfit, ParameterType, TypedValue } from './parameter-type.ts';

/** An http or https address. */
export const url: ParameterType = {
  expects: 'a URL that begins with http:// or https://',
  maximumLength: 4096,
  facts: {},
  constraints: ['pattern'],
  read: readUrl,
};

function readUrl(text: string): TypedValue | Misfit {
  if (/^https?:\/\/[^/?#]*@/.test(text)) return { use: 'a URL without user info' };
  // Some take a backslash there for the end of the host, others for a part of it.
  const found = /^https?:\/\/[^/?#\\]+(?=[/?#]|$)/.test(text) ? URL.parse(text) : null;
  if (found === null) return { use: url.expects };
  return {
    value: text,
    origins: [{ scheme: found.protocol.slice(0, -1), host: normalHost(found.hostname) }],
  };
}
