import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { explain } from '../../../../src/cli/diagnosis/explain.ts';
import { inject } from '../../../../src/cli/manifests/inject.ts';
import { createInjector } from '../../../../src/injection/inject.ts';
import { defaultPolicy, podWith } from '../../../injection-fixture.ts';
import { filesWithNext, sidecarSetWithNext } from '../../../next-versions.ts';
import { temporaryDirectory } from '../../../temporary-directory.ts';
import { capturedOutput } from '../captured-output.ts';

const commands = { inject, explain };
const switchedOn = 'sidecar.io/logs: "true"';

/** Files to run a command with: the manifest of a pod, definitions in two versions, and a share of one half. */
function files(annotations: string, metadata: string) {
  const directory = temporaryDirectory();
  for (const { name, text = '' } of filesWithNext('logs')) writeFileSync(join(directory, name), text);
  const [config, manifest] = [
    join(temporaryDirectory(), 'config.yaml'),
    join(temporaryDirectory(), 'pod.yaml'),
  ];
  writeFileSync(config, 'versions: {logs: {next: 50%}}\n');
  writeFileSync(
    manifest,
    `apiVersion: v1\nkind: Pod\nmetadata: {${metadata}, annotations: {${annotations}}}\nspec: {containers: [{name: app, image: nginx:1.29}]}\n`,
  );
  return ['-f', manifest, '--sidecars', directory, '--config', config];
}

async function run(
  verb: keyof typeof commands,
  { annotations = switchedOn, metadata = 'name: web', more = [] as readonly string[] },
): Promise<string> {
  return (await capturedOutput(() => commands[verb].run([...files(annotations, metadata), ...more]))).stdout;
}

/** What the webhook gives to that pod in a namespace. */
function isNextIn(namespace: string): boolean {
  const injector = createInjector(sidecarSetWithNext('logs'), {
    ...defaultPolicy,
    versions: { logs: { next: 50 } },
  });
  const pod = podWith({ 'sidecar.io/logs': 'true' });
  return JSON.stringify(injector({ ...pod, metadata: { ...pod.metadata, namespace } })).includes('logs:v2');
}

const namespaces = ['shop', 'blog', 'default', 'team-a', 'team-b', 'team-c'];

describe('inject and explain, with a share for the next version', () => {
  it('do as the webhook does in the namespace that the manifest, the option or nobody names', async () => {
    expect(new Set(namespaces.map(isNextIn))).toEqual(new Set([true, false]));
    for (const namespace of namespaces) {
      const places = [
        { metadata: `name: web, namespace: ${namespace}` },
        { more: ['--namespace', namespace] },
        ...(namespace === 'default' ? [{}] : []),
      ];
      for (const place of places) {
        expect((await run('inject', place)).includes('logs:v2')).toBe(isNextIn(namespace));
        expect((await run('explain', place)).includes('next version')).toBe(isNextIn(namespace));
      }
    }
  });

  it('do what the annotation says', async () => {
    const annotations = `${switchedOn}, sidecar.io/logs.version: next`;
    expect(await run('inject', { annotations })).toContain('logs:v2');
    expect(await run('explain', { annotations })).toMatch(/logs: mode native, image \S+:v2, next version/);
    const more = ['--annotate', 'sidecar.io/logs.version=current'];
    expect(await run('inject', { annotations: switchedOn, more })).toContain('logs:v1');
  });
});
