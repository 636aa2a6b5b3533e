import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readPod } from '../../src/kubernetes/pod.ts';
import { inOneLine } from '../../src/sidecars/definition-problem.ts';
import { parseDefinition } from '../../src/sidecars/parse-definition.ts';
import { reviewDefinition } from '../../src/sidecars/review/review-definition.ts';
import { emptySidecarSet, nextSidecarSet } from '../../src/sidecars/sidecar-set.ts';
import { blocksOf, type FileBlock } from '../documents.ts';
import { at, injected, podAfter, podWith, shippedFiles } from '../injection-fixture.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { projectRoot } from './webhook-process.ts';

const blocks = blocksOf('docs/sidecars.md');
const files = blocks.filter((block): block is FileBlock => 'file' in block);

describe('what docs/sidecars.md shows', () => {
  it('is what its commands print, one after the other', () => {
    const directory = temporaryDirectory();
    let commands = 0;
    for (const block of blocks) {
      if ('file' in block) write(directory, block);
      else if (block.needs[0] === 'local') {
        const { status, output } = run(directory, block.commands);
        expect(output).toBe(block.shows);
        expect(status === 0, output).toBe(!block.needs.includes('fails'));
        commands++;
      }
    }
    expect(commands).toBe(13);
  });

  it('adds up to a sidecar that works beside those that ship', () => {
    const text = files.find(({ content }) => content.includes('ready:'))?.content ?? '';
    const sidecars = nextSidecarSet(emptySidecarSet, [...shippedFiles, { name: 'memcached.yaml', text }]);
    expect(sidecars.problems).toEqual([]);
    const pod = files.find(({ file }) => file === 'pod.yaml')?.content ?? '';
    const after = podAfter(readPod(parse(pod)), { sidecars });
    expect(at(after, 'spec', 'initContainers', 0)).toMatchObject({
      name: 'memcached',
      args: ['--listen=127.0.0.1', '--port=11211', '--memory-limit=64'],
      startupProbe: { exec: { command: ['nc', '-z', '127.0.0.1', '11211'] }, failureThreshold: 60 },
    });
    const two = {
      'sidecar.io/memcached': '64',
      'sidecar.io/memcached_sessions': '8',
      'sidecar.io/memcached_sessions.port': '11212',
      'sidecar.io/memcached_sessions.largest': '2m',
      'sidecar.io/memcached_sessions.verbose': 'true',
    };
    const [, sessions] = injected(podWith(two), { sidecars }).sidecars;
    expect(at(sessions?.initContainers[0], 'args')).toEqual([
      '--listen=127.0.0.1',
      '--port=11212',
      '--memory-limit=8',
      '--max-item-size=2m',
      '--verbose',
    ]);
  });

  it('has recipes without a fault but what they leave out to be short', () => {
    const recipes = files.filter(({ file }) => file.startsWith('recipes/'));
    expect(recipes).toHaveLength(8);
    for (const { file, content } of recipes) {
      const reading = parseDefinition(file, content);
      if (!reading.definition) throw new Error(reading.problems.map(inOneLine).join('\n'));
      const found = reviewDefinition(reading.source, reading.spec, reading.definition);
      expect(found.filter(({ finding }) => !leftOutToBeShort.has(finding)).map(inOneLine)).toEqual([]);
    }
  });
});

const leftOutToBeShort: ReadonlySet<string> = new Set([
  'privilege-escalation',
  'run-as-non-root',
  'seccomp-profile',
  'capabilities',
  'resources',
  'api-token',
]);

function write(directory: string, { file, content }: FileBlock): void {
  mkdirSync(dirname(join(directory, file)), { recursive: true });
  writeFileSync(join(directory, file), content);
}

function run(directory: string, commands: string) {
  const program = join(projectRoot, 'bin/sidecar-injector.js');
  const here = commands.replaceAll('npx sidecar-injector', `'${process.execPath}' '${program}'`);
  const { status, stdout, stderr } = spawnSync('bash', ['-e', '-o', 'pipefail', '-c', here], {
    cwd: directory,
    encoding: 'utf8',
    timeout: 30_000,
  });
  return { status, output: stdout + stderr };
}
