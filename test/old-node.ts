import { spawnSync } from 'node:child_process';
import { programsOnPath } from '../scripts/tools/programs-on-path.ts';

/** A Node of the machine that is older than the one that the project brings; undefined where the PATH has none. */
export function oldNode(): string | undefined {
  return programsOnPath('node', process.env)
    .filter(path => !path.includes('node_modules'))
    .find(node => {
      const { status, stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
      return status === 0 && Number(/^v(\d+)/.exec(stdout)?.[1]) < 24;
    });
}
