/** What every test file starts from. */
import { randomBytes } from 'node:crypto';
import type { V1Pod, V1PodSpec } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, inject, vi } from 'vitest';
import type { ControlPlaneAccess } from './control-plane.ts';
import { createKubectl, type Kubectl, type KubectlOutput, kubectlJsonOf } from './kubectl.ts';
import { Webhook } from './webhook.ts';

const access = inject('controlPlane');

/** `describe` for what needs the API server; the global setup has said why where there is none. */
export const describeWithApiServer = describe.skipIf(access === undefined);

/** `describe` for what needs controllers as well, which make pods of Deployments and Jobs and account for quotas. */
export const describeWithControllers = describe.skipIf(!access?.hasControllerManager);

export function controlPlane(): ControlPlaneAccess {
  if (access === undefined) throw new Error('there is no control plane');
  return access;
}

export const kubectl: Kubectl = (args, input) => createKubectl(controlPlane())(args, input);

export const kubectlJson = kubectlJsonOf(kubectl);

/** Starts the webhook; the flags come on top of those that the Deployment has. */
export async function startWebhook(...flags: readonly string[]): Promise<Webhook> {
  const webhook = new Webhook(kubectl, controlPlane(), flags);
  await webhook.start();
  return webhook;
}

/** Runs one webhook for all tests of a `describe`. */
export function useWebhook(...flags: readonly string[]): () => Webhook {
  let webhook: Webhook | undefined;
  beforeAll(async () => {
    webhook = await startWebhook(...flags);
  });
  afterAll(() => webhook?.stop());
  return () => {
    if (webhook === undefined) throw new Error('the webhook did not start');
    return webhook;
  };
}

/**
 * Tries again and again until it works; after that long it fails with the last error. The time is for the back-off of
 * controllers on a busy machine; whoever promises less names less.
 */
export function eventually<T>(attempt: () => T | Promise<T>, { withinMs = 60_000 } = {}): Promise<T> {
  return vi.waitFor(attempt, { timeout: withinMs, interval: 100 });
}

/** Makes a namespace with a name of its own. */
export async function createNamespace(labels: Readonly<Record<string, string>> = {}): Promise<string> {
  const name = `e2e-${randomBytes(4).toString('hex')}`;
  await kubectl('apply --server-side -f -', {
    apiVersion: 'v1',
    kind: 'List',
    items: [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } },
      // Pods need it, and the controller that would make it takes its time, or is not there.
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: name } },
    ],
  });
  return name;
}

export type Annotations = Readonly<Record<string, string>>;

export interface PodManifest {
  readonly apiVersion: 'v1';
  readonly kind: 'Pod';
  readonly metadata: {
    readonly name?: string;
    readonly generateName?: string;
    readonly annotations?: Annotations;
    readonly labels?: Annotations;
  };
  readonly spec: V1PodSpec;
}

export const repository = 'https://github.com/org/site.git';

/** The one annotation that most pods here have. */
export const gitSync: Annotations = { 'sidecar.io/git-sync': repository };

/** A pod with one container. */
export function podOf(name: string, annotations?: Annotations, spec: Partial<V1PodSpec> = {}): PodManifest {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, ...(annotations ? { annotations } : {}) },
    spec: { containers: [{ name: 'web', image: 'nginx:1.29' }], ...spec },
  };
}

export interface CreatedPod extends KubectlOutput {
  readonly pod: V1Pod;
}

/** Creates a pod with kubectl; rejects where it is refused. */
export async function createPod(
  namespace: string,
  manifest: PodManifest,
  ...flags: readonly string[]
): Promise<CreatedPod> {
  const output = await kubectl(['-n', namespace, 'create', '-f', '-', '-o', 'json', ...flags], manifest);
  return { ...output, pod: JSON.parse(output.stdout) };
}

/** What kubectl says about a pod that is refused; rejects where it is accepted. */
export async function refusalOf(namespace: string, manifest: PodManifest): Promise<string> {
  return createPod(namespace, manifest).then(
    () => Promise.reject(new Error('the pod was accepted')),
    (error: Error) => error.message,
  );
}
