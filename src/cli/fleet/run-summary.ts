import type { RunCounts } from './run-progress.ts';
import type { RunWords } from './run-words.ts';

/** What became of the pods, in words: all that there is at least one of. */
export function countsInWords(counts: RunCounts, { verb, done }: RunWords): readonly string[] {
  const parts = [
    [counts.upgraded, done],
    [counts.moved, 'moved before their start'],
    [counts.recorded, 'recorded'],
    [counts.planned, `to ${verb}`],
    [counts.rollout, 'need a rollout'],
    [counts.counted, 'left alone'],
    [counts.failed, 'failed'],
    [counts.stopped, 'not begun'],
    [counts.blocked, 'waited in vain'],
    [counts.gone, 'gone meanwhile'],
    [counts.ended, 'ended meanwhile'],
  ] as const;
  return parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
}

/** The last line of a run. */
export function runSummary(counts: RunCounts, words: RunWords): string {
  const told = countsInWords(counts, words);
  return told.length === 0 ? `nothing to ${words.verb}` : `pods: ${told.join(', ')}`;
}
