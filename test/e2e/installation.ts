import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { webhooksOf } from '../../src/diagnosis/registration.ts';
import { shippedWebhooks } from '../../src/diagnosis/shipped-installation.ts';
import type { ControlPlaneAccess } from './control-plane.ts';
import type { Kubectl } from './kubectl.ts';

export const projectDirectory = fileURLToPath(new URL('../..', import.meta.url));
/** The program as it is shipped, which the global setup has laid out; the sources where there is none. */
export const program =
  process.env['SIDECAR_INJECTOR_TEST_PROGRAM'] ?? join(projectDirectory, 'bin/sidecar-injector.js');
export const baseDirectory = join(projectDirectory, 'deploy/base');
/** What `deploy/install.yaml` is made of. */
export const defaultDirectory = join(projectDirectory, 'deploy/overlays/default');

/** The environment without the settings of whoever runs the tests. */
export const cleanEnvironment: NodeJS.ProcessEnv = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('SIDECAR_INJECTOR_')),
);

/** Where the certificates of a run are made and used again. */
export function certificateDirectory({ directory }: ControlPlaneAccess): string {
  return join(directory, 'certs');
}

/** Applies what is installed by default as it is. */
export async function install(kubectl: Kubectl): Promise<void> {
  await kubectl(['apply', '--kustomize', defaultDirectory]);
}

/** Puts the certificates of a directory into the cluster; those that are missing are made. */
export async function installCertificates(kubectl: Kubectl, directory: string): Promise<void> {
  const options = { env: cleanEnvironment, timeout: 30_000 };
  const args = [program, 'certs', '--output', 'secret', '--dir', directory];
  const { stdout } = await promisify(execFile)(process.execPath, args, options);
  await kubectl('apply --server-side -f -', parse(stdout));
  await trustAuthority(kubectl, await readFile(join(directory, 'ca.crt'), 'utf8'));
}

/** Makes the API server trust an authority; a patch, because it leaves all else in the registration to its owners. */
export async function trustAuthority(kubectl: Kubectl, authority: string): Promise<void> {
  const caBundle = Buffer.from(authority).toString('base64');
  const webhooks = webhooksOf(shippedWebhooks).map(({ name }) => ({ name, clientConfig: { caBundle } }));
  const patch = JSON.stringify({ webhooks });
  await kubectl(`patch mutatingwebhookconfiguration sidecar-injector --patch ${patch}`);
}
