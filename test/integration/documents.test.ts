import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandBlocks } from '../documents.ts';
import { projectRoot, TestProcess } from './webhook-process.ts';

const [start, call, decoded] = commandBlocks('README.md').filter(({ needs }) => needs[0] === 'local');

describe('what the README shows without a cluster', () => {
  it('is what its commands print', async () => {
    const [, command = ''] = start?.commands.trim().split('\n') ?? [];
    const npm = new TestProcess('sh', [
      '-c',
      `exec ${command} -- --listen 127.0.0.1:0 --status-listen 127.0.0.1:0`,
    ]);
    const address = await expect
      .poll(() => /(https:\/\/127\.0\.0\.1:\d+)\/mutate\n/.exec(npm.stdout)?.[1], {
        timeout: 30_000,
        interval: 50,
      })
      .toBeDefined()
      .then(() => /(https:\/\/127\.0\.0\.1:\d+)\/mutate\n/.exec(npm.stdout)?.[1] ?? '');
    const run = (commands = '') => {
      const here = commands.replaceAll('https://127.0.0.1:8443', address);
      return spawnSync('bash', ['-o', 'pipefail', '-c', here], {
        cwd: projectRoot,
        encoding: 'utf8',
        timeout: 30_000,
      });
    };
    expect(JSON.parse(run(call?.commands).stdout).response).toMatchObject({
      allowed: true,
      patchType: 'JSONPatch',
    });
    const printed = JSON.parse(run(decoded?.commands).stdout);
    const shown = JSON.parse(decoded?.shows ?? '');
    expect(printed).toHaveLength(shown.length);
    expect(printed).toMatchObject(shown.map(abridged));
    // Nobody should have to guess what the printed call of the README and of the start have in common.
    expect(npm.stdout.replace(/\s+/g, ' ')).toContain(
      (call?.commands ?? '').replaceAll('https://127.0.0.1:8443', address).replace(/\s+/g, ' ').trim(),
    );
  });
});

const programs = ['README.md', 'docs/policies.md'].flatMap(document =>
  commandBlocks(document).filter(({ needs }) => needs[0] === 'program'),
);

describe('what documents show of the command line', () => {
  it.each(programs)('is what the commands print: $document', program => {
    const { stdout, status } = spawnSync('bash', ['-eo', 'pipefail', '-c', program.commands], {
      cwd: projectRoot,
      encoding: 'utf8',
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: program.shows });
  });

  it('stands on the first screen of the README', () => {
    const [first = ''] = readFileSync(join(projectRoot, 'README.md'), 'utf8').split('\n## ');
    expect(first.split('\n').findIndex(line => line.includes('sidecar-injector inject'))).toBeLessThan(35);
  });
});

/** The README leaves entries and fields out; those that it shows are the first of their lists. */
function abridged({ value, ...operation }: { readonly value?: unknown }) {
  if (!Array.isArray(value)) return operation;
  return {
    ...operation,
    value: expect.objectContaining(
      Object.fromEntries(value.map((entry, index) => [index, expect.objectContaining(entry)])),
    ),
  };
}
