/**
 * The two shell scripts of `sidecars/git-sync.yaml`, run by a shell beside a stand-in for git-sync. What the real one and
 * a kubelet make of them is seen in test/cluster.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once as onceEmitted } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { at, containersIn, gitSync, podAfter, podWith } from '../injection-fixture.ts';

/** Prints its arguments, one a line, and then does what a file beside it says. */
const standIn = `#!/bin/sh
printf '%s\\n' "$@" > "$0.args"
. "$0.does"
`;

let directory: string;
const running = new Set<ChildProcess>();

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'git-sync-scripts-'));
  writeFileSync(join(directory, 'git-sync'), standIn);
  chmodSync(join(directory, 'git-sync'), 0o755);
});

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
  rmSync(directory, { recursive: true, force: true });
});

/** The command of a container, up to where its arguments begin. */
function commandOf(mode: string, container: string): readonly string[] {
  const pod = podAfter(podWith(gitSync({ mode })));
  const all = [...(pod.spec.initContainers ?? []), ...containersIn(pod)];
  return at(
    all.find(({ name }) => name === container),
    'command',
  ) as readonly string[];
}

function start(words: readonly string[]) {
  const [program = '', ...args] = words;
  const env = { ...process.env, PATH: `${directory}:${process.env['PATH']}` };
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  running.add(child);
  let output = '';
  child.stdout.on('data', chunk => {
    output += chunk;
  });
  const ended = onceEmitted(child, 'close').then(([code, signal]) => ({ code, signal, output }));
  return { child, ended };
}

function gitSyncDoes(script: string): void {
  writeFileSync(join(directory, 'git-sync.does'), script);
}

const seenArguments = () => readFileSync(join(directory, 'git-sync.args'), 'utf8').trimEnd().split('\n');

describe('the first process of the sidecar', () => {
  const stays = commandOf('native', 'git-sync');
  const once = commandOf('init', 'git-sync');

  it('is the same for the containers of mode classic', () => {
    expect(commandOf('classic', 'git-sync')).toEqual(stays);
    expect(commandOf('classic', 'git-sync-init')).toEqual(once);
  });

  it.each([
    ['stays', stays],
    ['runs once', once],
  ])('gives git-sync its arguments as they are, where it %s', async (_what, command) => {
    gitSyncDoes('exit 0');
    const args = ['--ref=a b', '--link=$HOME `id` "', "--x='", '--webhook-url=*', '--empty='];
    await start([...command, ...args]).ended;
    expect(seenArguments()).toEqual(args);
  });

  it.each([0, 1, 2, 137])('ends as git-sync does by itself: %d', async code => {
    gitSyncDoes(`exit ${code}`);
    expect(await start(stays).ended).toMatchObject({ code, signal: null });
    expect(await start(once).ended).toMatchObject({ code, signal: null });
  });

  it('ends as git-sync does when that is killed', async () => {
    gitSyncDoes('kill -KILL $$');
    expect(await start(stays).ended).toMatchObject({ code: 137 });
  });

  it('says with 127 that there is no git-sync', async () => {
    rmSync(join(directory, 'git-sync'));
    expect(await start(stays).ended).toMatchObject({ code: 127 });
  });

  it.each(['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'] as const)(
    'ends with 0 on %s, and git-sync with it',
    async signal => {
      gitSyncDoes(
        `trap 'touch "$0.ended"; exit' TERM; touch "$0.runs"; for turn in $(seq 100); do sleep 0.05; done`,
      );
      const { child, ended } = start(stays);
      await expect.poll(() => existsSync(join(directory, 'git-sync.runs'))).toBe(true);
      child.kill(signal);
      expect(await ended).toMatchObject({ code: 0, signal: null });
      await expect.poll(() => existsSync(join(directory, 'git-sync.ended'))).toBe(true);
    },
  );

  it('leaves a container that runs once its exit code: 0 would mean content', async () => {
    gitSyncDoes('touch "$0.runs"; exec sleep 5');
    const { child, ended } = start(once);
    await expect.poll(() => existsSync(join(directory, 'git-sync.runs'))).toBe(true);
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: null, signal: 'SIGTERM' });
  });

  it('takes away the locks that a killed git left, and nothing else', async () => {
    gitSyncDoes('exit 0');
    const git = join(directory, 'a root/.git');
    mkdirSync(join(git, 'refs/heads'), { recursive: true });
    for (const name of [
      'shallow.lock',
      'HEAD.lock',
      'HEAD',
      'refs/heads/git-sync',
      'refs/heads/git-sync.lock',
    ])
      writeFileSync(join(git, name), '');
    await start([...stays, `--root=${directory}/a root`]).ended;
    expect(readdirSync(git).sort()).toEqual(['HEAD', 'refs']);
    expect(readdirSync(join(git, 'refs/heads'))).toEqual(['git-sync']);
  });

  it.each([
    ['only those that are there', ['two'], ['--repo=r', '--ssh-key-file=two', '--depth=1']],
    [
      'all where none is there, so that ssh names them',
      [],
      ['--repo=r', '--ssh-key-file=one', '--ssh-key-file=two', '--depth=1'],
    ],
    [
      'all where all are there, in their order',
      ['one', 'two'],
      ['--repo=r', '--ssh-key-file=one', '--ssh-key-file=two', '--depth=1'],
    ],
  ])('names keys of ssh: %s', async (_what, present, expected) => {
    const inDirectory = (args: readonly string[]) =>
      args.map(arg => arg.replace('file=', `file=${directory}/`));
    for (const name of present) writeFileSync(join(directory, name), '');
    gitSyncDoes('exit 0');
    const args = inDirectory(['--repo=r', '--ssh-key-file=one', '--ssh-key-file=two', '--depth=1']);
    for (const command of [stays, once]) {
      await start([...command, ...args]).ended;
      expect(seenArguments()).toEqual(inDirectory(expected));
    }
  });
});

