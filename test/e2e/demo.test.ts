import { execFile } from 'node:child_process';
import { readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryDirectory } from '../temporary-directory.ts';
import { cleanEnvironment, projectDirectory } from './installation.ts';
import { controlPlane, describeWithControllers, kubectl, reinstall } from './suite.ts';

describeWithControllers('npm run demo', () => {
  it('shows annotate, rollout, the injected pod and a refused mistake, and leaves nothing behind', async () => {
    const directory = temporaryDirectory();
    const { exitCode, output } = await demo([], { TMPDIR: directory, NODE_DISABLE_COMPILE_CACHE: '1' });
    expect(exitCode, output).toBe(0);
    expect(output).toMatch(
      new RegExp(
        [
          '\\$ kubectl apply --filename demo/site.yaml\ndeployment.apps/web created\n',
          '\\$ kubectl annotate deployment web ',
          "Warning: web's pods will get git-sync, content at /site/current\ndeployment.apps/web annotated\n",
          'web-\\S+ +git-sync +Always +web\n',
          '\\$ npx sidecar-injector status --sidecars sidecars\n',
          '1 injected, 0 outdated, 0 bare\n',
          'Error from server \\(BadRequest\\): .*did you mean sidecar.io/git-sync.period\\?',
          'no pod runs.*npm run demo -- --context NAME',
          '# Cleaning up.\n$',
        ].join('[^]*'),
      ),
    );
    expect(await readdir(directory)).toEqual([]);
  });

  it('without a control plane shows the webhook alone, and says what it leaves out', async () => {
    const directory = temporaryDirectory();
    for (const name of ['bash', 'curl', 'env', 'node', 'npm', 'kubectl']) {
      await symlink(await which(name), join(directory, name));
    }
    const { exitCode, output } = await demo([], {
      PATH: directory,
      HOME: directory,
      KUBEBUILDER_ASSETS: '',
    });
    expect(exitCode, output).toBe(0);
    expect(output).toContain('# Left out: the API server, so no kubectl and no rollout');
    expect(output).toContain('install Go');
    expect(output).toContain('"op":"add","path":"/spec/initContainers"');
  });

  it('makes nothing in a cluster without an injector, unless somebody agrees', async () => {
    const { kubeconfig } = controlPlane();
    onTestFinished(reinstall);
    await kubectl('delete mutatingwebhookconfiguration sidecar-injector');
    const context = (await kubectl('config current-context')).stdout.trim();
    const { stdout: before } = await kubectl('get namespaces --output name');
    const { exitCode, output } = await demo(['--context', context], { KUBECONFIG: kubeconfig });
    expect(exitCode, output).toBe(1);
    expect(output).toContain(`# The cluster of the context ${context} has no injector.`);
    expect(output).toContain('The nodes must find its image first: docs/install.md#the-image says how.');
    expect(output).toContain('\ndemo: nobody can be asked here; --yes agrees beforehand\n');
    expect((await kubectl('get namespaces --output name')).stdout).toBe(before);
    expect((await kubectl('get mutatingwebhookconfigurations --output name')).stdout).not.toContain(
      'sidecar-injector',
    );
  });

  it.each([
    ['a context that there is not', ['--context', 'nowhere'], 1, 'cannot locate context nowhere'],
    ['a flag that there is not', ['--contxt', 'x'], 2, "Unknown option '--contxt'"],
    ['an image that is none', ['--image', 'a b'], 2, '--image: got "a b"; use the name of an image'],
  ])('refuses %s', async (_what, args, code, complaint) => {
    const { exitCode, output } = await demo(args, {});
    expect({ exitCode, output }).toEqual({ exitCode: code, output: expect.stringContaining(complaint) });
  });
});

function demo(args: readonly string[], variables: NodeJS.ProcessEnv) {
  const options = { cwd: projectDirectory, env: { ...cleanEnvironment, ...variables }, timeout: 110_000 };
  return new Promise<{ readonly exitCode: number; readonly output: string }>(resolve => {
    const program = join(projectDirectory, 'demo/demo.ts');
    execFile(process.execPath, [program, ...args], options, (error, stdout, stderr) =>
      resolve({ exitCode: error === null ? 0 : Number(error.code), output: `${stdout}${stderr}` }),
    );
  });
}

function which(name: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('bash', ['-c', `command -v ${name}`], (error, stdout) =>
      error === null ? resolve(stdout.trim()) : reject(error),
    );
  });
}
