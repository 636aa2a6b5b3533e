import { EventEmitter } from 'node:events';
import { createServer, type Server } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listen } from '../../../src/http/listen.ts';

/** A server on a machine that refuses these hosts with a code. */
class FakeServer extends EventEmitter {
  readonly asked: string[] = [];
  readonly #refused: Readonly<Record<string, string>>;

  constructor(refused: Readonly<Record<string, string>>) {
    super();
    this.#refused = refused;
  }

  listen({ host }: { readonly host: string }): void {
    this.asked.push(host);
    const code = this.#refused[host];
    setImmediate(() => {
      if (code === undefined) this.emit('listening');
      else this.emit('error', Object.assign(new Error(`listen ${code}`), { code }));
    });
  }

  address() {
    return { address: this.asked.at(-1), port: 1 };
  }
}

function attempt(server: FakeServer, host: string) {
  return listen(server as unknown as Server, host, 0);
}

describe('listening', () => {
  it('resolves with the port that was free', async () => {
    const server = createServer();
    onTestFinished(() => void server.close());
    const { address, port } = await listen(server, '127.0.0.1', 0);
    expect(address).toBe('127.0.0.1');
    expect(port).toBeGreaterThan(0);
  });

  it('on all addresses is for IPv6 and IPv4', async () => {
    const server = new FakeServer({});
    await attempt(server, '::');
    expect(server.asked).toEqual(['::']);
  });

  it.each(['EAFNOSUPPORT', 'EADDRNOTAVAIL'])(
    'on all addresses is for IPv4 where there is no IPv6: %s',
    async code => {
      const server = new FakeServer({ '::': code });
      expect(await attempt(server, '::')).toMatchObject({ address: '0.0.0.0' });
      expect(server.asked).toEqual(['::', '0.0.0.0']);
    },
  );

  it('fails with what is wrong with IPv4 where that is all there is', async () => {
    const server = new FakeServer({ '::': 'EAFNOSUPPORT', '0.0.0.0': 'EADDRINUSE' });
    await expect(attempt(server, '::')).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect(server.asked).toEqual(['::', '0.0.0.0']);
  });

  it.each([
    ['::', 'EADDRINUSE'],
    ['::', 'EACCES'],
    ['::1', 'EADDRNOTAVAIL'],
    ['127.0.0.1', 'EADDRINUSE'],
  ])('fails otherwise, and tries nothing else: %s with %s', async (host, code) => {
    const server = new FakeServer({ [host]: code });
    await expect(attempt(server, host)).rejects.toMatchObject({ code });
    expect(server.asked).toEqual([host]);
  });
});
