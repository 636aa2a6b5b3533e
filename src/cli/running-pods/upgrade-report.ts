import type { Obstacle, PodUpgrade } from '../../running-pods/plan-upgrade.ts';
import type { UpgradeOutcome } from '../../running-pods/upgrade-pods.ts';

/** Tells a person what an upgrade does, one line for each sidecar or pod, and counts it. */
export class UpgradeReport {
  readonly #print: (text: string) => void;
  readonly #counts = { upgraded: 0, planned: 0, rollout: 0, failed: 0, stopped: 0, gone: 0 };

  constructor(print: (text: string) => void) {
    this.#print = print;
  }

  get hasFailed(): boolean {
    return this.#counts.failed + this.#counts.stopped > 0;
  }

  /** Whether pods need something that an upgrade cannot do. */
  get hasLeftovers(): boolean {
    return this.#counts.rollout > 0;
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
    this.#count(outcome);
    const words = inWords(outcome, upgrade);
    if (words !== undefined) this.#say(pod, words);
    this.#tellObstacles(pod, upgrade?.obstacles ?? []);
  }

  summary(): string {
    const { upgraded, planned, rollout, failed, stopped, gone } = this.#counts;
    const parts = [
      [upgraded, 'upgraded'],
      [planned, 'to upgrade'],
      [rollout, 'need a rollout'],
      [failed, 'failed'],
      [stopped, 'not begun'],
      [gone, 'gone meanwhile'],
    ] as const;
    const counted = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
    return counted.length === 0 ? 'nothing to upgrade' : `pods: ${counted.join(', ')}`;
  }

  #count({ outcome }: UpgradeOutcome): void {
    if (outcome !== 'left') this.#counts[outcome]++;
  }

  #tellObstacles(pod: string, obstacles: readonly Obstacle[]): void {
    for (const { container, message } of obstacles) this.#say(pod, `${container}: ${message}`);
    if (obstacles.some(({ needsRollout }) => needsRollout)) this.#counts.rollout++;
  }

  #say(pod: string, text: string): void {
    this.#print(`${pod}: ${text}\n`);
  }
}

function inWords(outcome: UpgradeOutcome, upgrade: PodUpgrade | undefined): string | undefined {
  switch (outcome.outcome) {
    case 'upgraded':
      return upgrade?.moves.length === 0
        ? 'recorded the definition'
        : `upgraded in ${(outcome.milliseconds / 1000).toFixed(1)} s`;
    case 'gone':
      return 'gone meanwhile; what takes its place comes from the definition';
    case 'failed':
      return `failed: ${outcome.problem}`;
    case 'stopped':
      return 'not begun, because another one failed';
    case 'left':
      return undefined;
  }
}
