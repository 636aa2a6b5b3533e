/** How CPU time grows with the size of an input. */
import { cpuMs, isEnded } from '../../bounded-work.ts';

/** Doubled four times. */
const sizes = [4096, 8192, 16_384, 32_768, 65_536] as const;
const [smallest, largest] = [sizes[0], sizes[4]];

/** Sixteen times the size may take so many times the time: what is linear takes 16, what is quadratic 256. */
const mostTimes = 40;
/** The last two doublings may take so many: 4 and 16. A large object costs more than a small one, but only once. */
const mostTimesAtLast = 8;
/** Not CPU time: many others may use the machine. */
const timeoutMs = 3000;
const tries = 3;
/** A finding takes seconds to be sure of, and one fault is often seen in many places. */
const mostFindings = 10;

export interface Growth {
  readonly name: string;
  /** Work on an input of a size, which was made before. */
  readonly prepare: (size: number) => () => void;
  /** Less is not measured: a call, a first compilation or a collection would count for more than the work. */
  readonly leastMs: number;
}

/**
 * Says of which work the time grows faster than its input, and how; the first ten. What even at its largest is done before
 * anybody could measure it at its smallest is in proportion; what seems not to be is measured again, and again.
 */
export function superlinear(growths: readonly Growth[]): readonly string[] {
  const told: string[] = [];
  for (const growth of suspicious(growths)) {
    const found = growthOf(growth);
    if (found !== undefined) told.push(`${growth.name}: ${found}`);
    if (told.length >= mostFindings) break;
  }
  return told;
}

/** Those that take longer at their largest than all that is not measured may. */
function* suspicious(growths: readonly Growth[]): Generator<Growth> {
  const waiting = [...growths];
  while (waiting.length > 0) {
    const slow: Growth[] = [];
    const work = () => {
      for (let growth = waiting[0]; growth !== undefined; growth = waiting[0]) {
        const run = growth.prepare(largest);
        // The first run pays for the compilation or the collection of others.
        const isSlow = () => timeOf(run) > mostTimes * growth.leastMs;
        if (isSlow() && isSlow() && isSlow()) slow.push(growth);
        waiting.shift();
        if (slow.length >= mostFindings) return;
      }
    };
    // Ended: the first that is waiting never came to its end, or many took a little long.
    const ended = isEnded(work, batchMs) ? waiting.splice(0, 1) : [];
    yield* [...slow, ...ended];
  }
}

function timeOf(work: () => void): number {
  const startedMs = cpuMs();
  work();
  return cpuMs() - startedMs;
}

const batchMs = 10_000;

/** Undefined where it is in proportion. */
function growthOf({ prepare, leastMs }: Growth): string | undefined {
  let told = '';
  for (let attempt = 0; attempt < tries; attempt++) {
    const times = timesOf(prepare);
    const [first = 0, last = 0] = [times[0], times.at(-1)];
    const floor = floorOf(timesOf(copyOfAnnotations));
    if (last <= mostTimes * floor.whole * Math.max(first, leastMs)) return undefined;
    if (last <= mostTimesAtLast * floor.atLast * (times.at(-3) ?? 0)) return undefined;
    told = sizes.map((size, index) => `${size}: ${inWords(times[index])}`).join(', ');
    if (!Number.isFinite(last)) break;
  }
  return `CPU time by size, ${smallest} to ${largest}: ${told}`;
}

/**
 * By how much more than its size the time of linear work grows on this machine: 1 where its caches hold the largest. What is
 * quadratic has no such excuse, so there is a limit.
 */
function floorOf(times: readonly number[]): { readonly whole: number; readonly atLast: number } {
  const [first = 0, third = 0, last = 0] = [times[0], times.at(-3), times.at(-1)];
  const between = (most: number, factor: number) => Math.min(most, Math.max(1, factor));
  return { whole: between(2, last / first / 16), atLast: between(1.5, last / third / 4) };
}

/** Work that is linear on every machine, on an object with as many keys as the largest reviews of that size have. */
function copyOfAnnotations(size: number): () => void {
  const keys = Array.from(
    { length: size / 8 },
    (_, index) => [`sidecar.io/git-sync_i${index}`, 'x'] as const,
  );
  const annotations = Object.fromEntries(keys);
  return () => {
    Object.fromEntries(Object.entries(annotations));
  };
}

/** The times of all sizes, up to the first that is not ended. */
function timesOf(prepare: Growth['prepare']): readonly number[] {
  const times: number[] = [];
  for (const size of sizes) {
    const isHopeless = !times.every(Number.isFinite);
    times.push(isHopeless ? Number.POSITIVE_INFINITY : fastest(prepare(size)));
  }
  return times;
}

/** The time of one run, from as many runs as it takes to measure any: the system counts in milliseconds. */
function fastest(work: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < tries; run++) {
    let tookMs = 0;
    const measured = () => {
      const startedMs = cpuMs();
      let runs = 0;
      for (; runs < mostRuns && cpuMs() - startedMs < measurableMs; runs++) work();
      tookMs = (cpuMs() - startedMs) / runs;
    };
    if (isEnded(measured, timeoutMs)) return Number.POSITIVE_INFINITY;
    least = Math.min(least, tookMs);
  }
  return least;
}

const mostRuns = 200;
const measurableMs = 20;

function inWords(ms: number | undefined): string {
  if (ms === undefined || !Number.isFinite(ms)) return `more than ${timeoutMs} ms`;
  return `${ms.toFixed(1)} ms`;
}
