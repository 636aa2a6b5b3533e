/** The policies of `deploy/overlays/policy`, applied as they ship, and taken away again. */
import { join } from 'node:path';
import type { V1Pod } from '@kubernetes/client-node';
import { projectDirectory } from './installation.ts';
import { gitSync, podOf } from './pod-manifests.ts';
import { eventually, kubectl } from './suite.ts';
import { createNamespace } from './test-namespace.ts';

const overlay = join(projectDirectory, 'deploy/overlays/policy');

/** All kinds of what `compile` writes, for kubectl. */
const kinds =
  'mutatingadmissionpolicybindings,mutatingadmissionpolicies,validatingadmissionpolicybindings,validatingadmissionpolicies';

const ofPolicies = 'app.kubernetes.io/name=sidecar-injector,app.kubernetes.io/component=policy';

/** Applies the overlay, and resolves when the policies inject. */
export async function installPolicies(): Promise<void> {
  await kubectl(['apply', '--server-side', '--force-conflicts', '--kustomize', overlay]);
  const namespace = await createNamespace();
  await eventually(
    async () => {
      const { pod } = await namespace.createPod(podOf('web', gitSync), '--dry-run=server');
      if (!isByPolicy(pod)) throw new Error('no policy has injected the pod');
    },
    { withinMs: 60_000 },
  );
}

/** Whether the status of a pod says that a policy put its sidecar in. */
export function isByPolicy({ metadata }: V1Pod): boolean {
  return metadata?.annotations?.['sidecar.io/status']?.includes('"by":"policy"') === true;
}

/** Takes the policies that refuse out of force, so that only the guard refuses; those that inject stay. */
export async function unbindRefusals(): Promise<void> {
  await kubectl(['delete', 'validatingadmissionpolicybindings', '--selector', ofPolicies]);
}

/** Deletes the policies that inject and refuse, and resolves when none injects any more; the guard stays. */
export async function removePolicies(): Promise<void> {
  await kubectl(['delete', kinds, '--selector', ofPolicies]);
  const namespace = await createNamespace();
  await eventually(
    async () => {
      // Where there is no webhook either, the guard refuses the pod.
      const created = await namespace
        .createPod(podOf('web', gitSync), '--dry-run=server')
        .catch(() => undefined);
      if (created && isByPolicy(created.pod)) throw new Error('a policy still injects the pod');
    },
    { withinMs: 60_000 },
  );
}
