import type { Obstacle, PodUpgrade } from '../../running-pods/plan-upgrade.ts';
import type { UpgradeOutcome } from '../../running-pods/upgrade-pods.ts';

/** Tells a person what an upgrade does, one line for each sidecar or pod, and counts it. */
export class UpgradeReport {
  readonly #print: (text: string) => void;
  readonly #counts = { planned: 0, rollout: 0, counted: 0 };
  /** The last outcome of each pod: what was upgraded may be gone later. */
  readonly #outcomes = new Map<string, UpgradeOutcome['outcome']>();

  constructor(print: (text: string) => void) {
    this.#print = print;
  }

  get hasFailed(): boolean {
    return this.#count('failed') + this.#count('stopped') > 0;
  }

  /** Whether pods need something that an upgrade cannot do, or are gone. */
  get hasLeftovers(): boolean {
    return this.#counts.rollout + this.#counts.counted + this.#count('gone') > 0;
  }

  /** For a dry run. */
  wouldDo(pod: string, { moves, operations, obstacles }: PodUpgrade): void {
    for (const { container, from, to } of moves) this.#say(pod, `${container}: would move ${from} to ${to}`);
    if (operations.length > 0) this.#counts.planned++;
    if (operations.length > 0 && moves.length === 0) this.#say(pod, 'would record the definition');
    this.#tellObstacles(pod, obstacles);
  }

  begun(pod: string, { moves }: PodUpgrade): void {
    for (const { container, from, to } of moves) this.#say(pod, `${container}: moving ${from} to ${to}`);
  }

  ended(pod: string, outcome: UpgradeOutcome, upgrade: PodUpgrade | undefined): void {
    this.#outcomes.set(pod, outcome.outcome);
    const words = inWords(outcome);
    if (words !== undefined) this.#say(pod, words);
    this.#tellObstacles(pod, upgrade?.obstacles ?? []);
  }

  summary(): string {
    const { planned, rollout, counted } = this.#counts;
    const parts = [
      [this.#count('upgraded'), 'upgraded'],
      [this.#count('moved'), 'moved before their start'],
      [this.#count('recorded'), 'recorded'],
      [planned, 'to upgrade'],
      [rollout, 'need a rollout'],
      [counted, 'left alone'],
      [this.#count('failed'), 'failed'],
      [this.#count('stopped'), 'not begun'],
      [this.#count('gone'), 'gone meanwhile'],
      [this.#count('ended'), 'ended meanwhile'],
    ] as const;
    const told = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
    return told.length === 0 ? 'nothing to upgrade' : `pods: ${told.join(', ')}`;
  }

  #count(wanted: UpgradeOutcome['outcome']): number {
    return [...this.#outcomes.values()].filter(outcome => outcome === wanted).length;
  }

  #tellObstacles(pod: string, obstacles: readonly Obstacle[]): void {
    for (const { container, message } of obstacles) this.#say(pod, `${container}: ${message}`);
    for (const kind of ['rollout', 'counted'] as const) {
      if (obstacles.some(obstacle => obstacle.kind === kind)) this.#counts[kind]++;
    }
  }

  #say(pod: string, text: string): void {
    this.#print(`${pod}: ${text}\n`);
  }
}

function inWords(outcome: UpgradeOutcome): string | undefined {
  switch (outcome.outcome) {
    case 'upgraded':
      return `upgraded in ${(outcome.milliseconds / 1000).toFixed(1)} s`;
    case 'moved':
      return 'moved: it is on no node yet, and starts with the new image when it is';
    case 'recorded':
      return 'recorded the definition';
    case 'gone':
      return `gone ${outcome.when}: ${outcome.how}`;
    case 'ended':
      return 'ended meanwhile';
    case 'failed':
      return `failed: ${outcome.problem}`;
    case 'stopped':
      return 'not begun, because another one failed';
    case 'left':
      return undefined;
  }
}
