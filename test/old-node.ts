import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';

/** A Node of the machine that is older than the one that the project brings; undefined where the PATH has none. */
export function oldNode(): string | undefined {
  const directories = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter(path => !path.includes('node_modules'));
  return directories
    .map(directory => join(directory, 'node'))
    .find(node => {
      const { status, stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
      return status === 0 && Number(/^v(\d+)/.exec(stdout)?.[1]) < 24;
    });
}
