import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isProgram } from '../../scripts/tools/is-program.ts';

/** A directory with the programs of a control plane. */
export interface ControlPlaneAssets {
  readonly directory: string;
  /** Without it nothing makes pods out of Deployments and Jobs. */
  readonly hasControllerManager: boolean;
}

const { KUBEBUILDER_ASSETS, SIDECAR_INJECTOR_CONTROL_PLANE } = process.env;
/** `npm run test:e2e:old`: an API server of an older kind, which many clusters still run. */
const isOld = SIDECAR_INJECTOR_CONTROL_PLANE === 'old';
const buildDirectory = fileURLToPath(new URL('../control-plane', import.meta.url));
const moduleDirectory = isOld ? join(buildDirectory, '1.30') : buildDirectory;
const required = ['etcd', 'kube-apiserver'];
const controllerManager = 'kube-controller-manager';

/**
 * Finds the programs where KUBEBUILDER_ASSETS says, or in the cache, or builds them into it with Go.
 *
 * @throws Error where KUBEBUILDER_ASSETS lacks one of them, or the build fails.
 */
export function findControlPlaneAssets(): ControlPlaneAssets | { readonly missing: string } {
  if (!runs('kubectl', 'version', '--client')) return { missing: 'kubectl is not on the PATH; install it' };
  if (KUBEBUILDER_ASSETS && !isOld) return checkedAssets(KUBEBUILDER_ASSETS);
  const directory = join(homedir(), '.cache/sidecar-injector/control-plane', kubernetesVersion());
  const isComplete = [...required, controllerManager].every(name => isProgram(join(directory, name)));
  if (!isComplete) {
    if (!runs('go', 'version')) return { missing: advice };
    build(directory);
  }
  return { directory, hasControllerManager: true };
}

const advice = `no kube-apiserver to test with; either install Go 1.26 or later, with which it is built once in about six minutes,
or let KUBEBUILDER_ASSETS name a directory with ${required.join(', ')} and, for workloads, ${controllerManager}`;

function checkedAssets(directory: string): ControlPlaneAssets {
  const lacking = required.filter(name => !isProgram(join(directory, name)));
  if (lacking.length > 0) throw new Error(`KUBEBUILDER_ASSETS=${directory} has no ${lacking.join(', no ')}`);
  return { directory, hasControllerManager: isProgram(join(directory, controllerManager)) };
}

function kubernetesVersion(): string {
  const [, version] = /^\s*k8s\.io\/kubernetes (v\S+)/m.exec(goModule()) ?? [];
  if (version === undefined) throw new Error(`${moduleDirectory}/go.mod does not require k8s.io/kubernetes`);
  return version;
}

function goModule(): string {
  return readFileSync(join(moduleDirectory, 'go.mod'), 'utf8');
}

function build(directory: string): void {
  const { status } = spawnSync(join(buildDirectory, 'build.sh'), [...(isOld ? ['--old'] : []), directory], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0)
    throw new Error(
      'the control plane could not be built, see above; test/control-plane/build.sh repeats it',
    );
}

function runs(program: string, ...args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}