describe('the startup probe', () => {
  const probe = (() => {
    const { spec } = podAfter(podWith(gitSync()));
    return at(spec.initContainers, 0, 'startupProbe', 'exec', 'command') as readonly string[];
  })();

  /** As it is in the container, but for a faster clock and paths below a directory of this test. */
  function look() {
    const words = probe.slice(0, -2).map(word => word.replace('sleep 0.5', 'sleep 0.002'));
    return start([...words, join(directory, 'current/.'), join(directory, 'error')]).ended;
  }

  const fails = (stderr: string) => {
    const error = `Run(git fetch http://x HEAD): exit status 128: { stdout: "", stderr: ${JSON.stringify(stderr)} }`;
    const entry = { Msg: 'error syncing repo, will retry', Err: error, Args: { failCount: 3 } };
    writeFileSync(join(directory, 'error'), JSON.stringify(entry));
  };

  it('passes at once where the content is there, whatever went wrong', async () => {
    mkdirSync(join(directory, 'current'));
    fails('fatal: no');
    expect(await look()).toEqual({ code: 0, signal: null, output: '' });
  });

  it('waits for content that comes', async () => {
    const looked = look();
    await sleep(30);
    mkdirSync(join(directory, 'current'));
    expect(await looked).toMatchObject({ code: 0, output: '' });
  });

  it('fails with what git said, in one line, and the next time waits much longer', async () => {
    fails(
      'POST git-upload-pack (323 bytes)\nremote: "no"\r\n\n\tfatal: Authentication failed for \'http://x/\'',
    );
    const startMs = performance.now();
    expect(await look()).toMatchObject({
      code: 1,
      output: 'remote: "no" fatal: Authentication failed for \'http://x/\'\n',
    });
    const firstMs = performance.now() - startMs;
    expect(await look()).toMatchObject({ code: 1 });
    expect(performance.now() - startMs - firstMs).toBeGreaterThan(firstMs * 4);
  });

  it('shows an error that is none of git as git-sync wrote it', async () => {
    const entry = '{"Msg":"error syncing repo, will retry","Err":"can\'t read password file","Args":{}}';
    writeFileSync(join(directory, 'error'), entry);
    expect(await look()).toMatchObject({ code: 1, output: `${entry}\n` });
  });

  it('cuts what is long', async () => {
    fails('x'.repeat(100_000));
    expect(await look()).toMatchObject({ code: 1, output: `${'x'.repeat(700)}\n` });
  });

  it('says that it still waits where nothing went wrong', async () => {
    expect(await look()).toMatchObject({ code: 1, output: 'the first sync has not ended yet\n' });
  });

  it('ends before the kubelet would end it', () => {
    const turns = Number(/-gt (\d{3,})/.exec(probe[2] ?? '')?.[1]);
    const { spec } = podAfter(podWith(gitSync()));
    const seconds = at(spec.initContainers, 0, 'startupProbe', 'timeoutSeconds');
    expect(turns * 0.5).toBeLessThan(Number(seconds) * 0.95);
  });
});
