import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { baseDirectory, cleanEnvironment, projectDirectory } from '../test/e2e/installation.ts';
import type { Consent } from './consent.ts';
import { injectedPod } from './injected-pod.ts';
import { forwardPort } from './port-forward.ts';
import { startRepository } from './repository.ts';
import type { Stage } from './stage.ts';
import { execute, say, type Terminal } from './transcript.ts';

/** Where the story is to be played. */
export interface ClusterChoice {
  /** Of the kubeconfig. */
  readonly context: string;
  /** An image with busybox. */
  readonly image: string;
  /** Asked before anything is made, where an injector has to be installed. */
  readonly consent: Consent;
  readonly signal: AbortSignal;
}

/**
 * A namespace of its own in the cluster of a context, with a repository in it. An injector that is there is used; where
 * there is none it is installed from `deploy/`, if somebody agrees, and taken out again.
 *
 * @throws Error where nobody agrees; then nothing was made.
 */
export async function openClusterStage({ context, image, consent, signal }: ClusterChoice): Promise<Stage> {
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
    const hasOwnInjector = (await run(terminal, registered)) === '';
    if (hasOwnInjector) await agree(consent, context);
    say(`Namespace ${namespace} in context ${context}, and a Git repository in it.`);
    undo.push(() => sweep(`kubectl delete namespace ${namespace} --wait=false --ignore-not-found`));
    await run(terminal, `kubectl create namespace ${namespace}`);
    if (hasOwnInjector) await installInjector(terminal, undo, sweep);
    const repository = await startRepository(terminal, { directory, image, namespace });
    const open = async () => {
      const { metadata } = await injectedPod(terminal);
      const target = `pod/${metadata?.name}`;
      const forwarding = await forwardPort(terminal, { target, port: 8080, directory });
      undo.push(forwarding.stop);
      return `${forwarding.url}/current/`;
    };
    return {
      terminal,
      repository: repository.url,
      site: { workingCopy: repository.workingCopy, isOnCluster: true, open },
      playground: undefined,
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

const registered =
  'kubectl get mutatingwebhookconfiguration sidecar-injector --ignore-not-found --output name';

/** Says what is going to happen in a cluster that others may use, and goes on only where that is wanted. */
async function agree(consent: Consent, context: string): Promise<void> {
  say(`The cluster of the context ${context} has no injector. The demonstration installs the one of deploy/base and takes
it out again at its end. Meanwhile the API server refuses pods and workloads with annotations of sidecar.io/, in all
namespaces, whenever no replica answers. The nodes must find its image first: docs/install.md#the-image says how.`);
  const answer = await consent('Install it?');
  if (answer === 'nobody to ask') throw new Error('nobody can be asked here; --yes agrees beforehand');
  if (answer === 'no') throw new Error('nothing was installed');
}

async function installInjector(
  terminal: Terminal,
  undo: (() => Promise<unknown>)[],
  sweep: (command: string) => Promise<unknown>,
): Promise<void> {
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
}

async function run(terminal: Terminal, command: string): Promise<string> {
  const { exitCode, output } = await execute(terminal, command);
  if (exitCode !== 0) throw new Error(`${command}:\n${output.trimEnd()}`);
  return output;
}
