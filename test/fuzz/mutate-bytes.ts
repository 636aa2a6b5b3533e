/** Changes of a body at the level of bytes: what no JSON writer would write. */
import type { Random } from './random.ts';

/** A body with one to four changes. */
export function mutateBytes(text: string, other: string, random: Random): Buffer {
  let body: Buffer = Buffer.from(text);
  const foreign = Buffer.from(other);
  for (let times = 1 + random.below(4); times > 0; times--)
    body = random.pick(changes)(body, random, foreign);
  return body;
}

type Change = (body: Buffer, random: Random, other: Buffer) => Buffer;

const oddTexts = [
  ...['1e999', '-0', '1E400', '0.1e-400', '00', '-', 'NaN', 'Infinity', 'undefined', '\ufeff', '\u0000'],
  ...['"\\ud800"', '"\\u0000"', '"\\x41"', '"__proto__":{"x":1},', '"uid":"2",', '"annotations":{},'],
  ...['"sidecar.io/git-sync":"https://github.com/a/b",', '"containers":[],', '{', '}', '[', ']', ',', ':'],
  ...['['.repeat(20_000), '{"a":'.repeat(20_000), '"', '\\', '/*x*/', '\r\n\r\nPOST /mutate HTTP/1.1\r\n'],
].map(text => Buffer.from(text));

const oddBytes = [
  [0xff],
  [0xc0, 0x80],
  [0xed, 0xa0, 0x80],
  [0xf4, 0x90, 0x80, 0x80],
  [0x80],
  [0xe2, 0x80],
].map(bytes => Buffer.from(bytes));

const changes: readonly Change[] = [
  flip,
  flip,
  truncate,
  splice,
  insert,
  insert,
  insertBytes,
  repeat,
  duplicateKey,
];

function flip(body: Buffer, random: Random): Buffer {
  const copy = Buffer.from(body);
  const at = random.below(copy.length);
  copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
  return copy;
}

function truncate(body: Buffer, random: Random): Buffer {
  return body.subarray(0, random.below(body.length + 1));
}

/** The beginning of one body and the end of another. */
function splice(body: Buffer, random: Random, other: Buffer): Buffer {
  const at = random.below(body.length + 1);
  return Buffer.concat([body.subarray(0, at), other.subarray(Math.min(at, other.length))]);
}

function insert(body: Buffer, random: Random): Buffer {
  return insertAt(body, random.below(body.length + 1), random.pick(oddTexts));
}

function insertBytes(body: Buffer, random: Random): Buffer {
  return insertAt(body, random.below(body.length + 1), random.pick(oddBytes));
}

/** A part of the body a second time. */
function repeat(body: Buffer, random: Random): Buffer {
  const at = random.below(body.length + 1);
  return insertAt(body, at, body.subarray(at, at + random.below(200)));
}

/** A key that the object has already, or soon will: the last one counts. */
function duplicateKey(body: Buffer, random: Random): Buffer {
  const braces = [...body.keys()].filter(at => body[at] === 0x7b);
  if (braces.length === 0) return body;
  const key = random.pick(['metadata', 'spec', 'annotations', 'request', 'uid', 'name', 'object', 'kind']);
  return insertAt(
    body,
    random.pick(braces) + 1,
    Buffer.from(`"${key}":${random.pick(['null', '{}', '"x"', '[]'])},`),
  );
}

function insertAt(body: Buffer, at: number, bytes: Buffer): Buffer {
  return Buffer.concat([body.subarray(0, at), bytes, body.subarray(at)]);
}
