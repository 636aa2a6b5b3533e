import { once } from 'node:events';
import { connect } from 'node:tls';

/**
 * Connects to a server as the API server would, trusting only these authorities and asking for this name; resolves with
 * what is wrong, or with undefined.
 */
export async function shakeHands(
  { host, port }: { readonly host: string; readonly port: number },
  bundle: string,
  servername: string,
): Promise<string | undefined> {
  try {
    // A bundle that is no bundle throws here.
    const socket = connect({
      host,
      port,
      ca: bundle,
      servername,
      ALPNProtocols: ['http/1.1'],
      // The client has judged the server before the server asks it for a certificate, which it has not got.
      minVersion: 'TLSv1.3',
    });
    try {
      await once(socket, 'secureConnect', { signal: AbortSignal.timeout(timeoutMs) });
      return undefined;
    } finally {
      socket.on('error', () => undefined).destroy();
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const timeoutMs = 3000;
