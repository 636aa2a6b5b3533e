import { join, relative } from 'node:path';
import type { Config } from '../../config/config.ts';
import type { ServedPlayground } from '../../http/playground-routes.ts';
import { shellWord } from '../../shell-word.ts';
import { shippedFile } from '../shipped-file.ts';

/** What is served beside the admission reviews, and at which ports. */
interface Served {
  readonly port: number;
  readonly statusPort: number;
  readonly playground?: Pick<ServedPlayground, 'page'> | undefined;
}

/** What a person sees after the start: the addresses, and a call that proves that it works. */
export function greeting(
  { listen, statusListen, tls, certs }: Config,
  { port, statusPort, playground }: Served,
): string {
  const authority = tls === 'local' ? `--cacert ${shellWord(join(certs, 'ca.crt'))}` : '--insecure';
  const status = `http://${inUrl(statusListen.host)}:${statusPort}`;
  const page = playground && 'missing' in playground.page ? playground.page.missing : `${status}/`;
  return `
${playground ? `  the playground      ${page}\n` : ''}\
  admission reviews   https://${inUrl(listen.host)}:${port}/mutate
  health and metrics  ${status}/readyz  /livez  /metrics  /version

  Try it from another terminal:

  curl --silent --show-error ${authority} --header 'content-type: application/json' \\
    --data-binary ${shellWord(`@${relative(process.cwd(), shippedFile('docs/examples/review.json'))}`)} https://${inUrl(listen.host)}:${port}/mutate

`;
}

/** The host as a URL holds it; where all addresses are meant, the one of this machine that the certificate is for. */
function inUrl(address: string): string {
  const host = address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address;
  return host.includes(':') ? `[${host}]` : host;
}
