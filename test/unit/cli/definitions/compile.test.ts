import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { compileCommand } from '../../../../src/cli/definitions/compile.ts';
import type { InjectionPolicy } from '../../../../src/injection/policy.ts';
import type { CompiledPolicies, compilePolicies } from '../../../../src/policies/compile-policies.ts';
import type { SidecarDefinition } from '../../../../src/sidecars/definition.ts';
import { temporaryDirectory } from '../../../temporary-directory.ts';
import { definitionText } from '../../sidecars/definition-text.ts';
import { capturedOutput } from '../captured-output.ts';

const spec = 'container: {image: "example.com/logs:1.0"}';

/** A directory of definitions by their names. */
function definitions(texts: Readonly<Record<string, string>>): string {
  const directory = temporaryDirectory();
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(directory, `${name}.yaml`), text);
  return directory;
}

const two = () => definitions({ logs: definitionText(spec), proxy: definitionText(spec, 'proxy') });

const named = (kind: string, name: string) => ({ kind, metadata: { name } });

/** What the compiler was given, and what it makes of that. */
function compilerWith(report: CompiledPolicies['report'] = []) {
  const given: { definitions: readonly SidecarDefinition[]; policy?: InjectionPolicy } = { definitions: [] };
  const compiler: typeof compilePolicies = (definitions, policy) => {
    Object.assign(given, { definitions, policy });
    const ofOne = definitions.flatMap(({ name }) => [
      named('MutatingAdmissionPolicy', `${name}.sidecar.io`),
      named('MutatingAdmissionPolicyBinding', `${name}.sidecar.io`),
      named('MutatingAdmissionPolicy', `${name}.namespaces.sidecar.io`),
    ]);
    const forAll = ['pods.sidecar-injector', 'workloads.sidecar-injector'];
    return { objects: [...ofOne, ...forAll.map(name => named('ValidatingAdmissionPolicy', name))], report };
  };
  const run = (...args: readonly string[]) => capturedOutput(() => compileCommand(compiler).run(args));
  return { given, run };
}

const namesIn = (yaml: string) =>
  parseAllDocuments(yaml).map(document => document.getIn(['metadata', 'name']));

const loss = { code: 'cluster-rules', sidecar: 'logs', part: 'a-parameter' } as const;

describe('compile', () => {
  it('compiles current versions alone, whatever is wrong with a next one', async () => {
    const { given, run } = compilerWith();
    const directory = definitions({ logs: definitionText(spec), 'logs.next': 'kind: Sidecar' });
    expect(await run('--sidecars', directory)).toMatchObject({ exitCode: 0, stderr: '' });
    expect(given.definitions.map(({ name, version }) => [name, version])).toEqual([['logs', undefined]]);
  });

  it('prints what the compiler makes of all definitions, as a stream of documents', async () => {
    const { given, run } = compilerWith();
    const { exitCode, stdout, stderr } = await run('--sidecars', two());
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(given.definitions.map(({ name }) => name)).toEqual(['logs', 'proxy']);
    expect(namesIn(stdout)).toEqual([
      'logs.sidecar.io',
      'logs.sidecar.io',
      'logs.namespaces.sidecar.io',
      'proxy.sidecar.io',
      'proxy.sidecar.io',
      'proxy.namespaces.sidecar.io',
      'pods.sidecar-injector',
      'workloads.sidecar-injector',
    ]);
  });

  it('takes the definitions that are named, each once', async () => {
    const { given, run } = compilerWith();
    expect(await run('proxy', 'proxy', '--sidecars', two())).toMatchObject({ exitCode: 0 });
    expect(given.definitions.map(({ name }) => name)).toEqual(['proxy']);
  });

  it('says of each name that no definition has which one is near, and which there are', async () => {
    const { run } = compilerWith();
    expect(await run('logs', 'prox', 'mesh', '--sidecars', two())).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `sidecar-injector: no definition of "prox"; did you mean "proxy"?
sidecar-injector: no definition of "mesh"; known: logs, proxy
`,
    });
  });

  it('makes nothing where a definition has an error, and names its file and place', async () => {
    const { run } = compilerWith();
    const directory = definitions({
      logs: definitionText(spec),
      proxy: definitionText('contaner: {}', 'proxy'),
    });
    const { exitCode, stdout, stderr } = await run('logs', '--sidecars', directory);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(/^sidecar-injector: proxy\.yaml:6:3: .*"contaner".*\n/m);
  });

  it('hands the configuration to the compiler: defaults, lists, limits', async () => {
    const { given, run } = compilerWith();
    const config = join(temporaryDirectory(), 'config.yaml');
    const settings = [
      'defaults: {logs: {memory: 1Gi}}',
      'allowedHosts: [a.example.com]',
      'maximumSidecars: 3',
    ];
    writeFileSync(
      config,
      `${settings.join('\n')}\nnativeSidecars: never\nimageRegistry: mirror.example.com\n`,
    );
    expect(await run('--sidecars', two(), '--config', config)).toMatchObject({ exitCode: 0, stderr: '' });
    expect(given.policy).toMatchObject({
      allowedHosts: ['a.example.com'],
      maximumSidecars: 3,
      imageRegistry: 'mirror.example.com',
      areNativeSidecarsAvailable: false,
    });
    expect(given.definitions[0]?.presets.get('memory')).toMatchObject({ text: '1Gi' });
  });
});

