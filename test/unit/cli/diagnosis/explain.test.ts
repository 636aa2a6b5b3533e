import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { explain } from '../../../../src/cli/diagnosis/explain.ts';
import { capturedOutput } from '../captured-output.ts';

const containers = '[{name: app, image: "nginx:1.29"}]';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'explain-'));
});

async function manifest(name: string, text: string): Promise<string> {
  const file = join(directory, name);
  await writeFile(file, text);
  return file;
}

function pod(name: string, annotations: string): string {
  return `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, annotations: {${annotations}}}\nspec: {containers: ${containers}}\n`;
}

const asking = 'sidecar.io/git-sync: "https://github.com/org/site.git", sidecar.io/git-sync.mount: /site';

function run(...args: readonly string[]) {
  return capturedOutput(() => explain.run(args));
}

describe('explain of manifests', () => {
  it('says of each object what becomes of it, with its place', async () => {
    const file = await manifest(
      'some.yaml',
      `${pod('good', asking)}---\n${pod('bad', `${asking}, sidecar.io/git-sync.depth: deep`)}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n`,
    );
    const { exitCode, stdout, stderr } = await run('-f', file);
    expect(exitCode).toBe(3);
    expect(stderr).toBe('');
    expect(stdout).toContain(`pod/good (${file}:1): would get git-sync\n`);
    expect(stdout).toContain(`\n\npod/bad (${file}:6): no sidecar (invalid-value)\n  why      annotation `);
    expect(stdout).not.toContain('configmap');
  });

  it.each([
    ['would be injected', asking, 0],
    ['asks for nothing', '', 0],
    ['is refused', 'sidecar.io/git-syn: x', 3],
    ['opted out', `${asking}, sidecar.io/inject: "false"`, 3],
  ])('ends with a code: the pod %s', async (_title, annotations, exitCode) => {
    expect((await run('-f', await manifest('one.yaml', pod('web', annotations)))).exitCode).toBe(exitCode);
  });

  it('gives a program one object', async () => {
    const file = await manifest('json.yaml', pod('web', asking));
    const { stdout } = await run('-f', file, '-o', 'json', '-n', 'shop');
    expect(JSON.parse(stdout)).toMatchObject({
      definitions: 'directory sidecars',
      objects: [
        {
          apiVersion: 'v1',
          kind: 'Pod',
          namespace: 'shop',
          name: 'web',
          file,
          line: 1,
          verdict: 'would-be-injected',
          reason: 'injected',
          sidecars: [{ sidecar: 'git-sync', content: { mounts: [{ path: '/site/current' }] } }],
          problems: [],
          warnings: [],
        },
      ],
    });
    expect(stdout.endsWith('}\n')).toBe(true);
  });

  it('judges by the definitions and the configuration that are named', async () => {
    const file = await manifest('named.yaml', pod('web', asking));
    const config = await manifest('config.yml', 'allowedHosts: [git.example.com]\n');
    expect((await run('-f', file, '--config', config)).stdout).toContain('(origin-not-allowed)');
    const empty = await mkdtemp(join(tmpdir(), 'definitions-'));
    expect((await run('-f', file, '--sidecars', empty)).stdout).toContain('(unknown-sidecar)');
  });

  it('says where nothing makes pods', async () => {
    const file = await manifest('none.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n');
    expect(await run('-f', file)).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: 'nothing in it makes pods, and nothing asks for a sidecar\n',
    });
  });

  it('fails where a manifest is no YAML', async () => {
    const { exitCode, stderr } = await run('-f', await manifest('wrong.yaml', 'a: ['));
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/wrong\.yaml:1: /);
  });

  it('explains the others where an object is none of the API', async () => {
    const text = `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n---\n${pod('good', asking)}`;
    const { exitCode, stdout } = await run('-f', await manifest('malformed.yaml', text));
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(
      /pod\/web \(.*:1\): no sidecar \(malformed-object\)\n {2}why {6}Pod\.spec: expected/,
    );
    expect(stdout).toContain('would get git-sync');
  });

  it.each([[['web']], [[]], [['-f', 'x.yaml', 'pod/web']]])('is called wrongly with %j', async args => {
    const { exitCode, stderr } = await run(...args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('see "sidecar-injector explain --help"');
  });
});
