import { join, relative } from 'node:path';
import type { Config } from '../../config/config.ts';
import { shippedFile } from '../shipped-file.ts';

/** What a person sees after the start: the addresses, and a call that proves that it works. */
export function greeting(
  { listen, statusListen, tls, certs }: Config,
  port: number,
  statusPort: number,
): string {
  const authority = tls === 'local' ? `--cacert ${shellWord(join(certs, 'ca.crt'))}` : '--insecure';
  return `
  admission reviews   https://${inUrl(listen.host)}:${port}/mutate
  health and metrics  http://${inUrl(statusListen.host)}:${statusPort}/readyz  /livez  /metrics  /version

  Try it from another terminal:

  curl --silent --show-error ${authority} --header 'content-type: application/json' \\
    --data-binary ${shellWord(`@${relative(process.cwd(), shippedFile('docs/examples/review.json'))}`)} https://${inUrl(listen.host)}:${port}/mutate

`;
}

function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** The host as a URL holds it; where all addresses are meant, the one of this machine that the certificate is for. */
function inUrl(address: string): string {
  const host = address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address;
  return host.includes(':') ? `[${host}]` : host;
}
