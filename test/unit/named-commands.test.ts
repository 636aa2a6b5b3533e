import { globSync, readFileSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { runCommand } from '../../src/cli/run-command.ts';

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

it('no message and no document names a command that there is not', async () => {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  await runCommand(['help']);
  const commands = [...String(write.mock.calls[0]?.[0]).matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name);
  write.mockRestore();
  expect(commands).toContain('serve');
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter(({ command }) => !commands.includes(command))).toEqual([]);
});
