import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../temporary-directory.ts';
import { definitionText } from '../unit/sidecars/definition-text.ts';
import { runProgram } from './pod-commands.ts';
import { restrictedLabels } from './restricted.ts';
import { writeServiceAccountKubeconfig } from './service-account-kubeconfig.ts';
import { controlPlane, describeWithApiServer, kubectl } from './suite.ts';
import { useNamespace } from './test-namespace.ts';

function directoryWith(spec: string): string {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, 'logs.yaml'), definitionText(spec));
  return directory;
}

/** Nothing can know without a cluster which policies it has. */
const privileged = `
  parameters:
    debug: {type: boolean, default: false}
  container:
    image: example.com/logs:1.0
    securityContext: {privileged: {when: debug.true, value: true, else: false}}
`;

describeWithApiServer('validate --context', () => {
  const namespace = useNamespace();
  const restricted = useNamespace(restrictedLabels);
  const validate = (directory: string, ...args: readonly string[]) =>
    runProgram('validate', directory, '--context', 'e2e', ...args);

  it('is content with the definitions that ship, in a namespace that enforces the restricted standard', async () => {
    expect(await validate('sidecars', '--namespace', restricted().name)).toEqual({
      exitCode: 0,
      stdout: expect.stringMatching(/^4 files, 4 sidecars: 0 errors, 0 findings\n$/),
      stderr: '',
    });
  });

  it('says what the API server of that context says, and with which values', async () => {
    const directory = directoryWith(privileged);
    const { exitCode, stdout } = await validate(directory, '--namespace', restricted().name);
    expect(exitCode).toBe(1);
    const errors = stdout.split('\n').filter(line => line.endsWith('(error)'));
    expect(errors[0]).toMatch(
      /logs\.yaml:1:1: the API server refuses the pod in mode native with its defaults: violates PodSecurity "restricted:latest": /,
    );
    expect(errors).toContainEqual(expect.stringMatching(/in mode native with debug=true: .*privileged/));
    expect((await validate(directory, '-n', namespace().name)).stdout).toContain(' 0 errors');
  });

  it('says so where nobody may create pods there, and where the server cannot be reached', async () => {
    const { directory } = controlPlane();
    const own = join(directory, 'kubeconfig-of-validate');
    await writeServiceAccountKubeconfig(kubectl, controlPlane(), own);
    expect(await runProgram('validate', 'sidecars', '--context', 'own', '--kubeconfig', own)).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /^sidecar-injector: context own, namespace sidecar-injector: a pod without a sidecar is refused, so none can be judged there: pods is forbidden: User "system:serviceaccount:sidecar-injector:sidecar-injector" cannot create resource "pods" .*\n$/,
      ),
    });
    const nowhere = join(directory, 'kubeconfig-of-nowhere');
    const server = 'https://127.0.0.1:1';
    const context = { name: 'nowhere', context: { cluster: 'a', user: 'a' } };
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'a', cluster: { server } }],
      users: [{ name: 'a', user: { token: 'a-secret-token' } }],
      contexts: [context],
    };
    writeFileSync(nowhere, JSON.stringify(config));
    const { exitCode, stderr } = await runProgram(
      ...['validate', 'sidecars', '--context', 'nowhere', '--kubeconfig', nowhere],
    );
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^sidecar-injector: context nowhere, namespace default: .*does not answer: .*ECONNREFUSED/,
    );
    expect(stderr).not.toContain('a-secret-token');
  });

  it('creates nothing', async () => {
    await validate('sidecars', '--namespace', namespace().name);
    expect(await namespace().pods()).toEqual([]);
  });

  it('knows no context that the kubeconfig does not have', async () => {
    expect(await runProgram('validate', 'sidecars', '--context', 'other')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('no context "other"; known: e2e'),
    });
  });
});
