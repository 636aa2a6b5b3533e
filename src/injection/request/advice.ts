import { looksLikeCredential } from '../../credential.ts';
import { oneLine } from '../../shown-text.ts';

/** What to write instead; it may repeat a part of the value, such as a name that stands there twice. */
export function advice(use: string, { expects }: { readonly expects: string }): string {
  return use === expects || looksLikeCredential(use.slice(0, maxAdviceLength), { mayBeHash: false })
    ? expects
    : oneLine(use, maxAdviceLength);
}

const maxAdviceLength = 500;
