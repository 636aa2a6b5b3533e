import type { FleetEvent, PodOutcome, WaveSize } from '../../fleet/fleet-event.ts';
import { RunPace } from './run-pace.ts';

/** How many pods came to what end, each by its last one; then those that are only named. */
export type RunCounts = Readonly<Record<PodOutcome['outcome'] | 'planned' | 'rollout' | 'counted', number>>;

/** What is done beside pods that move. */
export type RunStep =
  | { readonly step: 'reading' }
  | { readonly step: 'moving' }
  | { readonly step: 'baking'; readonly untilMs: number }
  | { readonly step: 'verifying'; readonly command: string; readonly sinceMs: number }
  | { readonly step: 'stopped'; readonly why: string };

/** A wave, and how many of its pods have ended. */
export interface WaveProgress extends WaveSize {
  readonly wave: number;
  readonly ended: number;
}

/** A pod whose sidecars restart. */
export interface MovingPod {
  readonly workload: string;
  readonly sinceMs: number;
}

/** How far a run over a fleet is: what its events add up to. */
export class RunProgress {
  readonly beganMs: number;
  podsRead = 0;
  waves: readonly WaveSize[] = [];
  wave: WaveProgress | undefined;
  step: RunStep = { step: 'reading' };
  /** What it waits for. */
  reasons: readonly string[] = [];
  readonly #moving = new Map<string, MovingPod>();
  readonly #outcomes = new Map<string, PodOutcome['outcome']>();
  readonly #workloads = new Set<string>();
  readonly #left = { rollout: new Set<string>(), counted: new Set<string>() };
  readonly #counts = { ...noCounts };
  readonly #pace: RunPace;
  #bakeMs = 0;
  #hasStopped = false;

  constructor(nowMs: number) {
    this.beganMs = nowMs;
    this.#pace = new RunPace(nowMs);
  }

  /** What has been moving for the longest time comes first. */
  get moving(): ReadonlyMap<string, MovingPod> {
    return this.#moving;
  }

  get counts(): RunCounts {
    return this.#counts;
  }

  /** Pods and workloads of all waves. */
  get size(): WaveSize {
    const sum = (of: keyof WaveSize) => this.waves.reduce((total, wave) => total + wave[of], 0);
    return { pods: sum('pods'), workloads: sum('workloads') };
  }

  get podsEnded(): number {
    return this.#outcomes.size;
  }

  /** Of which a pod has been moved, or is about to. */
  get workloadsBegun(): number {
    return this.#workloads.size;
  }

  get hasFailed(): boolean {
    return this.#hasStopped || this.#counts.failed + this.#counts.stopped > 0;
  }

  /** Whether pods need something that cannot be done in place, or are gone. */
  get hasLeftovers(): boolean {
    return this.#counts.rollout + this.#counts.counted + this.#counts.gone + this.#counts.blocked > 0;
  }

  /** How long it will take yet, as far as anybody can tell. */
  msLeft(nowMs: number): number | undefined {
    const moving = this.#pace.msFor(Math.max(0, this.size.pods - this.podsEnded), nowMs);
    if (moving === undefined) return undefined;
    const { step } = this;
    const now = step.step === 'baking' ? Math.max(0, step.untilMs - nowMs) : 0;
    // There is one between two waves.
    const bakes = this.waves.length - (this.wave?.wave ?? 0) - (step.step === 'baking' ? 1 : 0);
    return moving + now + this.#bakeMs * Math.max(0, bakes);
  }

  take(event: FleetEvent, nowMs: number): void {
    const take = this.#by[event.event] as (event: FleetEvent, nowMs: number) => void;
    take(event, nowMs);
  }

  readonly #by: {
    readonly [Name in FleetEvent['event']]: (
      event: Extract<FleetEvent, { readonly event: Name }>,
      nowMs: number,
    ) => void;
  } = {
    reading: ({ pods }) => {
      this.podsRead = pods;
    },
    planned: ({ waves }) => {
      this.waves = waves;
      this.step = { step: 'moving' };
    },
    wouldMove: () => {
      this.#counts.planned++;
    },
    waveBegan: ({ wave, pods, workloads }, nowMs) => {
      this.wave = { wave, pods, workloads, ended: 0 };
      this.step = { step: 'moving' };
      this.#pace.begin(nowMs);
    },
    podBegan: ({ pod, workload }, nowMs) => {
      this.#moving.set(pod, { workload, sinceMs: nowMs });
      this.#workloads.add(workload);
    },
    podEnded: ({ pod, outcome }, nowMs) => this.#end(pod, outcome, nowMs),
    podLeft: ({ pod, kind }) => {
      if (kind === 'done' || this.#left[kind].has(pod)) return;
      this.#left[kind].add(pod);
      this.#counts[kind]++;
    },
    waiting: ({ reasons }) => {
      this.reasons = reasons;
    },
    bakeBegan: ({ milliseconds }, nowMs) => {
      this.#bakeMs = milliseconds;
      this.step = { step: 'baking', untilMs: nowMs + milliseconds };
    },
    bakeEnded: () => this.#goOn(),
    verifyBegan: ({ command }, nowMs) => {
      this.step = { step: 'verifying', command, sinceMs: nowMs };
    },
    verifyEnded: () => this.#goOn(),
    stopped: ({ why }) => {
      this.#hasStopped = true;
      this.step = { step: 'stopped', why };
    },
    ended: () => this.#moving.clear(),
  };

  /** What was upgraded may be gone later: the last outcome of a pod counts. */
  #end(pod: string, outcome: PodOutcome['outcome'], nowMs: number): void {
    const before = this.#outcomes.get(pod);
    this.#outcomes.set(pod, outcome);
    this.#counts[outcome]++;
    this.#moving.delete(pod);
    if (before !== undefined) {
      this.#counts[before]--;
      return;
    }
    this.#pace.end(nowMs);
    if (this.wave !== undefined) this.wave = { ...this.wave, ended: this.wave.ended + 1 };
  }

  #goOn(): void {
    if (!this.#hasStopped) this.step = { step: 'moving' };
  }
}

const noCounts = {
  upgraded: 0,
  moved: 0,
  recorded: 0,
  gone: 0,
  ended: 0,
  left: 0,
  failed: 0,
  stopped: 0,
  blocked: 0,
  planned: 0,
  rollout: 0,
  counted: 0,
};
