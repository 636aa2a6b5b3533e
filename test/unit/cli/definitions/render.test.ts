import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { render } from '../../../../src/cli/definitions/render.ts';
import { applyPatch } from '../../../../src/injection/patch/apply-patch.ts';
import { scenariosOf } from '../../../../src/sidecars/samples/scenarios.ts';
import { addedToPod } from '../../../../src/trial/added-to-pod.ts';
import { tryDefinition } from '../../../../src/trial/try-definition.ts';
import { shippedFiles, shippedSidecars } from '../../../injection-fixture.ts';
import { temporaryDirectory } from '../../../temporary-directory.ts';
import { definitionText } from '../../sidecars/definition-text.ts';
import { capturedOutput } from '../captured-output.ts';

const run = (...args: readonly string[]) => capturedOutput(() => render.run(args));

function fileWith(spec: string): string {
  const file = join(temporaryDirectory(), 'logs.yaml');
  writeFileSync(file, definitionText(spec));
  return file;
}

const small = `
  value: level
  parameters:
    level: {type: integer, required: true, minimum: 3}
    to: {type: string}
  container: {image: "example.com/logs:1.0", args: ["--level=\${level}", "--to=\${to}"]}
`;

const shared = `
  volumes: [{name: "\${volume}", emptyDir: {}, shared: true}]
  container: {image: "example.com/logs:1.0", volumeMounts: [{name: "\${volume}", mountPath: /logs}]}
`;

describe('render', () => {
  it('prints what goes into a pod, in each mode, and which values are samples', async () => {
    expect(await run(fileWith(small))).toEqual({
      exitCode: 0,
      stdout: `# mode native
# sample values: level=3
initContainers:
  - name: logs
    image: example.com/logs:1.0
    args:
      - --level=3
    restartPolicy: Always
---
# mode classic
# sample values: level=3
containers:
  - name: logs
    image: example.com/logs:1.0
    args:
      - --level=3
`,
      stderr: '',
    });
  });

  it('takes values, the one of the annotation itself by the name of its parameter', async () => {
    const { stdout } = await run(fileWith(small), '--set', 'level=7', '--set', 'to=a=b', '--mode', 'native');
    expect(stdout).not.toContain('#  sample');
    expect(parse(stdout)).toMatchObject({ initContainers: [{ args: ['--level=7', '--to=a=b'] }] });
  });

  it('prints JSON where that is asked for', async () => {
    const { stdout } = await run(fileWith(small), '--mode', 'native', '-o', 'json');
    expect(JSON.parse(stdout)).toEqual([
      {
        mode: 'native',
        sampleValues: { level: '3' },
        initContainers: [expect.objectContaining({ name: 'logs', args: ['--level=3'] })],
      },
    ]);
  });

  it('prints what a container of the app gets where an annotation would ask for it', async () => {
    const { stdout, stderr } = await run(fileWith(shared), '--set', 'mount=/site', '--mode', 'native');
    expect(stderr).toBe('');
    expect(parse(stdout)).toMatchObject({
      app: { volumeMounts: [{ name: 'logs', mountPath: '/site', readOnly: true }] },
      volumes: [{ name: 'logs', emptyDir: {} }],
    });
  });

  it('prints the variables that the app gets where an annotation would ask for them', async () => {
    const file = fileWith(`
      app: {env: [{name: LOGS_PORT, value: "9000"}]}
      container: {image: "example.com/logs:1.0"}
    `);
    const { stdout } = await run(file, '--set', 'env=true', '--mode', 'native');
    expect(parse(stdout)).toMatchObject({ app: { env: [{ name: 'LOGS_PORT', value: '9000' }] } });
    expect((await run(file, '--mode', 'native')).stdout).not.toContain('LOGS_PORT');
  });

  it('tells the warnings of the engine on standard error, each once', async () => {
    expect(await run(fileWith(shared))).toMatchObject({
      exitCode: 0,
      stderr: 'warning: set sidecar.io/logs.mount to a path: no container mounts the volume "logs"\n',
    });
  });

  it.each([
    [
      ['--set', 'too=3'],
      'annotation sidecar.io/logs.too: unknown parameter; did you mean sidecar.io/logs.to?',
    ],
    [['--set', 'level=2'], 'annotation sidecar.io/logs: got "2"; use a whole number, at least 3'],
    [['--mode', 'init'], 'annotation sidecar.io/logs.mode: got "init"; use one of auto, native, classic'],
  ])('fails with the words of the engine where a pod would be refused: %j', async (args, problem) => {
    expect(await run(fileWith(small), ...args)).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `sidecar-injector: ${problem}\n`,
    });
  });

  it('prints the errors of a file as validate does', async () => {
    const file = fileWith('container: {imge: "a:1"}');
    expect(await run(file)).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining(
        `${file}:6:15: spec.container.imge: unknown key "imge"; did you mean "image"? (error)\n`,
      ),
    });
  });

  it('says why a file cannot be read', async () => {
    const missing = join(temporaryDirectory(), 'missing.yaml');
    const { exitCode, stderr } = await run(missing);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^sidecar-injector: cannot read .*missing\.yaml: ENOENT/);
  });

  it.each([
    [[], "missing required argument 'file'"],
    [['a', 'b'], 'unexpected argument "b"'],
    [['a', '--set', 'b'], '--set: got "b"; use PARAMETER=VALUE'],
    [['a', '--set', '=b'], '--set: got "=b"; use PARAMETER=VALUE'],
    [['a', '--set', 'b=1', '--set', 'b=2'], '--set: "b" is set twice'],
    [['a', '--set', 'mode=init'], '--set mode=init: use --mode init'],
    [['a', '--output', 'xml'], '--output: got "xml"; use yaml or json'],
  ])('exits with 2 when called wrongly: %j', async (args, complaint) => {
    expect(await run(...args)).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `sidecar-injector: ${complaint}\nsidecar-injector: see "sidecar-injector render --help"\n`,
    });
  });

  it.each(shippedFiles.map(({ name }) => name))('prints all that the engine adds: %s', async name => {
    const { stdout } = await run(join('sidecars', name));
    const definition = shippedSidecars.sidecars.get(name.replace('.yaml', ''));
    if (definition === undefined) throw new Error(`no sidecar in ${name}`);
    const [least = new Map()] = scenariosOf(definition);
    const documents = parseAllDocuments(stdout, { version: '1.1' }).map(document => document.toJS());
    const trials = tryDefinition(definition, least);
    expect(documents).toHaveLength(trials.length);
    trials.forEach(({ pod, decision }, index) => {
      if (decision.outcome !== 'injected') throw new Error('refused');
      const { spec } = applyPatch(pod, decision.operations);
      const { initContainers = [], containers = [], volumes = [], annotations = {} } = documents[index];
      expect(initContainers).toEqual(spec.initContainers ?? []);
      expect(containers).toEqual(spec.containers?.slice(1));
      expect(volumes).toEqual(spec.volumes ?? []);
      expect(Object.keys(annotations).filter(key => key.startsWith('sidecar.io/'))).toEqual([]);
      expect(addedToPod(decision.operations)).toEqual(documents[index]);
    });
  });
});
