import { once } from 'node:events';
import { connect } from 'node:tls';
import { serviceHost } from './silent-server.ts';

/** The fingerprint of the certificate that is served on a port; rejects where this authority has not signed it. */
export async function servedFingerprint(port: number, ca: string): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, servername: serviceHost, ca });
  await once(socket, 'secureConnect');
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}
