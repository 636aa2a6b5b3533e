import { expect, it } from 'vitest';
import { decodeBody } from '../../../src/http/decode-body.ts';

it.each<[what: string, body: Buffer]>([
  ['a small body', Buffer.from('{"a":"é€😀"}')],
  ['signs of three bytes across pieces', Buffer.from('€'.repeat(1024 * 1024))],
  ['signs of four bytes across pieces', Buffer.from(`a${'😀'.repeat(1024 * 1024)}`)],
  ['an end in the middle of a sign', Buffer.from('€'.repeat(1024 * 1024)).subarray(0, -1)],
  ['bytes that are no text', Buffer.alloc(3 * 1024 * 1024, 0xff)],
])('%s becomes the text that it holds', (_what, body) => {
  expect(decodeBody(body) === body.toString('utf8')).toBe(true);
});
