/**
 * How long definitions that are read anew keep everything else waiting: the directory is followed as `serve` does it,
 * while another turn of the event loop is asked for again and again.
 *
 *   node bench/loop-process.ts DEFINITIONS CHANGES IDLE_SECONDS
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SidecarDirectory } from '../src/sidecars/sidecar-directory.ts';
import { mountVolume } from '../test/e2e/mounted-volume.ts';

/** The longest turn, in milliseconds. */
export interface LongestTurn {
  readonly elapsedMs: number;
  /** Of CPU time, which does not grow while others have the core. */
  readonly cpuMs: number;
}

/** The longest turns of each change, and the percentage of a core that looking costs. */
export interface LoopResult {
  readonly nothing: readonly LongestTurn[];
  readonly one: readonly LongestTurn[];
  readonly all: readonly LongestTurn[];
  readonly idlePercent: number;
}

const [definitions = 0, changes = 0, idleSeconds = 0] = process.argv.slice(2).map(Number);
const gitSync = readFileSync(new URL('../sidecars/git-sync.yaml', import.meta.url), 'utf8');
const path = mkdtempSync(join(tmpdir(), 'sidecar-injector-loop-'));
/** A file is read at each look until it has been the same for some seconds. */
const settleMs = 5000;
const files: Record<string, string> = {};
let versions = 0;
try {
  await mount(definitions, 0);
  const directory = new SidecarDirectory({ path });
  await directory.load();
  const measure = (changed: number) => longestTurns(directory, changed);
  const result = { nothing: await measure(0), one: await measure(1), all: await measure(definitions) };
  const all = { ...result, idlePercent: await idlePercent(directory) };
  process.stdout.write(JSON.stringify(all satisfies LoopResult));
} finally {
  rmSync(path, { recursive: true });
}

/** Brings another version of the first so many definitions, as the kubelet does with a ConfigMap: all files are new ones. */
async function mount(count: number, version: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    const name = `git-sync-${String(index).padStart(3, '0')}`;
    files[`${name}.yaml`] = gitSync
      .replace(/^metadata: \{name: git-sync\}$/m, `metadata: {name: ${name}}`)
      .replace(/^( {4}image: .*)$/m, `$1-${version}`);
  }
  await mountVolume(path, files);
}

async function longestTurns(directory: SidecarDirectory, changed: number): Promise<readonly LongestTurn[]> {
  const longest: LongestTurn[] = [];
  for (let change = 0; change < changes; change++) {
    await mount(changed, ++versions);
    longest.push(await longestTurn(() => untilInForce(directory, changed)));
  }
  return longest;
}

/** Looks as often as it takes: a change counts when two looks agree. */
async function untilInForce(directory: SidecarDirectory, changed: number): Promise<void> {
  const before = directory.current;
  for (let look = 0; look < 5; look++) {
    await directory.refresh();
    if (directory.current !== before) return;
  }
  if (changed > 0) throw new Error('the change did not come into force');
}

/** The longest time from one turn of the event loop to the next. */
async function longestTurn(work: () => Promise<void>): Promise<LongestTurn> {
  const longest = { elapsedMs: 0, cpuMs: 0 };
  let last = clocks();
  let isOver = false;
  const turn = () => {
    const now = clocks();
    longest.elapsedMs = Math.max(longest.elapsedMs, now.elapsedMs - last.elapsedMs);
    longest.cpuMs = Math.max(longest.cpuMs, now.cpuMs - last.cpuMs);
    last = now;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  isOver = true;
  turn();
  return longest;
}

function clocks(): LongestTurn {
  const { user, system } = process.threadCpuUsage();
  return { elapsedMs: performance.now(), cpuMs: (user + system) / 1000 };
}

/** What following the directory costs while nothing changes. */
async function idlePercent(directory: SidecarDirectory): Promise<number> {
  directory.start();
  await sleep(settleMs);
  const before = process.cpuUsage();
  await sleep(idleSeconds * 1000);
  const { user, system } = process.cpuUsage(before);
  directory.stop();
  return (user + system) / (idleSeconds * 10_000);
}
