/** What every test file starts from. */
import { afterAll, beforeAll, describe, inject, vi } from 'vitest';
import type { ControlPlaneAccess } from './control-plane.ts';
import { install } from './installation.ts';
import { createKubectl, type Kubectl, kubectlJsonOf } from './kubectl.ts';
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

/** For what is in no namespace; `TestNamespace` has its own. */
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
 * Installs what was changed or taken away as it was. A Deployment whose pods were ever changed is made anew: its rollout would
 * never end and leave a pod too many, for no kubelet makes the new ones ready.
 */
export async function reinstall(): Promise<void> {
  const deployment = ['--namespace=sidecar-injector', 'deployment', 'sidecar-injector', '--ignore-not-found'];
  const revision = '-o=jsonpath={.metadata.annotations.deployment\\.kubernetes\\.io/revision}';
  const { stdout } = await kubectl(['get', ...deployment, revision]);
  if (Number(stdout) > 1) await kubectl(['delete', ...deployment]);
  await install(kubectl);
}

/**
 * Tries again and again until it works; after that long it fails with the last error. The time is for controllers on a
 * busy machine; whoever promises less, or waits for back-off, says so.
 */
export function eventually<T>(attempt: () => T | Promise<T>, { withinMs = 30_000 } = {}): Promise<T> {
  return vi.waitFor(attempt, { timeout: withinMs, interval: 100 });
}
