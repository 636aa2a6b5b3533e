import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { findGitSync } from '../../demo/git-sync-program.ts';
import { forwardPort } from '../../demo/port-forward.ts';
import { gitSyncImage } from '../cluster/image-probe.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { cleanEnvironment, projectDirectory } from './installation.ts';
import { controlPlane, describeWithControllers, kubectl, reinstall } from './suite.ts';

const gitSync = findGitSync(gitSyncImage, cleanEnvironment);
if ('missing' in gitSync) console.warn(`\ntest/e2e/demo.test.ts skips the pages: ${gitSync.missing}\n`);
const itWithGitSync = it.skipIf('missing' in gitSync);
/** For a home directory that has none. */
const ownGitSync = { GIT_SYNC_BIN: 'program' in gitSync ? gitSync.program : '' };

const story = [
  '\\$ kubectl apply --filename demo/site.yaml\ndeployment.apps/web created\n',
  '\\$ kubectl annotate deployment web ',
  "Warning: web's pods will get git-sync, content at /site/current\n",
  'deployment.apps/web annotated\n',
  'web-\\S+ +git-sync +Always +web\n',
  '\\$ npx sidecar-injector status --sidecars sidecars\n',
  '1 injected, 0 outdated, 0 bare\n',
  'Error from server \\(BadRequest\\): .*did you mean sidecar.io/git-sync.period\\?',
];

const pageChanges = (path: string) => [
  `\\$ curl .* http://127.0.0.1:\\d+${path}\n.*version 1.*\n`,
  ' main -> main\n',
  `\\$ curl .* http://127.0.0.1:\\d+${path}\n.*version 2.*\n`,
];

const playground =
  '\\n# The playground .*\\n\\$ curl .*\\n<title>sidecar-injector playground</title>\\n[^]*# Cleaning up.\\n$';

describeWithControllers('npm run demo', () => {
  itWithGitSync('ends on a page that a push changes, and leaves nothing behind', async () => {
    const directory = temporaryDirectory();
    const { exitCode, output } = await demo([], { ...ownGitSync, ...leavingNothing(directory) });
    expect(exitCode, output).toBe(0);
    expect(output).toMatch(inOrder(...story, '\\$ git-sync ', ...pageChanges('/current/'), playground));
    expect(await readdir(directory)).toEqual([]);
    expect(processesWith(directory)).toEqual([]);
  });

  it('without git-sync tells the story all the same, and how to get it', async () => {
    const directory = temporaryDirectory();
    const { exitCode, output } = await demo([], {
      GIT_SYNC_BIN: '/nowhere/git-sync',
      ...leavingNothing(directory),
    });
    expect(exitCode, output).toBe(0);
    expect(output).toMatch(
      inOrder(...story, '# No page is shown: .*GIT_SYNC_BIN=/nowhere', 'go build', playground),
    );
    expect(await readdir(directory)).toEqual([]);
  });

  itWithGitSync('takes everything away when it is interrupted', async () => {
    const directory = temporaryDirectory();
    const { exitCode, output } = await demo(
      [],
      { ...ownGitSync, ...leavingNothing(directory) },
      { at: '$ git-sync ' },
    );
    expect(exitCode, output).toBe(1);
    expect(output).toMatch(/# Cleaning up\.\n\ndemo: interrupted\n$/);
    expect(await readdir(directory)).toEqual([]);
    expect(processesWith(directory)).toEqual([]);
  });

  it('without a control plane shows the webhook alone, and says what it leaves out', async () => {
    const directory = await machineWith(['bash', 'sh', 'curl', 'env', 'grep', 'node', 'npm', 'kubectl']);
    const { exitCode, output } = await demo([], {
      PATH: directory,
      HOME: directory,
      KUBEBUILDER_ASSETS: '',
      GIT_SYNC_BIN: '',
    });
    expect(exitCode, output).toBe(0);
    expect(output).toContain('# Left out: the API server, so no kubectl and no rollout');
    expect(output).toContain('install Go');
    expect(output).toContain('"op":"add","path":"/spec/initContainers"');
    expect(output).toMatch(inOrder('# No page is shown: .*there is no program ~/\\.cache', playground));
  });

  itWithGitSync('without a control plane ends on the page of the pod that the webhook made', async () => {
    const programs = ['bash', 'sh', 'curl', 'env', 'grep', 'node', 'npm', 'kubectl', 'git', 'rm'];
    // What git itself runs, and the shell script that its submodules are.
    const directory = await machineWith([...programs, 'basename', 'sed', 'uname']);
    const places = { PATH: directory, HOME: directory, KUBEBUILDER_ASSETS: '' };
    const { exitCode, output } = await demo([], { ...places, ...ownGitSync });
    expect(exitCode, output).toBe(0);
    expect(output).toMatch(inOrder('# Left out: the API server', ...pageChanges('/'), playground));
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

  it('tells in the words of kubectl why a page cannot be brought here', async () => {
    const { kubeconfig } = controlPlane();
    const env = { ...cleanEnvironment, KUBECONFIG: kubeconfig, KUBERC: 'off' };
    const terminal = { directory: projectDirectory, env, signal: new AbortController().signal };
    const choice = { target: 'pod/nowhere', port: 8080, directory: temporaryDirectory() };
    await expect(forwardPort(terminal, choice)).rejects.toThrow('pods "nowhere" not found');
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

function demo(args: readonly string[], variables: NodeJS.ProcessEnv, interrupted?: { readonly at: string }) {
  const options = { cwd: projectDirectory, env: { ...cleanEnvironment, ...variables }, timeout: 110_000 };
  return new Promise<{ readonly exitCode: number; readonly output: string }>(resolve => {
    const program = join(projectDirectory, 'demo/demo.ts');
    const child = execFile(process.execPath, [program, ...args], options, (error, stdout, stderr) =>
      resolve({ exitCode: error === null ? 0 : Number(error.code), output: `${stdout}${stderr}` }),
    );
    let shown = '';
    child.stdout?.on('data', text => {
      const before = shown;
      shown += text;
      if (interrupted && shown.includes(interrupted.at) && !before.includes(interrupted.at))
        child.kill('SIGINT');
    });
  });
}

/** What one text after the other matches. */
function inOrder(...patterns: readonly string[]): RegExp {
  return new RegExp(patterns.join('[^]*'));
}

/** All that it leaves behind would be in this directory. */
function leavingNothing(directory: string): NodeJS.ProcessEnv {
  return { TMPDIR: directory, NODE_DISABLE_COMPILE_CACHE: '1' };
}

/** The commands of processes that name a directory, or have it as their temporary one. */
function processesWith(directory: string): readonly string[] {
  if (!existsSync('/proc')) return [];
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(pid => [`/proc/${pid}/cmdline`, `/proc/${pid}/environ`].map(readIfThere).join(' '))
    .filter(text => text.includes(directory));
}

/** A process may have ended since it was listed. */
function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** A directory with these programs and no others. */
async function machineWith(programs: readonly string[]): Promise<string> {
  const directory = temporaryDirectory();
  for (const name of programs) await symlink(await which(name), join(directory, name));
  return directory;
}

function which(name: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('bash', ['-c', `command -v ${name}`], (error, stdout) =>
      error === null ? resolve(stdout.trim()) : reject(error),
    );
  });
}
