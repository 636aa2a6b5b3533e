/** What the engine needs of `node:crypto`, for browsers: the build puts this in its place. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** The hash of a text in UTF-8, in hexadecimal digits, as the function of that name in `node:crypto`. */
export function hash(_algorithm: 'sha256', text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}
