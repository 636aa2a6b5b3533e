import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { baseDirectory, cleanEnvironment, projectDirectory } from '../test/e2e/installation.ts';
import { startRepository } from './repository.ts';
import type { Stage } from './stage.ts';
import { execute, say, type Terminal } from './transcript.ts';

/**
 * A namespace of its own in the cluster of a context, with a repository in it. An injector that is there is used; where
 * there is none it is installed from `deploy/` and taken out again.
 */
export async function openClusterStage(context: string, image: string, signal: AbortSignal): Promise<Stage> {
  const directory = await mkdtemp(join(tmpdir(), 'sidecar-injector-demo-'));
  const namespace = `demo-${randomBytes(3).toString('hex')}`;
  const undo: (() => Promise<unknown>)[] = [() => rm(directory, { recursive: true, force: true })];
  const close = async () => {
    for (const step of undo.toReversed()) await step();
  };
  try {
    const kubeconfig = await writeKubeconfig(directory, { context, namespace, signal });
    const terminal = {
      directory: projectDirectory,
      env: { ...cleanEnvironment, KUBECONFIG: kubeconfig },
      signal,
    };
    // What takes things away again is not to end with what is interrupted.
    const sweep = (command: string) =>
      execute({ ...terminal, signal: AbortSignal.timeout(sweepTimeoutMs) }, command);
    say(`Namespace ${namespace} in context ${context}, and a Git repository in it.`);
    undo.push(() => sweep(`kubectl delete namespace ${namespace} --wait=false --ignore-not-found`));
    await run(terminal, `kubectl create namespace ${namespace}`);
    const hasOwnInjector = await installWhereMissing(terminal, undo, sweep);
    const repository = await startRepository(terminal, { directory, image, namespace });
    return {
      terminal,
      repository,
      workingCopy: join(directory, 'site'),
      hasOwnInjector,
      image,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const sweepTimeoutMs = 60_000;

/** A kubeconfig with this context only, so that the commands are those that a person types. */
async function writeKubeconfig(
  directory: string,
  { context, namespace, signal }: { context: string; namespace: string; signal: AbortSignal },
): Promise<string> {
  const terminal = {
    directory: projectDirectory,
    env: { ...cleanEnvironment, DEMO_CONTEXT: context },
    signal,
  };
  const view = 'kubectl config view --minify --flatten --output json --context "$DEMO_CONTEXT"';
  const kubeconfig = JSON.parse(await run(terminal, view));
  for (const entry of kubeconfig.contexts) entry.context.namespace = namespace;
  const file = join(directory, 'kubeconfig');
  await writeFile(file, JSON.stringify(kubeconfig), { mode: 0o600 });
  return file;
}

async function installWhereMissing(
  terminal: Terminal,
  undo: (() => Promise<unknown>)[],
  sweep: (command: string) => Promise<unknown>,
): Promise<boolean> {
  const registered =
    'kubectl get mutatingwebhookconfiguration sidecar-injector --ignore-not-found --output name';
  if ((await run(terminal, registered)) !== '') return false;
  say('The cluster has no injector: it gets one from deploy/, for the time of the demonstration.');
  undo.push(
    () => sweep(`kubectl delete --kustomize ${baseDirectory} --ignore-not-found --wait=false`),
    () => sweep('kubectl delete mutatingwebhookconfiguration sidecar-injector --ignore-not-found'),
  );
  await run(terminal, `kubectl apply --kustomize ${baseDirectory}`);
  const rollout =
    'kubectl --namespace sidecar-injector rollout status deployment/sidecar-injector --timeout=90s';
  await run(terminal, rollout).catch(cause => {
    throw new Error(
      'the injector does not become ready; have the nodes its image? docs/install.md says how to bring it there',
      { cause },
    );
  });
  return true;
}

async function run(terminal: Terminal, command: string): Promise<string> {
  const { exitCode, output } = await execute(terminal, command);
  if (exitCode !== 0) throw new Error(`${command}:\n${output.trimEnd()}`);
  return output;
}
