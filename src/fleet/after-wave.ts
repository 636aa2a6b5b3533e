import type { Fleet } from './fleet.ts';
import type { FleetEvent } from './fleet-event.ts';
import type { Clock } from './move-pod.ts';
import type { Watched } from './watched.ts';

/** A command of the user that says after a wave whether all is well. */
export interface Verification {
  readonly command: string;
  readonly run: (counts: RunCounts) => Promise<{ readonly exitCode: number; readonly output: string }>;
}

/** How far a run is. */
export interface RunCounts {
  readonly wave: number;
  readonly waves: number;
  /** Pods that this run has moved, those that are still to be moved, and those that were not moved. */
  readonly moved: number;
  readonly waiting: number;
  readonly left: number;
}

/** A wave whose pods have been moved. */
export interface EndedWave {
  readonly wave: number;
  readonly waves: number;
  readonly fleet: Fleet;
  readonly watched: Watched;
  readonly counts: Pick<RunCounts, 'moved' | 'left'>;
  readonly verification: Verification | undefined;
  readonly clock: Clock;
  readonly tell: (event: FleetEvent) => void;
  /** Sees to it that nothing more is begun. */
  readonly stop: (why: string) => void;
  readonly isStopped: () => boolean;
}

/** Watches for a while what was moved. */
export async function bake(ended: EndedWave, milliseconds: number): Promise<void> {
  const { wave, watched, clock, tell, stop, isStopped } = ended;
  if (isStopped() || milliseconds <= 0) return;
  tell({ event: 'bakeBegan', wave, milliseconds });
  const endsMs = clock.nowMs() + milliseconds;
  for (;;) {
    const problem = watched.problem();
    if (problem !== undefined) stop(problem);
    const leftMs = endsMs - clock.nowMs();
    if (isStopped() || leftMs <= 0) break;
    await clock.sleep(Math.min(leftMs, lookMs));
  }
  tell({ event: 'bakeEnded', wave });
}

/** How often it is looked at what was moved. */
const lookMs = 250;

/** Asks the user's command. */
export async function verify(ended: EndedWave): Promise<void> {
  const { wave, waves, fleet, counts, verification, tell, stop, isStopped } = ended;
  if (verification === undefined || isStopped()) return;
  const waiting = [...fleet.pods].filter(({ phase }) => phase === 'waiting').length;
  tell({ event: 'verifyBegan', wave, command: verification.command });
  const { exitCode, output } = await verification.run({ wave, waves, ...counts, waiting });
  tell({ event: 'verifyEnded', wave, exitCode, output });
  if (exitCode !== 0) stop(`the command of --verify ended with exit code ${exitCode}`);
}
