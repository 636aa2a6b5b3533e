import { join } from 'node:path';
import { stringify } from 'yaml';
import { ensureLocalCertificate, type LocalCertificate } from '../tls/local-certificate.ts';
import { type Command, complain, exitCodes } from './command.ts';
import { localHosts } from './local-hosts.ts';
import { readFlags } from './read-flags.ts';

/** Makes the certificates of --tls local, or prints them for --tls files in a cluster. */
export const certs: Command = {
  usage: `usage: sidecar-injector certs [--dir DIR] [--output files|secret|patch]

Makes a certificate authority and a serving certificate in DIR (default: certs), or uses those that are there. Run again,
it renews what has less than a third of its life left: the certificate, of 90 days, from the same authority; and the
authority, of a year. Whoever trusts ca.crt has to be given the new one then.

  --output secret    prints the Secret that the Deployment mounts, for "kubectl apply --server-side --filename -"
  --output patch     prints the caBundle, for "kubectl patch mutatingwebhookconfiguration sidecar-injector --patch-file /dev/stdin"`,
  run: async args => {
    const options = readOptions(args);
    if ('problem' in options) {
      complain([options.problem]);
      return exitCodes.usage;
    }
    try {
      const { dir, output } = options;
      const made = await ensureLocalCertificate({ directory: dir, hosts: localHosts, now: () => new Date() });
      process.stdout.write(outputs[output](made, dir));
      return exitCodes.ok;
    } catch (error) {
      complain([
        `cannot make certificates in "${options.dir}": ${error instanceof Error ? error.message : String(error)}`,
      ]);
      return exitCodes.failure;
    }
  },
};

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
    const webhooks = ['pods.sidecar.io', 'workloads.sidecar.io'].map(name => ({ name, clientConfig }));
    return `${JSON.stringify({ webhooks })}\n`;
  },
} as const;

type Output = keyof typeof outputs;

const options = {
  dir: { type: 'string', default: 'certs' },
  output: { type: 'string', default: 'files' },
} as const;

function readOptions(
  args: readonly string[],
): { readonly dir: string; readonly output: Output } | { readonly problem: string } {
  const { values, problem } = readFlags(args, options);
  if (values === undefined) return { problem };
  if (Object.hasOwn(outputs, values.output)) return { dir: values.dir, output: values.output as Output };
  return { problem: `--output: got "${values.output}"; use ${Object.keys(outputs).join(', ')}` };
}
