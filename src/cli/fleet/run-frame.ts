import { fitLine } from '../terminal/fit-line.ts';
import type { TerminalSize } from '../terminal/live-view.ts';
import { aboutInWords, spanInWords } from '../terminal/span-in-words.ts';
import { counted } from './event-lines.ts';
import type { RunProgress } from './run-progress.ts';
import { countsInWords } from './run-summary.ts';
import type { RunWords } from './run-words.ts';

/** How a line stands out. */
export type LineStyle = 'bold' | 'dim' | 'red' | 'yellow';

/** What a picture of a run depends on beside how far it is. */
export interface FrameSettings {
  readonly words: RunWords;
  readonly context: string;
  readonly nowMs: number;
  readonly size: TerminalSize;
  readonly paint: (style: LineStyle, text: string) => string;
}

interface FrameLine {
  readonly text: string;
  readonly style?: LineStyle;
}

/** A run as a person watches it: lines that fit the terminal, the most important first. */
export function runFrame(progress: RunProgress, settings: FrameSettings): readonly string[] {
  const { columns, rows } = settings.size;
  const head = headOf(progress, settings);
  // The line of the cursor, and one for who has typed something.
  const room = Math.max(0, rows - head.length - 2);
  return [...head, ...movingLines(progress, settings.nowMs, Math.min(room, mostMoving))].map(
    ({ text, style }) => {
      const fitting = fitLine(text, columns - 1);
      return style === undefined ? fitting : settings.paint(style, fitting);
    },
  );
}

const mostMoving = 8;

function headOf(progress: RunProgress, settings: FrameSettings): readonly FrameLine[] {
  const { words, context } = settings;
  const title = { text: `${words.title}, context ${context}: ${stepInWords(progress, settings)}` };
  const style = progress.step.step === 'stopped' ? 'red' : 'bold';
  if (progress.step.step === 'reading') return [{ ...title, style }];
  return [
    { ...title, style },
    { text: barOf(progress, settings.size.columns) },
    ...waveLines(progress),
    countsLine(progress, words),
    timesLine(progress, settings.nowMs),
    ...waitingLines(progress.reasons),
  ];
}

function stepInWords({ step, podsRead, wave, waves }: RunProgress, { nowMs }: FrameSettings): string {
  const named = wave === undefined || waves.length < 2 ? '' : `wave ${wave.wave} of ${waves.length}, `;
  switch (step.step) {
    case 'reading':
      return `reading pods: ${podsRead}`;
    case 'moving':
      return named === '' ? 'moving pods' : named.slice(0, -2);
    case 'baking':
      return `${named}baking, ${spanInWords(step.untilMs - nowMs)} left`;
    case 'verifying':
      return `${named}verifying for ${spanInWords(nowMs - step.sinceMs)}: ${step.command}`;
    case 'stopped':
      return `stopped: ${step.why}`;
  }
}

/** As in `[####------] 40 of 100 pods`. */
function barOf({ podsEnded, size: { pods } }: RunProgress, columns: number): string {
  const told = ` ${podsEnded} of ${counted(pods, 'pod')}`;
  const width = Math.max(0, Math.min(barWidth, columns - told.length - 4));
  const full = pods === 0 ? width : Math.floor((width * Math.min(podsEnded, pods)) / pods);
  return width < 5 ? told.trim() : `[${'#'.repeat(full)}${'-'.repeat(width - full)}]${told}`;
}

const barWidth = 40;

function waveLines({ wave, waves, workloadsBegun, size }: RunProgress): readonly FrameLine[] {
  const workloads = `workloads begun: ${workloadsBegun} of ${size.workloads}`;
  if (wave === undefined || waves.length < 2) return [{ text: workloads }];
  return [{ text: `wave ${wave.wave}: ${wave.ended} of ${counted(wave.pods, 'pod')}; ${workloads}` }];
}

function countsLine({ counts, moving, hasFailed }: RunProgress, words: RunWords): FrameLine {
  const now = moving.size === 0 ? [] : [`${moving.size} ${movingWord}`];
  const text = [...now, ...countsInWords(counts, words)].join(', ') || 'none moved yet';
  return { text: `pods: ${text}`, ...(hasFailed ? { style: 'red' } : {}) };
}

const movingWord = 'restarting now';

function timesLine(progress: RunProgress, nowMs: number): FrameLine {
  const left = progress.msLeft(nowMs);
  const about = left ? `, about ${aboutInWords(left)} left` : '';
  return { text: `running for ${spanInWords(nowMs - progress.beganMs)}${about}` };
}

function waitingLines(reasons: readonly string[]): readonly FrameLine[] {
  const shown = reasons
    .slice(0, mostReasons)
    .map(text => ({ text: `waiting: ${text}`, style: 'yellow' }) as const);
  const more = reasons.length - mostReasons;
  return more > 0 ? [...shown, { text: `waiting: and ${more} more`, style: 'yellow' }] : shown;
}

const mostReasons = 3;

function movingLines({ moving }: RunProgress, nowMs: number, most: number): readonly FrameLine[] {
  const lines: FrameLine[] = [];
  for (const [pod, { workload, sinceMs }] of moving) {
    if (lines.length === most) break;
    lines.push({ text: `  ${pod} (${workload}) ${spanInWords(nowMs - sinceMs)}`, style: 'dim' });
  }
  return lines;
}
