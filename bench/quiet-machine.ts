import { ticksOfFamily, ticksOfMachine } from './processes.ts';

/** Others had their part in the figures. */
export class BusyMachineError extends Error {
  override name = 'BusyMachineError' as const;

  constructor(what: string, percents: readonly number[]) {
    super(
      `the machine is busy: while ${what} was measured, other processes took ${percents.join(' %, ')} % of a core. ` +
        `More than ${maxPercent} % makes figures that prove nothing. End them and try again; -- busy prints the figures all the same.`,
    );
  }
}

export interface QuietMachineOptions {
  readonly isBusyAllowed: boolean;
  /** By default from `/proc`. */
  readonly readUsage?: () => Usage;
}

export interface Usage {
  /** CPU time that was not of this process or one that comes from it, in ticks of ten milliseconds. */
  readonly otherTicks: number;
  readonly atMs: number;
}

/** Measures in rounds, each of which counts only where nobody else used the machine. */
export class QuietMachine {
  readonly #isBusyAllowed: boolean;
  readonly #readUsage: () => Usage;
  #highestPercent = 0;

  constructor({ isBusyAllowed, readUsage = usageNow }: QuietMachineOptions) {
    this.#isBusyAllowed = isBusyAllowed;
    this.#readUsage = readUsage;
  }

  /** What the title of a table has to say; the next table begins anew. */
  takeRemark(): string {
    const percent = this.#highestPercent;
    this.#highestPercent = 0;
    return percent > maxPercent ? ` — ON A BUSY MACHINE: others took up to ${percent} % of a core` : '';
  }

  /**
   * Runs what takes too long to be run again.
   *
   * @throws BusyMachineError where others were at work.
   */
  async once<T>(what: string, run: () => Promise<T>): Promise<T> {
    const before = this.#readUsage();
    const result = await run();
    const percent = percentOfOthers(before, this.#readUsage());
    if (percent > maxPercent && !this.#isBusyAllowed) throw new BusyMachineError(what, [percent]);
    this.#highestPercent = Math.max(this.#highestPercent, percent);
    return result;
  }

  /**
   * Runs a round, and again where others were at work.
   *
   * @throws BusyMachineError where they do not stop.
   */
  async round<T>(what: string, run: () => Promise<T>): Promise<T> {
    const seen: number[] = [];
    while (seen.length < maxTries) {
      const before = this.#readUsage();
      const result = await run();
      const percent = percentOfOthers(before, this.#readUsage());
      if (percent <= maxPercent || this.#isBusyAllowed) {
        this.#highestPercent = Math.max(this.#highestPercent, percent);
        return result;
      }
      seen.push(percent);
    }
    throw new BusyMachineError(what, seen);
  }
}

/** Of one core. A system that has nothing to do takes less. */
const maxPercent = 10;

const maxTries = 4;

/** The two clocks are rounded to ticks in different ways, and so far apart in a round of any length. */
const toleranceTicks = 4;

function usageNow(): Usage {
  return { otherTicks: ticksOfMachine() - ticksOfFamily(process.pid), atMs: performance.now() };
}

function percentOfOthers(before: Usage, after: Usage): number {
  const ticks = after.otherTicks - before.otherTicks - toleranceTicks;
  const elapsedTicks = (after.atMs - before.atMs) / 10;
  return Math.max(0, Math.round((100 * ticks) / elapsedTicks));
}
