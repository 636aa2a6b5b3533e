import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { validate } from '../../../../src/cli/definitions/validate.ts';
import { temporaryDirectory } from '../../../temporary-directory.ts';
import { definitionText } from '../../sidecars/definition-text.ts';
import { capturedOutput } from '../captured-output.ts';

const run = (...args: readonly string[]) => capturedOutput(() => validate.run(args));

const perfect = (name: string) =>
  definitionText(
    `
      volumes: [{name: "\${name}-tmp", emptyDir: {}}]
      container:
        image: example.com/logs:1.0
        volumeMounts: [{name: "\${name}-tmp", mountPath: /var/run/secrets/kubernetes.io/serviceaccount, readOnly: true}]
        resources: {requests: {cpu: 10m, memory: 32Mi}, limits: {memory: 64Mi}}
        securityContext:
          allowPrivilegeEscalation: false
          runAsNonRoot: true
          capabilities: {drop: [ALL]}
          seccompProfile: {type: RuntimeDefault}
    `,
    name,
  );

function directoryWith(files: Readonly<Record<string, string>>): string {
  const directory = temporaryDirectory();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return directory;
}

describe('validate', () => {
  it('is content with what is well, and exits with 0', async () => {
    const directory = directoryWith({ 'a.yaml': perfect('a'), 'b.yml': perfect('b') });
    expect(await run(directory)).toEqual({
      exitCode: 0,
      stdout: '2 files, 2 sidecars: 0 errors, 0 findings\n',
      stderr: '',
    });
  });

  it('looks at the definitions that ship with the project by itself', async () => {
    const before = process.cwd();
    process.chdir(fileURLToPath(new URL('../../../..', import.meta.url)));
    try {
      expect(await run()).toEqual({
        exitCode: 0,
        stdout: expect.stringMatching(/^\d+ files, \d+ sidecars: 0 errors, 0 findings\n$/),
        stderr: '',
      });
    } finally {
      process.chdir(before);
    }
  });

  it('exits with 3 where there are findings only, with file, line and column', async () => {
    const text = perfect('a').replace('logs:1.0', 'logs:latest').replace('cpu: 10m, ', '');
    const directory = directoryWith({ 'a.yaml': text });
    expect(await run(directory)).toEqual({
      exitCode: 3,
      stdout: [
        `${directory}/a.yaml:8:12: spec.container.image: the image has no fixed version; name a tag other than latest (finding: image-version)`,
        `${directory}/a.yaml:10:27: spec.container.resources.requests.cpu: requests.cpu is not set: a quota on cpu refuses the pod and its HorizontalPodAutoscaler stops (finding: resources)`,
        '1 files, 1 sidecars: 0 errors, 2 findings',
        '',
      ].join('\n'),
      stderr: '',
    });
  });

  it('exits with 1 where there is an error, findings in other files or not', async () => {
    const directory = directoryWith({
      'a.yaml': perfect('a').replace('image:', 'imge:'),
      'b.yaml': perfect('b').replace('logs:1.0', 'logs'),
      'c.yaml': perfect('c'),
    });
    expect(await run(directory)).toEqual({
      exitCode: 1,
      stdout: [
        `${directory}/a.yaml:8:5: spec.container.imge: unknown key "imge"; did you mean "image"? (error)`,
        `${directory}/a.yaml:8:5: spec.container: the key "image" is missing (error)`,
        `${directory}/b.yaml:8:12: spec.container.image: the image has no fixed version; name a tag other than latest (finding: image-version)`,
        '3 files, 2 sidecars: 2 errors, 1 findings',
        '',
      ].join('\n'),
      stderr: '',
    });
  });

  it('finds that two files define one sidecar', async () => {
    const directory = directoryWith({ 'a.yaml': perfect('a'), 'b.yaml': perfect('a') });
    const { exitCode, stdout } = await run(directory);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(
      `${directory}/b.yaml:1:1: "a" is defined in ${directory}/a.yaml too, which has it (error)\n`,
    );
  });

  it('finds a file that cannot be read', async () => {
    const directory = directoryWith({ 'a.yaml': perfect('a') });
    mkdirSync(join(directory, 'b.yaml'));
    const { exitCode, stdout } = await run(directory);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/b\.yaml:1:1: .* is a directory; use a regular file \(error\)\n/);
  });

  it('exits with 1 where a path cannot be read, or is no definition', async () => {
    const directory = directoryWith({ 'a.yaml': perfect('a'), 'a.txt': perfect('a') });
    const [file, missing] = [join(directory, 'a.yaml'), join(directory, 'missing')];
    const complaintOf = async (...paths: readonly string[]) => {
      const { exitCode, stdout, stderr } = await run(...paths);
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
      return stderr;
    };
    expect(await complaintOf(file, missing)).toBe(
      `sidecar-injector: cannot read "${missing}": there is no such file or directory\n`,
    );
    expect(await complaintOf(join(directory, 'a.txt'))).toBe(
      `sidecar-injector: "${directory}/a.txt" is no definition; definitions are files that end in .yaml\n`,
    );
    expect(await complaintOf(file, `${directory}/../${basename(directory)}/a.yaml`)).toBe(
      `sidecar-injector: "${directory}/../${basename(directory)}/a.yaml" is "${file}" once more; name it once\n`,
    );
  });

  it('judges files as one set, and each directory as one of its own', async () => {
    const [first, second] = [
      directoryWith({ 'a.yaml': perfect('a') }),
      directoryWith({ 'b.yaml': perfect('a') }),
    ];
    expect((await run(first, second)).stdout).toBe('2 files, 2 sidecars: 0 errors, 0 findings\n');
    const { exitCode, stdout } = await run(join(first, 'a.yaml'), join(second, 'b.yaml'));
    expect(exitCode).toBe(1);
    expect(stdout).toContain(' is defined in ');
  });

  it('is content with findings that the definition accepts, and shows the reason', async () => {
    const accept = (finding: string) =>
      perfect('a')
        .replace('logs:1.0', 'logs:latest')
        .replace(/^ {2}container:/m, `  accept: {${finding}}\n  container:`);
    const directory = directoryWith({ 'a.yaml': accept('image-version: "a test"') });
    expect(await run(directory)).toEqual({
      exitCode: 0,
      stdout: [
        `${directory}/a.yaml:9:12: spec.container.image: the image has no fixed version; name a tag other than latest (accepted: a test)`,
        '1 files, 1 sidecars: 0 errors, 0 findings, 1 accepted',
        '',
      ].join('\n'),
      stderr: '',
    });
    const other = directoryWith({ 'a.yaml': accept('host-port: "a test"') });
    expect((await run(other)).stdout).toBe(
      [
        `${other}/a.yaml:7:23: spec.accept.host-port: there is no finding "host-port" here; remove it (finding: accept-unused)`,
        `${other}/a.yaml:9:12: spec.container.image: the image has no fixed version; name a tag other than latest (finding: image-version)`,
        '1 files, 1 sidecars: 0 errors, 2 findings',
        '',
      ].join('\n'),
    );
  });

  it('prints one object for programs', async () => {
    const directory = directoryWith({
      'a.yaml': perfect('a').replace('logs:1.0', 'logs:latest'),
      'b.yaml': perfect('b').replace('resources:', 'argz: [a]\n    resources:'),
    });
    const { exitCode, stdout } = await run('--output', 'json', directory);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      counts: { files: 2, sidecars: 1, errors: 1, findings: 1, accepted: 0 },
      errors: [
        {
          file: `${directory}/b.yaml`,
          line: 10,
          column: 5,
          path: 'spec.container.argz',
          message: 'unknown key "argz"; did you mean "args"?',
        },
      ],
      findings: [
        {
          file: `${directory}/a.yaml`,
          line: 8,
          column: 12,
          path: 'spec.container.image',
          message: 'the image has no fixed version; name a tag other than latest',
          finding: 'image-version',
        },
      ],
      accepted: [],
    });
  });

  it.each([
    [['--output', 'yaml'], '--output: got "yaml"; use text or json'],
    [['--namespace', 'x'], '--namespace has no use without --context'],
    [['--context'], "option '--context <name>' argument missing"],
  ])('exits with 2 when called wrongly: %j', async (args, complaint) => {
    expect(await run(...args)).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `sidecar-injector: ${complaint}\nsidecar-injector: see "sidecar-injector validate --help"\n`,
    });
  });

  it('names its exit codes in its help', async () => {
    const { stdout } = await run('--help');
    expect(stdout).toContain('  3  findings that nothing accepts\n');
  });

  it('goes on with the other files whatever one of them says', async () => {
    const text = perfect('a')
      .replace('volumeMounts: [', 'volumeMounts: {when: run.once, value: [')
      .replace('readOnly: true}]', 'readOnly: true}]}');
    const directory = directoryWith({
      'a.yaml': text,
      'b.yaml': perfect('b').replace('logs:1.0', 'logs:latest'),
    });
    expect(await run(directory)).toEqual({
      exitCode: 1,
      stdout: [
        `${directory}/a.yaml:9:19: spec.container.volumeMounts: expected a list, got a map; a whole list cannot be a choice, each of its entries can: [{when: …, value: …}] (error)`,
        `${directory}/b.yaml:8:12: spec.container.image: the image has no fixed version; name a tag other than latest (finding: image-version)`,
        '2 files, 1 sidecars: 1 errors, 1 findings',
        '',
      ].join('\n'),
      stderr: '',
    });
  });

  it.each([
    ['is empty', {}],
    ['has no definitions', { 'README.md': '# Sidecars', 'kustomization.yaml': 'kind: Kustomization' }],
  ])('exits with 1 where the directory %s: who checks nothing has a wrong path', async (_what, files) => {
    const directory = directoryWith(files);
    expect(await run(directory)).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `sidecar-injector: no definitions in "${directory}"; they are files that end in .yaml\n`,
    });
  });
});