describe('the report of compile', () => {
  it('is a line for each loss, on standard error, and stops nothing', async () => {
    const { run } = compilerWith([loss, { ...loss, part: undefined }, { ...loss, sidecar: undefined }]);
    const { exitCode, stdout, stderr } = await run('--sidecars', two());
    expect(exitCode).toBe(0);
    expect(namesIn(stdout)).toHaveLength(8);
    expect(stderr).toMatch(
      /^logs a-parameter: not done: .+[^.] \(cluster-rules\)\nlogs: .+ \(cluster-rules\)\nall sidecars a-parameter: .+ \(cluster-rules\)\n$/,
    );
  });

  it('tells what of the configuration no policy can say', async () => {
    const { run } = compilerWith();
    const config = join(temporaryDirectory(), 'config.yaml');
    const kind =
      'group: argoproj.io, version: v1alpha1, resource: rollouts, kind: Rollout, template: spec.template';
    const rule = 'inject: [{annotations: {sidecar.io/logs: "true"}}]';
    const versions = 'versions: {logs: {next: 10%}}';
    writeFileSync(config, `${rule}\n${versions}\nworkloadKinds: [{${kind}}]\nworkloads: warn\n`);
    const { stderr, stdout } = await run('--sidecars', two(), '--config', config);
    expect(stderr.replaceAll(/: .* (?=\()/g, ' ')).toBe(`all sidecars inject (cluster-rules)
all sidecars versions (version-rules)
all sidecars workloadKinds (workload-kinds)
all sidecars workloads (workload-warnings)
`);
    expect(namesIn(stdout)).not.toContain('workloads.sidecar-injector');
  });

  it('is what --strict fails by, with 3 and nothing written', async () => {
    const directory = join(temporaryDirectory(), 'policies');
    const { run } = compilerWith([loss]);
    for (const where of [[], ['--directory', directory]]) {
      const { exitCode, stdout, stderr } = await run('--strict', '--sidecars', two(), ...where);
      expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
      expect(stderr).toMatch(/^logs a-parameter: .+ \(cluster-rules\)\nnothing is written, .*--strict.*\n$/);
    }
    expect(() => readdirSync(directory)).toThrow(/ENOENT/);
    expect(await compilerWith().run('--strict', '--sidecars', two())).toMatchObject({ exitCode: 0 });
  });
});

describe('compile --directory', () => {
  it('writes a file for each definition and for each policy that is for all, and prints their names', async () => {
    const directory = join(temporaryDirectory(), 'a/policies');
    const { exitCode, stdout, stderr } = await compilerWith().run(
      '--sidecars',
      two(),
      '--directory',
      directory,
    );
    const files = ['logs.yaml', 'pods.yaml', 'proxy.yaml', 'workloads.yaml'];
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout.split('\n').toSorted()).toEqual(['', ...files.map(file => join(directory, file))]);
    expect(readdirSync(directory).toSorted()).toEqual(files);
    expect(namesIn(readFileSync(join(directory, 'logs.yaml'), 'utf8'))).toEqual([
      'logs.sidecar.io',
      'logs.sidecar.io',
      'logs.namespaces.sidecar.io',
    ]);
    expect(namesIn(readFileSync(join(directory, 'pods.yaml'), 'utf8'))).toEqual(['pods.sidecar-injector']);
  });

  it('replaces what it wrote before, and leaves what is not its own', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'logs.yaml'), 'old');
    writeFileSync(join(directory, 'kustomization.yaml'), 'mine');
    expect(await compilerWith().run('--sidecars', two(), '--directory', directory)).toMatchObject({
      exitCode: 0,
    });
    expect(readFileSync(join(directory, 'logs.yaml'), 'utf8')).toMatch(/^kind: /);
    expect(readFileSync(join(directory, 'kustomization.yaml'), 'utf8')).toBe('mine');
  });

  it('says what cannot be written', async () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'logs.yaml'));
    writeFileSync(join(directory, 'file'), '');
    const { run } = compilerWith();
    expect(await run('--sidecars', two(), '--directory', directory)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(`cannot write "${join(directory, 'logs.yaml')}": `),
    });
    expect(await run('--sidecars', two(), '--directory', join(directory, 'file'))).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(`cannot make the directory "${join(directory, 'file')}": `),
    });
  });

  it('does not mix a definition with the policies for all that have its name', async () => {
    const directory = join(temporaryDirectory(), 'policies');
    const sidecars = definitions({ pods: definitionText(spec, 'pods') });
    const { exitCode, stderr } = await compilerWith().run('--sidecars', sidecars, '--directory', directory);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/the definition "pods" and .* would both be pods\.yaml; give /);
    expect(await compilerWith().run('--sidecars', sidecars)).toMatchObject({ exitCode: 0 });
  });
});
