import { StringDecoder } from 'node:string_decoder';

const hugeBytes = 2 * 1024 * 1024;
const pieceBytes = 512 * 1024;

/**
 * The text of a body, from UTF-8.
 *
 * Node.js keeps a text of a mebibyte or more outside of the heap, where nobody hurries to collect it. One that is put
 * together from pieces is within; that takes longer, and is worth it where a few fill the memory.
 */
export function decodeBody(body: Buffer): string {
  if (body.length < hugeBytes) return body.toString('utf8');
  const decoder = new StringDecoder('utf8');
  let text = '';
  for (let at = 0; at < body.length; at += pieceBytes) {
    text += decoder.write(body.subarray(at, at + pieceBytes));
  }
  return text + decoder.end();
}
