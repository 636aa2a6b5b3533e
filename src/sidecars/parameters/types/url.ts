import type { Misfit, ParameterType, TypedValue } from './parameter-type.ts';

/** An http or https address. */
export const url: ParameterType = {
  expects: 'a URL that begins with http:// or https://',
  facts: {},
  constraints: ['pattern'],
  read: readUrl,
};

function readUrl(text: string): TypedValue | Misfit {
  if (!/^https?:\/\/[^/?#]/.test(text) || !URL.canParse(text)) return { use: url.expects };
  if (/^https?:\/\/[^/?#]*@/.test(text)) return { use: 'a URL without user info' };
  return { value: text };
}
