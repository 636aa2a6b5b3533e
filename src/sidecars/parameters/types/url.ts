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
  const { scheme = '', host } = urlPattern.exec(text)?.groups ?? {};
  if (host === undefined || !URL.canParse(text)) return { use: url.expects };
  return { value: text, origins: [{ scheme, host }] };
}

// Some programs take a backslash for the end of the host, others for a part of it.
const urlPattern = /^(?<scheme>https?):\/\/(?<host>\[[^/?#\\\]]*\]|[^:/?#\\]+)(?::\d*)?(?=[/?#]|$)/;
