import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { explain } from '../../../../src/cli/diagnosis/explain.ts';
import { inject } from '../../../../src/cli/manifests/inject.ts';
import { uninject } from '../../../../src/cli/manifests/uninject.ts';
import { temporaryDirectory } from '../../../temporary-directory.ts';
import { capturedOutput } from '../captured-output.ts';

const commands = { inject, uninject, explain };
const run = (verb: keyof typeof commands, ...args: readonly string[]) =>
  capturedOutput(() => commands[verb].run(args));

const namespace = (
  name = 'shop',
  annotations = '{sidecar.io/statsd-exporter: "true"}',
  label = 'enabled',
) => `apiVersion: v1
kind: Namespace
metadata: {name: ${name}, labels: {sidecar.io/inject: ${label}}, annotations: ${annotations}} # the shop
`;

const deployment = (
  place = 'namespace: shop',
  metadata = 'metadata: {labels: {app: web}}',
) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  ${place}
spec:
  selector: {matchLabels: {app: web}}
  template:
    ${metadata}
    spec:
      containers:
        - name: app
          image: nginx:1.29
`;

const pod = `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers: [{name: app, image: nginx:1.29}]
`;

/** The path of a file with this text. */
function fileOf(text: string, name = 'web.yaml'): string {
  const path = join(temporaryDirectory(), name);
  writeFileSync(path, text);
  return path;
}

function pipeIn(text: string): void {
  const stream = Object.assign(Readable.from([Buffer.from(text)]), { isTTY: false });
  const spy = vi.spyOn(process, 'stdin', 'get').mockReturnValue(stream as unknown as typeof process.stdin);
  onTestFinished(() => spy.mockRestore());
}

const injected = 'deployment/web injected: statsd-exporter\n';
const untouched = 'deployment/web skipped: not-requested\n';

describe('manifests in a labelled namespace', () => {
  it.each([
    ['before them', `${namespace()}---\n${deployment()}`],
    ['behind them', `${deployment()}---\n${namespace()}`],
  ])('are injected by what stands %s, and come back byte for byte', async (_where, text) => {
    const { exitCode, stdout, stderr } = await run('inject', '-f', fileOf(text));
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: injected });
    expect(stdout).toContain(namespace());
    expect(stdout).toContain('- name: statsd-exporter');
    expect(stdout).toContain(String.raw`\"from\":\"namespace shop\"`);
    expect(stdout).not.toMatch(/sidecar\.io\/statsd-exporter[^\n]*statsd-exporter: "true"[\s\S]*template/);
    const again = await run('inject', '-f', fileOf(stdout));
    expect(again).toEqual({ exitCode: 0, stdout, stderr: 'deployment/web skipped: already-injected\n' });
    const back = await run('uninject', '-f', fileOf(stdout));
    expect(back).toEqual({
      exitCode: 0,
      stdout: text,
      stderr: 'deployment/web uninjected: statsd-exporter\n',
    });
    expect((await run('inject', '-f', fileOf(back.stdout))).stdout).toBe(stdout);
  });

  it.each([
    ['a pod without annotations', pod],
    ['a template without metadata', deployment('namespace: shop', '# none')],
    ['a template without annotations', deployment()],
    ['a template with annotations', deployment('namespace: shop', 'metadata: {annotations: {a: b}}')],
    ['a template whose annotations are null', deployment('namespace: shop', 'metadata: {annotations: }')],
    [
      'a workload with annotations',
      deployment('namespace: shop\n  annotations: {sidecar.io/statsd-exporter.port: "9200"}'),
    ],
  ])('come back as they were: %s', async (_what, text) => {
    const file = fileOf(namespace(), 'namespaces.yaml');
    const { exitCode, stdout } = await run('inject', '-f', fileOf(text), '--namespaces', file);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('- name: statsd-exporter');
    expect((await run('uninject', '-f', fileOf(stdout))).stdout).toBe(text);
  });

  it('are found in standard input, which is read once', async () => {
    pipeIn(`${namespace()}---\n${deployment()}`);
    const { exitCode, stdout, stderr } = await run('inject', '-f', '-');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: injected });
    expect(stdout).toContain('- name: statsd-exporter');
  });

  it('are found in pipes, which are read once', async () => {
    const path = join(temporaryDirectory(), 'pipe');
    execFileSync('mkfifo', [path]);
    const writing = import('node:fs/promises').then(({ writeFile }) =>
      writeFile(path, `${namespace()}---\n${deployment()}`),
    );
    const { exitCode, stderr } = await run('inject', '-f', path);
    await writing;
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: injected });
  });

  it('are found in other files, in any order', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'a.yaml'), deployment());
    writeFileSync(join(directory, 'b.json'), JSON.stringify({ kind: 'Service', apiVersion: 'v1' }));
    writeFileSync(join(directory, 'z.yaml'), namespace());
    const { stdout, stderr } = await run('inject', '-f', directory);
    expect(stderr).toBe(injected);
    expect(stdout).toContain(namespace());
  });

  it('count by the last that is written of a namespace, which is told where it differs', async () => {
    const directory = temporaryDirectory();
    writeFileSync(
      join(directory, 'a.yaml'),
      `${namespace()}---\n${namespace('shop', '{}')}---\n${namespace('shop', '{}')}`,
    );
    writeFileSync(join(directory, 'b.yaml'), deployment());
    const { stderr } = await run('inject', '-f', directory);
    const file = join(directory, 'a.yaml');
    expect(stderr).toBe(
      `namespace/shop stands at ${file}:1 and differently at ${file}:5: the last counts\n${untouched}`,
    );
  });

  it.each([
    ['by another namespace', deployment('namespace: other'), untouched],
    ['by no namespace', deployment('labels: {}'), untouched],
    ['by the one of the option', deployment('labels: {}'), injected, '-n', 'shop'],
    ['by their own rather than the one of the option', deployment(), injected, '-n', 'other'],
    [
      'by their word against it',
      deployment('namespace: shop\n  annotations: {sidecar.io/statsd-exporter.inject: "false"}'),
      'deployment/web skipped: not-requested\n',
    ],
    [
      'by their word against all',
      deployment('namespace: shop\n  annotations: {sidecar.io/inject: "false"}'),
      'deployment/web skipped: opted-out\n',
    ],
  ])('are judged %s', async (_what, text, told, ...args) => {
    const file = fileOf(namespace(), 'namespaces.yaml');
    const { exitCode, stderr } = await run('inject', '-f', fileOf(text), '--namespaces', file, ...args);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: told });
  });

  it.each([
    ['disabled', '{sidecar.io/statsd-exporter: "true"}'],
    ['maybe', '{sidecar.io/statsd-exporter: "true"}'],
  ])('are left alone where the label says %s', async (label, annotations) => {
    const text = `${namespace('shop', annotations, label)}---\n${deployment()}`;
    expect(await run('inject', '-f', fileOf(text))).toMatchObject({
      exitCode: 0,
      stdout: text,
      stderr: untouched,
    });
  });

  it('that are no whole objects, as patches for kustomize, pass as they are', async () => {
    const text =
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec: {replicas: 3}\n';
    const file = fileOf(namespace(), 'namespaces.yaml');
    const output = await run('inject', '-f', fileOf(text), '--namespaces', file);
    expect(output).toEqual({ exitCode: 0, stdout: text, stderr: untouched });
  });

  it('are refused with where it comes from', async () => {
    const text = `${namespace('shop', '{sidecar.io/statsd-exporter: "ture"}')}---\n${deployment()}`;
    const { exitCode, stdout, stderr } = await run('inject', '-f', fileOf(text));
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(
      /^deployment\/web refused: .*namespace shop.*sidecar\.io\/statsd-exporter\.inject: "false"/,
    );
  });

  it('keep out nothing of others where a Namespace is wrong: all is told at once', async () => {
    const text = `apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: [a]}\n---\n${deployment()}`;
    const file = fileOf(text);
    expect(await run('inject', '-f', file)).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `sidecar-injector: ${file}:1: Namespace.metadata.labels: expected an object, got a list\n`,
    });
  });

  it('get nothing but what the webhook needs, where that is asked for', async () => {
    const text = `${namespace()}---\n${deployment()}`;
    const { exitCode, stdout, stderr } = await run('inject', '-f', fileOf(text), '--annotations-only');
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: text });
    expect(stderr).toContain("web's pods will get statsd-exporter");
  });

  it('count by rules of the configuration too, which are weaker than the namespace', async () => {
    const config = fileOf(
      [
        'inject:',
        '  - namespaces: {matchLabels: {kubernetes.io/metadata.name: shop}}',
        '    annotations: {sidecar.io/statsd-exporter: "true"}',
        '  - pods: {matchLabels: {app: web}}',
        '    annotations: {sidecar.io/statsd-exporter.port: "9300"}',
      ].join('\n'),
      'config.yaml',
    );
    const alone = await run('inject', '-f', fileOf(deployment()), '--config', config);
    expect(alone.stderr).toBe(injected);
    expect(alone.stdout).toContain(String.raw`\"from\":\"rule 1\"`);
    expect(alone.stdout).toContain('containerPort: 9300');
    const shop = namespace('shop', '{sidecar.io/statsd-exporter.port: "9400"}');
    const both = await run('inject', '-f', fileOf(`${shop}---\n${deployment()}`), '--config', config);
    expect(both.stdout).toContain('containerPort: 9400');
    const elsewhere = await run('inject', '-f', fileOf(deployment('namespace: other')), '--config', config);
    expect(elsewhere.stderr).toBe(untouched);
  });
});

