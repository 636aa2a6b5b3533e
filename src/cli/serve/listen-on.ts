import type { AddressInfo } from 'node:net';
import type { Address } from '../../config/config.ts';
import { InjectorError } from '../../injector-error.ts';

/** Starts a server on the address that a flag gave it. */
export async function listenOn(
  flag: string,
  { host, port }: Address,
  server: { start(host: string, port: number): Promise<AddressInfo> },
): Promise<AddressInfo> {
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  try {
    return await server.start(host, port);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      throw new InjectorError(`${address} is in use; choose another address with ${flag}`, { cause });
    }
    throw new InjectorError(`cannot listen on ${address} (${flag}): ${message}`, { cause });
  }
}
