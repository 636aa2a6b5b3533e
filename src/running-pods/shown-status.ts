import { looksLikeCredential } from '../credential.ts';
import { oneLine } from '../shown-text.ts';

/**
 * What the kubelet says of a container as a person may see it: in one line, bounded, and without what could be a
 * credential. Registries answer with addresses that carry one, and apps end with messages that quote one.
 */
export function shownStatus(text: string): string {
  const read = text.slice(0, 2 * maxCharacters);
  const named = read.replace(credentialWords, '$1***');
  return oneLine(named.replace(/[^\s"'`,;()<>]+/g, shownWord), maxCharacters);
}

/** The kubelet names an image three times before it comes to the cause. */
const maxCharacters = 600;

/** The words behind which a person or a program writes a credential. */
const credentialWords = /(\b(?:bearer|basic)\s+|\b(?:password|passwd|secret)\s*[=:]\s*)\S+/gi;

function shownWord(word: string): string {
  const address = /^([a-z][a-z0-9+.-]*:\/\/)([^?#]*)(.?)/i.exec(word);
  if (address !== null) {
    const [, scheme = '', place = '', end = ''] = address;
    return `${scheme}${shownPlace(place)}${end === '' ? '' : `${end}***`}`;
  }
  return looksLikeCredential(word.replace(digest, ''), { mayBeHash: true }) ? '***' : shownPlace(word);
}

/** An image by its digest is no credential, though it looks like one. */
const digest = /@?sha256:[0-9a-f]{64}/g;

/** Without the user and the password before a host. */
function shownPlace(place: string): string {
  const at = place.replace(digest, text => '-'.repeat(text.length)).lastIndexOf('@');
  return at < 0 ? place : `***@${place.slice(at + 1)}`;
}
