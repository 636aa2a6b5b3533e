/** What a run does, in the words of the command that it belongs to. */
export interface RunWords {
  /** What the run is. */
  readonly title: string;
  /** As in `nothing to upgrade`. */
  readonly verb: string;
  /** As in `moving a:1 to a:2`. */
  readonly moving: (from: string, to: string) => string;
  /** The same of what would be done. */
  readonly wouldMove: (from: string, to: string) => string;
  /** As in `2 upgraded`. */
  readonly done: string;
}

/** The words of each command that runs over a fleet. */
export const runWords = {
  upgrade: {
    title: 'upgrade',
    verb: 'upgrade',
    moving: (from, to) => `moving ${from} to ${to}`,
    wouldMove: (from, to) => `would move ${from} to ${to}`,
    done: 'upgraded',
  },
  rollback: {
    title: 'rollback',
    verb: 'roll back',
    moving: (from, to) => `moving ${from} back to ${to}`,
    wouldMove: (from, to) => `would move ${from} back to ${to}`,
    done: 'rolled back',
  },
  restart: {
    title: 'restart',
    verb: 'restart',
    moving: (_from, to) => `restarting with ${to}`,
    wouldMove: (_from, to) => `would restart with ${to}`,
    done: 'restarted',
  },
} as const satisfies Readonly<Record<string, RunWords>>;

export type RunKind = keyof typeof runWords;
