import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { commands } from '../../src/cli/commands.ts';

const directory = new URL('../../', import.meta.url);
const files = globSync(['src/**/*.ts', '*.md', 'docs/**/*.md', 'scripts/*.md', 'sidecars/*.yaml'], {
  cwd: directory,
}).toSorted();

/** The commands that messages and documents tell people to run. */
const named = files.flatMap(file =>
  [
    ...readFileSync(new URL(file, directory), 'utf8').matchAll(/(?:["'`]|npx )sidecar-injector ([a-z]+)/g),
  ].map(([, command = '']) => ({ file, command })),
);

it('no message and no document names a command that there is not', () => {
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter(({ command }) => !commands.has(command) && command !== 'help')).toEqual([]);
});
