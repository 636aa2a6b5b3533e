import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BlockPool } from '../../../src/http/block-pool.ts';
import { BodyAbortedError, BodyTooLargeError, readBody } from '../../../src/http/read-body.ts';

const maxBytes = 10;
const head = 'POST / HTTP/1.1\r\nhost: localhost\r\n';
const chunked = `${head}transfer-encoding: chunked\r\n\r\n`;

let server: Server;
let client: Socket;
let reading: Promise<Buffer>;
let held: number[] = [];
let pool: BlockPool;

beforeEach(async () => {
  held = [];
  pool = new BlockPool();
  const arrived = Promise.withResolvers<Buffer>();
  reading = arrived.promise;
  reading.catch(() => undefined);
  server = createServer(request =>
    arrived.resolve(
      readBody(request, { maxBytes, onHold: bytes => held.push(bytes), pool }).then(body =>
        body(bytes => Buffer.from(bytes)),
      ),
    ),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await once(client, 'connect');
});

afterEach(() => {
  client.destroy();
  server.close();
  server.closeAllConnections();
});

describe('a body', () => {
  it.each([
    ['none', `${head}content-length: 0\r\n\r\n`, ''],
    ['one of a length', `${head}content-length: 5\r\n\r\nhello`, 'hello'],
    ['one of the greatest length', `${head}content-length: 10\r\n\r\n0123456789`, '0123456789'],
    ['one in a chunk', `${chunked}5\r\nhello\r\n0\r\n\r\n`, 'hello'],
    ['one in several chunks', `${chunked}1\r\na\r\n4\r\nbcde\r\n5\r\n01234\r\n0\r\n\r\n`, 'abcde01234'],
  ])('is read whole: %s', async (_what, request, body) => {
    client.write(request);
    expect((await reading).toString()).toBe(body);
  });

  it('is read whole where it comes bit by bit, also in the middle of a character', async () => {
    client.write(`${head}content-length: 6\r\n\r\n`);
    for (const byte of Buffer.from('ä🌱')) {
      client.write(Buffer.of(byte));
      await new Promise(resolve => setImmediate(resolve));
    }
    expect((await reading).toString()).toBe('ä🌱');
  });
});

describe('a body that is too large', () => {
  it('is refused by its length before a byte of it has come', async () => {
    client.write(`${head}content-length: 11\r\n\r\n`);
    await expect(reading).rejects.toThrow(new BodyTooLargeError(maxBytes));
  });

  it('is refused as soon as too much has come, without waiting for its end', async () => {
    client.write(`${chunked}5\r\nhello\r\n6\r\nworld!\r\n`);
    await expect(reading).rejects.toThrow(BodyTooLargeError);
  });

  it('is told in mebibytes', () => {
    expect(new BodyTooLargeError(8 * 1024 * 1024).message).toBe('the body is larger than 8 MiB');
  });
});

describe('a body that does not come to its end', () => {
  it.each([
    ['of a length', `${head}content-length: 5\r\n\r\nhel`],
    ['in chunks', `${chunked}5\r\nhello\r\n`],
    ['of which nothing has come', `${head}content-length: 5\r\n\r\n`],
  ])('is told: one %s', async (_what, request) => {
    const arrived = once(server, 'request');
    client.write(request);
    await arrived;
    client.destroy();
    await expect(reading).rejects.toThrow(BodyAbortedError);
  });
});
