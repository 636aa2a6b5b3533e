import { join } from 'node:path';
import { stringify } from 'yaml';
import { webhooksOf } from '../diagnosis/registration.ts';
import { shippedWebhooks } from '../diagnosis/shipped-installation.ts';
import { ensureLocalCertificate, type LocalCertificate } from '../tls/local-certificate.ts';
import { attempt } from './attempt.ts';
import { defineCommand, exitCodes } from './command.ts';
import { localHosts } from './local-hosts.ts';
import { outputOption } from './output-option.ts';
import { print } from './print.ts';

/** Makes the certificates of --tls local, or prints them for --tls files in a cluster. */
export const certs = defineCommand({
  name: 'certs',
  description: `Makes a certificate authority and a serving certificate in a directory, or uses those that are there.
Run again, it renews what has less than a third of its life left: the certificate, of 90 days, from the same authority;
and the authority, of a year. Whoever trusts ca.crt has to be given the new one then.`,
  examples: [
    ['certs', 'makes certs/ca.crt and certs/tls.crt'],
    [
      'certs --output secret | kubectl apply --server-side --filename -',
      'the Secret that the Deployment mounts with --tls files',
    ],
    [
      'certs --output patch | kubectl patch mutatingwebhookconfiguration sidecar-injector --patch-file /dev/stdin',
      'the caBundle that goes with it',
    ],
  ],
  exits: { ok: 'they are there', failure: 'they cannot be made' },
  parser: parser =>
    parser
      .option('--dir <dir>', 'where they are', 'certs')
      .addOption(outputOption(['files', 'secret', 'patch'])),
  run: async ({ options: { dir, output } }) => {
    const making = ensureLocalCertificate({ directory: dir, hosts: localHosts, now: () => new Date() });
    const made = await attempt(`cannot make certificates in "${dir}"`, making);
    await print(outputs[output](made, dir));
    return exitCodes.ok;
  },
});

const outputs = {
  files: ({ certificate, isAuthorityNew, isCertificateNew }: LocalCertificate, dir: string) => {
    const made = (isNew: boolean) => (isNew ? 'issued' : 'used again');
    return [
      `${join(dir, 'ca.crt')}: ${made(isAuthorityNew)}`,
      `${join(dir, 'tls.crt')}: ${made(isCertificateNew)}, valid until ${certificate.notAfter.toISOString()}`,
      '',
    ].join('\n');
  },
  secret: ({ certificate }: LocalCertificate) =>
    stringify(
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'sidecar-injector-tls', namespace: 'sidecar-injector' },
        type: 'kubernetes.io/tls',
        stringData: { 'tls.crt': certificate.cert, 'tls.key': certificate.key },
      },
      { lineWidth: 0 },
    ),
  // A patch and no manifest: whoever applies deploy/ again then neither owns the caBundle nor takes it away.
  patch: ({ authority }: LocalCertificate) => {
    const clientConfig = { caBundle: Buffer.from(authority).toString('base64') };
    const webhooks = webhooksOf(shippedWebhooks).map(({ name }) => ({ name, clientConfig }));
    return `${JSON.stringify({ webhooks })}\n`;
  },
} as const;
