import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { connect, type DetailedPeerCertificate } from 'node:tls';

/**
 * Shakes hands with a server over a connection that is there, whoever signed its certificate, and resolves with the
 * certificates that it shows, in PEM, its own first. The connection is closed.
 */
export async function servedCertificate(connection: Duplex, servername: string): Promise<readonly string[]> {
  const socket = connect({
    socket: connection,
    servername,
    // It is to be judged, and nothing is sent to it.
    rejectUnauthorized: false,
    ALPNProtocols: ['http/1.1'],
    // The server shows its certificate before it asks for one of the client.
    minVersion: 'TLSv1.3',
  });
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    // What is wrong with the connection does not always reach the socket upon it.
    await Promise.race([once(socket, 'secureConnect', { signal }), failureOf(connection, signal)]);
    return chainOf(socket.getPeerCertificate(true));
  } finally {
    socket.on('error', () => undefined).destroy();
    connection.on('error', () => undefined).destroy();
  }
}

const timeoutMs = 5000;

async function failureOf(connection: Duplex, signal: AbortSignal): Promise<never> {
  if (connection.errored) throw connection.errored;
  const [error] = await once(connection, 'error', { signal });
  throw error;
}

/** A certificate that signed itself names itself as its issuer. */
function chainOf(certificate: DetailedPeerCertificate): readonly string[] {
  const chain: string[] = [];
  const seen = new Set<string>();
  for (
    let next: DetailedPeerCertificate | undefined = certificate;
    next && !seen.has(next.fingerprint256);
  ) {
    seen.add(next.fingerprint256);
    chain.push(pemOf(next.raw));
    next = next.issuerCertificate;
  }
  return chain;
}

function pemOf(certificate: Buffer): string {
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
