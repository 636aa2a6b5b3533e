import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';

/**
 * Begins to listen; resolves with the address, whose port is the real one where 0 was asked for.
 * `::` means IPv6 and IPv4; on a machine without IPv6 it falls back to IPv4 alone.
 */
export async function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  try {
    server.listen({ host, port });
    await once(server, 'listening');
  } catch (error) {
    if (host !== '::' || !isWithoutIpv6(error)) throw error;
    server.listen({ host: '0.0.0.0', port });
    await once(server, 'listening');
  }
  return server.address() as AddressInfo;
}

function isWithoutIpv6(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL';
}
