import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Pod } from '@kubernetes/client-node';
import { ApiClient } from './api-client.ts';
import { gitSync, podOf } from './pod-manifests.ts';
import { controlPlane } from './suite.ts';
import { createNamespace } from './test-namespace.ts';

/** What became of the pods of a stream, in their order: `injected`, `bare`, or the words of the refusal. */
export type Outcomes = readonly string[];

/**
 * Creates annotated pods by dry run, one after the other, while something is done, and at least one after it.
 *
 * @returns what became of each.
 */
export async function streamWhile(work: () => Promise<unknown>): Promise<Outcomes> {
  const client = new ApiClient(controlPlane());
  const { name } = await createNamespace();
  const path = `/api/v1/namespaces/${name}/pods?dryRun=All`;
  const outcomes: string[] = [];
  const create = async () => {
    const { status, body } = await client.ask<V1Pod & { message?: string }>({
      method: 'POST',
      path,
      body: podOf('web', gitSync),
    });
    outcomes.push(status === 201 ? outcomeOf(body) : `${status} ${body.message}`);
  };
  let isOver = false;
  const stream = (async () => {
    while (!isOver) {
      await create();
      await sleep(20);
    }
    await create();
  })();
  try {
    await work();
  } finally {
    isOver = true;
    await stream.finally(() => client.close());
  }
  return outcomes;
}

function outcomeOf({ spec }: V1Pod): string {
  return spec?.initContainers?.some(container => container.name === 'git-sync') ? 'injected' : 'bare';
}

/** Each change in a list, once: of outcomes, `[injected, bare]`. */
export function changesOf(outcomes: readonly string[]): readonly string[] {
  return outcomes.filter((outcome, index) => outcome !== outcomes[index - 1]);
}
