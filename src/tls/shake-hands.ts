import { once } from 'node:events';
import { connect } from 'node:tls';

/** The server to shake hands with. */
export interface HandshakePartner {
  readonly host: string;
  readonly port: number;
  /** Told of the port from which it is connected to, before anything is sent. */
  readonly onConnect?: (localPort: number) => void;
}

/**
 * Connects to a server as the API server would, trusting only these authorities and asking for this name; resolves with
 * what is wrong, or with undefined.
 */
export async function shakeHands(
  { host, port, onConnect }: HandshakePartner,
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
    socket.once('connect', () => onConnect?.(socket.localPort ?? 0));
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
