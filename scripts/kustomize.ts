import { spawnSync } from 'node:child_process';

/**
 * What `kubectl kustomize` makes of a directory.
 *
 * @throws Error where kubectl is missing, or does not like what is there.
 */
export function kustomize(directory: string): string {
  const { status, stdout, stderr, error } = spawnSync('kubectl', ['kustomize', directory], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (status !== 0) throw new Error(`kubectl kustomize ${directory}: ${error?.message ?? stderr}`);
  return stdout;
}
