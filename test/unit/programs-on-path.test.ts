import { writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { programsOnPath } from '../../scripts/tools/programs-on-path.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

/** A directory with a file of that name, which may be run or not. */
function directoryWith(name: string, mode: 0o755 | 0o644): string {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, name), '', { mode });
  return directory;
}

describe('the programs of a name on the PATH', () => {
  it('are those that may be run, in the order of the PATH', () => {
    const [first, second, text] = [
      directoryWith('tool', 0o755),
      directoryWith('tool', 0o755),
      directoryWith('tool', 0o644),
    ];
    const PATH = [text, '', '/nowhere', second, first].join(delimiter);
    expect(programsOnPath('tool', { PATH })).toEqual([join(second, 'tool'), join(first, 'tool')]);
  });

  it('are none where the PATH has none, or there is no PATH', () => {
    expect(programsOnPath('tool', { PATH: directoryWith('tool', 0o644) })).toEqual([]);
    expect(programsOnPath('tool', {})).toEqual([]);
  });
});
