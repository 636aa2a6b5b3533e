import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kubectl } from '../e2e/kubectl.ts';

/**
 * Waits until no other run uses the cluster: two would install, and take out, the same injector. A Lease says who has
 * it; one that has not been renewed for a minute belongs to a run that was killed. Gives what ends it.
 *
 * @throws Error where another run keeps it for longer than half an hour.
 */
export async function lockCluster(kubectl: Kubectl): Promise<() => Promise<void>> {
  const holder = randomUUID();
  const deadlineMs = performance.now() + longestMs;
  while (!(await isTaken(kubectl, holder))) {
    if (performance.now() > deadlineMs)
      throw new Error(`another run has had the cluster for half an hour; see ${lease}`);
    await sleep(waitMs);
  }
  const timer = setInterval(() => renew(kubectl, holder).catch(() => undefined), renewMs);
  return async () => {
    clearInterval(timer);
    await kubectl(`--namespace default delete ${lease} --ignore-not-found`);
  };
}

async function isTaken(kubectl: Kubectl, holder: string): Promise<boolean> {
  const { stdout } = await kubectl(`--namespace default get ${lease} --ignore-not-found -o json`);
  // Deleted by its uid, so that of two who find it left behind only one takes it away.
  if (stdout !== '' && Date.now() - Date.parse(JSON.parse(stdout).spec.renewTime) > staleMs) {
    const body = { preconditions: { uid: JSON.parse(stdout).metadata.uid } };
    await kubectl(`delete --raw ${path} -f -`, body).catch(() => undefined);
  }
  return kubectl('create -f -', manifest(holder)).then(
    () => true,
    (error: Error) => {
      if (error.message.includes('AlreadyExists') || error.message.includes('already exists')) return false;
      throw error;
    },
  );
}

async function renew(kubectl: Kubectl, holder: string): Promise<void> {
  await kubectl('apply --server-side --force-conflicts -f -', manifest(holder));
}

function manifest(holder: string) {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: 'sidecar-injector-test', namespace: 'default' },
    spec: { holderIdentity: holder, renewTime: new Date().toISOString().replace('Z', '000Z') },
  };
}

const lease = 'lease/sidecar-injector-test';
const path = '/apis/coordination.k8s.io/v1/namespaces/default/leases/sidecar-injector-test';
const waitMs = 2000;
const renewMs = 10_000;
const staleMs = 60_000;
const longestMs = 30 * 60_000;
