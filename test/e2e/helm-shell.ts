import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { tool } from '../../scripts/tools/tool.ts';
import { type Manifest, renderedManifests } from '../rendered-manifests.ts';
import { listOf } from './applied-overlay.ts';
import { cleanEnvironment, projectDirectory } from './installation.ts';
import type { KubectlOutput } from './kubectl.ts';
import { controlPlane, kubectl } from './suite.ts';

/** The environment in which `helm` is the pinned one, talks to the API server of the tests, and keeps nothing elsewhere. */
export function helmEnvironment(): NodeJS.ProcessEnv {
  const { directory, kubeconfig } = controlPlane();
  const programs = join(directory, 'helm-bin');
  mkdirSync(programs, { recursive: true });
  rmSync(join(programs, 'helm'), { force: true });
  symlinkSync(tool('helm'), join(programs, 'helm'));
  return {
    ...cleanEnvironment,
    PATH: `${programs}${delimiter}${process.env['PATH']}`,
    KUBECONFIG: kubeconfig,
    KUBERC: 'off',
    HELM_CACHE_HOME: join(directory, 'helm-cache'),
    HELM_CONFIG_HOME: join(directory, 'helm-config'),
    HELM_DATA_HOME: join(directory, 'helm-data'),
  };
}

/**
 * Runs commands as a person would in a checkout.
 *
 * @throws Error where one of them fails, with what it says.
 */
export async function runInShell(commands: string): Promise<KubectlOutput> {
  const options = { cwd: projectDirectory, env: helmEnvironment(), timeout: 100_000 };
  return await promisify(execFile)('bash', ['-e', '-o', 'pipefail', '-c', commands], options);
}

/** Takes away what {@link reinstall} applies, but for the namespace: Helm takes over nothing unasked. */
export async function removeInstallation(): Promise<void> {
  // Every file with a release begins here, and gives it the time that a first build takes.
  tool('helm');
  await kubectl('delete --ignore-not-found -f -', listOf(renderedManifests('default').filter(isNoNamespace)));
  // What tests have left behind has another hash.
  await kubectl('-n sidecar-injector delete configmap --selector app.kubernetes.io/name=sidecar-injector');
}

/** Takes away a release without its hooks, if there is one, and the label that `--create-namespace` puts on a namespace. */
export async function removeRelease(namespace: string): Promise<void> {
  await runInShell(`helm uninstall sidecar-injector --namespace ${namespace} --no-hooks --ignore-not-found`);
  await kubectl(`label namespace ${namespace} name-`);
}

function isNoNamespace({ kind }: Manifest): boolean {
  return kind !== 'Namespace';
}
