import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { listenOn } from '../../../../src/cli/serve/listen-on.ts';
import { InjectorError } from '../../../../src/injector-error.ts';

/** A server that starts, or that fails to with this error. */
function fakeServer(error?: Error) {
  const asked: (readonly [host: string, port: number])[] = [];
  const start = async (host: string, port: number): Promise<AddressInfo> => {
    asked.push([host, port]);
    if (error) throw error;
    return { address: host, family: 'IPv4', port: 4711 };
  };
  return { start, asked };
}

function failure(code: string, message = `listen ${code}`): Error {
  return Object.assign(new Error(message), { code });
}

describe('listening on the address of a flag', () => {
  it('asks the server for it, and tells the address that it got', async () => {
    const server = fakeServer();
    const address = await listenOn('--listen', { host: '127.0.0.1', port: 0 }, server);
    expect(server.asked).toEqual([['127.0.0.1', 0]]);
    expect(address.port).toBe(4711);
  });

  it.each([
    ['--listen', '127.0.0.1', '127.0.0.1:8443'],
    ['--status-listen', '::', '[::]:8443'],
    ['--listen', '::1', '[::1]:8443'],
    ['--listen', 'localhost', 'localhost:8443'],
  ])('names %s where the address is in use: %s', async (flag, host, shown) => {
    const cause = failure('EADDRINUSE');
    const listening = listenOn(flag, { host, port: 8443 }, fakeServer(cause));
    await expect(listening).rejects.toBeInstanceOf(InjectorError);
    await expect(listening).rejects.toMatchObject({
      message: `${shown} is in use; choose another address with ${flag}`,
      cause,
    });
  });

  it.each([
    ['EACCES', 'listen EACCES: permission denied 0.0.0.0:443'],
    ['EADDRNOTAVAIL', 'listen EADDRNOTAVAIL: address not available 192.0.2.1'],
    ['ENOTFOUND', 'getaddrinfo ENOTFOUND no-such-host'],
  ])('names address, flag and reason where it fails otherwise: %s', async (code, message) => {
    const server = fakeServer(failure(code, message));
    await expect(listenOn('--listen', { host: 'no-such-host', port: 443 }, server)).rejects.toThrow(
      `cannot listen on no-such-host:443 (--listen): ${message}`,
    );
  });
});
