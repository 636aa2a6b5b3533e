import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { V1Pod } from '@kubernetes/client-node';
import { projectDirectory } from '../test/e2e/installation.ts';

/** A file with a review of an annotated pod, and that pod. */
export interface Review {
  readonly file: string;
  readonly pod: V1Pod;
}

const shipped = 'docs/examples/review.json';

/** The review that ships; with another repository a copy of it in this directory. */
export async function reviewOf(repository: string | undefined, directory: string): Promise<Review> {
  const review = JSON.parse(await readFile(join(projectDirectory, shipped), 'utf8'));
  const pod = review.request.object;
  if (repository === undefined) return { file: shipped, pod };
  Object.assign(pod.metadata.annotations, {
    'sidecar.io/git-sync': repository,
    // Plain files over HTTP have no short histories; nobody wants to watch for a minute.
    'sidecar.io/git-sync.depth': '0',
    'sidecar.io/git-sync.period': '2s',
  });
  const file = join(directory, 'review.json');
  await writeFile(file, JSON.stringify(review));
  return { file, pod };
}
