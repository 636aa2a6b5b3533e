import type { FleetEvent, PodOutcome } from '../../fleet/fleet-event.ts';
import type { ImageMove } from '../../running-pods/plan-upgrade.ts';
import { oneLine } from '../../shown-text.ts';
import { spanInWords } from '../terminal/span-in-words.ts';
import type { RunWords } from './run-words.ts';

/** What a line depends on beside its event. */
export interface LineSettings {
  readonly words: RunWords;
  /** How many waves there are. Of one alone nothing is said. */
  readonly waves: number;
}

/** An event as lines for a person, each with nothing in it that a terminal obeys; none where it is not worth any. */
export function eventLines(event: FleetEvent, settings: LineSettings): readonly string[] {
  const lines = byEvent[event.event] as (event: FleetEvent, settings: LineSettings) => readonly string[];
  return lines(event, settings).map(line => oneLine(line, maxCharacters));
}

/** What the kubelet says is shorter; what others say is cut. */
const maxCharacters = 2000;

const byEvent: {
  readonly [Name in FleetEvent['event']]: (
    event: Extract<FleetEvent, { readonly event: Name }>,
    settings: LineSettings,
  ) => readonly string[];
} = {
  reading: () => [],
  planned: ({ namespaces, waves }) => (waves.length < 2 ? [] : [planInWords(namespaces, waves)]),
  wouldMove: ({ pod, moves }, { words }) =>
    moves.length === 0 ? [`${pod}: would record the definition`] : movesInWords(pod, moves, words.wouldMove),
  waveBegan: ({ wave, pods, workloads }, { waves }) =>
    waves < 2
      ? []
      : [`wave ${wave} of ${waves}: ${counted(pods, 'pod')} of ${counted(workloads, 'workload')}`],
  podBegan: ({ pod, moves }, { words }) => movesInWords(pod, moves, words.moving),
  podEnded: ({ pod, workload: _, ...outcome }, { words }) =>
    outcomeInWords(outcome, words).map(text => `${pod}: ${text}`),
  podLeft: ({ pod, container, message }) => [`${pod}: ${container}: ${message}`],
  waiting: ({ reasons }) => (reasons.length === 0 ? [] : [`waiting: ${reasonsInWords(reasons)}`]),
  bakeBegan: ({ wave, milliseconds }) => [`wave ${wave}: baking for ${spanInWords(milliseconds)}`],
  bakeEnded: ({ wave }) => [`wave ${wave}: baked`],
  verifyBegan: ({ wave, command }) => [`wave ${wave}: verifying: ${command}`],
  verifyEnded: ({ wave, exitCode, output }) => [
    `wave ${wave}: ${exitCode === 0 ? 'verified' : verifyFailed(exitCode, output)}`,
  ],
  stopped: ({ why }) => [`stopped: ${why}`],
  ended: () => [],
};

type Planned = Extract<FleetEvent, { readonly event: 'planned' }>;

function planInWords(namespaces: number, waves: Planned['waves']): string {
  const sum = (of: 'pods' | 'workloads') => waves.reduce((total, wave) => total + wave[of], 0);
  const pods = `${counted(sum('pods'), 'pod')} of ${counted(sum('workloads'), 'workload')}`;
  const sizes = waves.map(wave => wave.pods).join(', ');
  return `planned: ${pods} in ${counted(namespaces, 'namespace')}, in ${waves.length} waves: ${sizes}`;
}

function movesInWords(
  pod: string,
  moves: readonly ImageMove[],
  inWords: RunWords['moving'],
): readonly string[] {
  return moves.map(({ container, from, to }) => `${pod}: ${container}: ${inWords(from, to)}`);
}

function outcomeInWords(outcome: PodOutcome, { done }: RunWords): readonly string[] {
  switch (outcome.outcome) {
    case 'upgraded':
      return [`${done} in ${(outcome.milliseconds / 1000).toFixed(1)} s`];
    case 'moved':
      return ['moved: it is on no node yet, and starts with the new image when it is'];
    case 'recorded':
      return ['recorded the definition'];
    case 'gone':
      return [`gone ${outcome.when}: ${outcome.how}`];
    case 'ended':
      return ['ended meanwhile'];
    case 'failed':
      return [`failed: ${outcome.problem}`];
    case 'stopped':
      return ['not begun, because another one failed'];
    case 'blocked':
      return [`not begun: ${outcome.why}`];
    case 'left':
      return [];
  }
}

function verifyFailed(exitCode: number, output: string): string {
  const said = output.trim();
  return `the command ended with exit code ${exitCode}${said === '' ? '' : `: ${oneLine(said, 500)}`}`;
}

/** A few of them, and how many more there are. */
export function reasonsInWords(reasons: readonly string[], most = 3): string {
  const more = reasons.length > most ? `; and ${reasons.length - most} more` : '';
  return `${reasons.slice(0, most).join('; ')}${more}`;
}

/** As in `1 pod` and `2 pods`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
