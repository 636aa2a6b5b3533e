import { styleText } from 'node:util';
import type { CheckResult, Judgement } from '../../diagnosis/diagnosis.ts';
import { documentation } from '../documentation.ts';

/** What was checked, where. */
export interface CheckReport {
  readonly context: string;
  /** Where the injector is. */
  readonly injectorNamespace: string;
  /** Where the way through the webhook was tried. */
  readonly namespace: string;
  /** Who puts sidecars in; where nobody does, who would. */
  readonly injectedBy: readonly ('webhook' | 'policies')[];
  readonly results: readonly CheckResult[];
}

export const marks: Readonly<Record<Judgement['outcome'], string>> = { ok: '√', warning: '‼', failure: '×' };

/** Where the documentation says what a check looks at. */
export function linkOf(check: string): string {
  return `${documentation}checks.md#${check}`;
}

/** Everything: a line for each check under its category, and what to do below those that are not well. */
export function textReport({ results }: CheckReport): string {
  const byCategory = Map.groupBy(results, ({ category }) => category);
  return [...byCategory]
    .map(([category, ofCategory]) => `${category}\n${ofCategory.map(linesOf).join('')}`)
    .join('\n');
}

/** Only what is not well, a line for each. */
export function shortReport({ results }: CheckReport): string {
  return results.map(shortLineOf).join('');
}

/** For a program. */
export function jsonReport({
  context,
  injectorNamespace,
  namespace,
  injectedBy,
  results,
}: CheckReport): string {
  const report = {
    context,
    injectorNamespace,
    namespace,
    injectedBy,
    outcome: worstOf(results),
    checks: results.map(({ check, category, title, ...judgement }) => ({
      check,
      category,
      title,
      ...judgement,
      link: linkOf(check),
    })),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

export function worstOf(results: readonly CheckResult[]): Judgement['outcome'] {
  const outcomes = results.map(({ outcome }) => outcome);
  if (outcomes.includes('failure')) return 'failure';
  return outcomes.includes('warning') ? 'warning' : 'ok';
}

/** How many there are of each, as in `18 √, 1 ‼, 1 ×`. */
export function countsOf(results: readonly CheckResult[]): string {
  return (['ok', 'warning', 'failure'] as const)
    .map(outcome => `${results.filter(result => result.outcome === outcome).length} ${marks[outcome]}`)
    .join(', ');
}

function linesOf(result: CheckResult): string {
  const head = `  ${markOf(result)} ${result.check}: ${result.title}`;
  if (result.outcome === 'ok') return `${head}${result.seen === undefined ? '' : ` (${result.seen})`}\n`;
  return `${head}
      ${result.code}: ${result.cause}
      what to do: ${result.advice}
      ${linkOf(result.check)}
`;
}

function shortLineOf(result: CheckResult): string {
  if (result.outcome === 'ok') return '';
  const { check, code, cause, advice } = result;
  return `${markOf(result)} ${check} ${code}: ${cause}; ${advice}; ${linkOf(check)}\n`;
}

const colours = { ok: 'green', warning: 'yellow', failure: 'red' } as const;

/** In colour on a terminal that shows any: NO_COLOR and TERM are looked at by Node. */
function markOf({ outcome }: CheckResult): string {
  return styleText(colours[outcome], marks[outcome], { stream: process.stdout });
}