describe('the explanation of manifests in a labelled namespace', () => {
  const annotations = '{sidecar.io/statsd-exporter: "true", sidecar.io/statsd-exporter.port: "9300"}';

  it('says where each annotation is written', async () => {
    const own = 'namespace: shop\n  annotations: {sidecar.io/statsd-exporter.cpu: 20m}';
    const text = `${namespace('shop', annotations)}---\n${deployment(own)}`;
    const { exitCode, stdout } = await run('explain', '-f', fileOf(text));
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^deployment\/web \(.*\): new pods get statsd-exporter$/m);
    expect(stdout).toMatch(/ asked for by sidecar\.io\/statsd-exporter on namespace shop$/m);
    expect(stdout).toMatch(
      /^ {2}set {6}sidecar\.io\/statsd-exporter\.cpu \(the Deployment\), sidecar\.io\/statsd-exporter\.port \(namespace shop\)$/m,
    );
  });

  it('says what is left out, and by whom', async () => {
    const own = 'namespace: shop\n  annotations: {sidecar.io/statsd-exporter.inject: "false"}';
    const { exitCode, stdout } = await run(
      'explain',
      '-f',
      fileOf(deployment(own)),
      '--namespaces',
      fileOf(namespace()),
    );
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^deployment\/web \(.*\): no sidecar, because it is left out \(/m);
    expect(stdout).toContain(
      '  left out statsd-exporter: namespace shop asks for it, and sidecar.io/statsd-exporter.inject on the Deployment is "false"',
    );
  });

  it('says so for a program', async () => {
    const file = fileOf(namespace('shop', annotations), 'namespaces.yaml');
    const args = ['-f', fileOf(deployment('labels: {}')), '--namespaces', file, '-n', 'shop', '-o', 'json'];
    const { stdout } = await run('explain', ...args);
    expect(JSON.parse(stdout).objects[0].sidecars).toMatchObject([
      {
        annotation: 'sidecar.io/statsd-exporter',
        annotatedOn: 'namespace shop',
        annotations: [
          { key: 'sidecar.io/statsd-exporter', on: 'namespace shop' },
          { key: 'sidecar.io/statsd-exporter.port', on: 'namespace shop' },
        ],
      },
    ]);
  });

  it.each<readonly [what: string, text: string, exitCode: number, said: string]>([
    ['what new pods get', namespace(), 0, ': new pods in shop will get statsd-exporter'],
    [
      'what is wrong',
      namespace('shop', '{sidecar.io/statsd: "true"}'),
      3,
      ': not as it has to be (unknown-sidecar)',
    ],
    [
      'that the label is missing',
      namespace('shop', annotations).replace('labels: {sidecar.io/inject: enabled}, ', ''),
      3,
      ': not as it has to be (namespace-without-effect)',
    ],
    ['that nothing is asked for yet', namespace('shop', '{}'), 0, ': asks for nothing'],
    [
      'nothing of one that has to do with nothing',
      'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n',
      0,
      '',
    ],
  ])('says of a Namespace %s', async (_what, text, exitCode, said) => {
    const file = fileOf(text);
    const { stdout, ...ended } = await run('explain', '-f', file);
    expect(ended.exitCode).toBe(exitCode);
    expect(stdout.split('\n')[0]).toBe(said === '' ? '' : `namespace/shop (${file}:1)${said}`);
  });
});
