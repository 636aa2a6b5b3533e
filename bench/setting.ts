/** What all sections of a run share. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from '../src/injection/inject.ts';
import type { InjectionPolicy } from '../src/injection/policy.ts';
import { readPod } from '../src/kubernetes/pod.ts';
import { readSidecarFiles } from '../src/sidecars/sidecar-directory.ts';
import { emptySidecarSet, nextSidecarSet } from '../src/sidecars/sidecar-set.ts';
import { issueAuthority, issueServingCertificate } from '../src/tls/issue-certificate.ts';
import type { QuietMachine } from './quiet-machine.ts';
import { recordedPod } from './recorded-reviews.ts';
import type { RecordedSize } from './recorded-workloads.ts';
import { type Rows, tableText } from './table.ts';

export const root = fileURLToPath(new URL('..', import.meta.url));
export const bundle = join(root, 'dist/sidecar-injector.mjs');
export const floorServer = join(root, 'bench/floor-server.ts');

export const sidecars = nextSidecarSet(emptySidecarSet, await readSidecarFiles(join(root, 'sidecars')));

export const policy: InjectionPolicy = {
  areNativeSidecarsAvailable: true,
  startAfter: ['istio-proxy', 'linkerd-proxy'],
  unknownSidecars: 'refuse',
  maximumSidecars: 10,
};

export interface Setting {
  /** For a first look: fewer requests, fewer rounds. */
  readonly isQuick: boolean;
  /** How many pods a fleet has. */
  readonly fleetPods: number;
  readonly machine: QuietMachine;
  /** Removed at the end. */
  readonly directory: string;
  /** PEM of the authority that clients trust. */
  readonly authority: string;
  /** Certificate, key and the patch that the floor answers with: what `floor-server.ts` takes as its arguments. */
  readonly files: readonly string[];
}

/** Runs something with a directory, a certificate and a patch of its own. */
export async function withSetting<T>(
  options: Pick<Setting, 'isQuick' | 'fleetPods' | 'machine'>,
  run: (setting: Setting) => Promise<T>,
): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'sidecar-injector-bench-'));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    const lifetime = { now: new Date(), days: 1 };
    const authority = await issueAuthority(lifetime);
    const { cert, key } = await issueServingCertificate(authority, ['localhost', '127.0.0.1'], lifetime);
    const files = Object.entries({ 'tls.crt': cert, 'tls.key': key, patch: patchText(3) }).map(
      ([name, text]) => {
        writeFileSync(join(directory, name), text, { mode: 0o600 });
        return join(directory, name);
      },
    );
    return await run({ ...options, directory, authority: authority.cert, files });
  } finally {
    process.off('exit', remove);
    remove();
  }
}

/** What the webhook answers to the recorded pod of a Deployment. */
export function patchText(containers: RecordedSize): string {
  const decision = inject(readPod(recordedPod('Deployment', containers)), sidecars, policy);
  if (decision.outcome !== 'injected') throw new Error(`the recorded pod is ${decision.outcome}`);
  return JSON.stringify(decision.operations);
}

/** The arguments of `node` that start the webhook on loopback. */
export function serveArguments(
  [cert = '', key = '']: readonly string[],
  { statusListen = '127.0.0.1:0', program = bundle } = {},
): readonly string[] {
  const settings = {
    listen: '127.0.0.1:0',
    'status-listen': statusListen,
    sidecars: join(root, 'sidecars'),
    tls: 'files',
    'tls-cert-file': cert,
    'tls-key-file': key,
    'log-format': 'json',
  };
  return [program, 'serve', ...Object.entries(settings).map(([name, value]) => `--${name}=${value}`)];
}

/** Prints a table with what there is to say about the machine. */
export function printTable(title: string, rows: Rows, { machine }: Setting): void {
  console.log(`\n${title}${machine.takeRemark()}\n${tableText(rows)}`);
}
