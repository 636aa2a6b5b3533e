/**
 * How long definitions that are read anew keep everything else waiting: the directory is followed as `serve` does it,
 * while another turn of the event loop is asked for again and again.
 *
 *   node bench/loop-process.ts DEFINITIONS CHANGES IDLE_SECONDS
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SidecarDirectory } from '../src/sidecars/sidecar-directory.ts';

/** Milliseconds of the longest turn during each change, and the percentage of a core that looking costs. */
export interface LoopResult {
  readonly nothing: readonly number[];
  readonly one: readonly number[];
  readonly all: readonly number[];
  readonly idlePercent: number;
}

const [definitions = 0, changes = 0, idleSeconds = 0] = process.argv.slice(2).map(Number);
const gitSync = readFileSync(new URL('../sidecars/git-sync.yaml', import.meta.url), 'utf8');
const path = mkdtempSync(join(tmpdir(), 'sidecar-injector-loop-'));
try {
  write(definitions, 0);
  const directory = new SidecarDirectory({ path });
  await directory.load();
  const measure = (changed: number) => longestTurns(directory, changed);
  const result = { nothing: await measure(0), one: await measure(1), all: await measure(definitions) };
  process.stdout.write(
    JSON.stringify({ ...result, idlePercent: await idlePercent(directory) } satisfies LoopResult),
  );
} finally {
  rmSync(path, { recursive: true });
}

/** Writes the first so many definitions with a change that is seen in what they make. */
function write(count: number, version: number): void {
  for (let index = 0; index < count; index++) {
    const name = `git-sync-${String(index).padStart(3, '0')}`;
    const text = gitSync
      .replace(/^metadata: \{name: git-sync\}$/m, `metadata: {name: ${name}}`)
      .replace(/^( {4}image: .*)$/m, `$1-${version}`);
    writeFileSync(join(path, `${name}.yaml`), text);
  }
}

async function longestTurns(directory: SidecarDirectory, changed: number): Promise<readonly number[]> {
  const longest: number[] = [];
  for (let version = 1; version <= changes; version++) {
    write(changed, version);
    const before = directory.current;
    longest.push(
      await longestTurn(async () => {
        // A change counts when two looks agree.
        await directory.refresh();
        await directory.refresh();
      }),
    );
    if (changed > 0 && directory.current === before) throw new Error('the change did not come into force');
  }
  return longest;
}

/** The longest time from one turn of the event loop to the next, in milliseconds. */
async function longestTurn(work: () => Promise<void>): Promise<number> {
  let longestMs = 0;
  let lastMs = performance.now();
  let isOver = false;
  const turn = () => {
    const nowMs = performance.now();
    longestMs = Math.max(longestMs, nowMs - lastMs);
    lastMs = nowMs;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  isOver = true;
  turn();
  return longestMs;
}

/** What following the directory costs while nothing changes. */
async function idlePercent(directory: SidecarDirectory): Promise<number> {
  directory.start();
  const before = process.cpuUsage();
  await sleep(idleSeconds * 1000);
  const { user, system } = process.cpuUsage(before);
  directory.stop();
  return (user + system) / (idleSeconds * 10_000);
}
