import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Pod } from '@kubernetes/client-node';
import { parse } from 'yaml';
import type { Kubectl } from '../e2e/kubectl.ts';

/** The image that a definition names. */
export function imageOf(sidecar: string): string {
  const file = new URL(`../../sidecars/${sidecar}.yaml`, import.meta.url);
  return parse(readFileSync(file, 'utf8')).spec.container.image;
}

export const gitSyncImage: string = imageOf('git-sync');

/** Whether a pod with an image gets to run: the nodes have it, or can pull it. */
export async function runsOnNode(kubectl: Kubectl, image: string): Promise<boolean> {
  const name = `image-probe-${randomBytes(4).toString('hex')}`;
  const container = { name: 'probe', image, imagePullPolicy: 'IfNotPresent', command: ['true'] };
  const spec = { restartPolicy: 'Never', containers: [container] };
  await kubectl('--namespace default create -f -', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec,
  });
  try {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const { stdout } = await kubectl(`--namespace default get pod ${name} -o json`);
      const [status] = (JSON.parse(stdout) as V1Pod).status?.containerStatuses ?? [];
      if (status?.state?.terminated !== undefined || status?.state?.running !== undefined) return true;
      if (/^(ErrImagePull|ImagePullBackOff)$/.test(status?.state?.waiting?.reason ?? '')) return false;
      await sleep(intervalMs);
    }
    return false;
  } finally {
    await kubectl(`--namespace default delete pod ${name} --now --wait=false`);
  }
}

const intervalMs = 500;
// Two minutes, for a node that has to pull it.
const attempts = 240;
