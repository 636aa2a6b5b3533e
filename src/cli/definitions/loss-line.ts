import type { ReportLine } from '../../policies/compile-policies.ts';
import { losses, type Outcome } from '../../policies/losses.ts';

/** Says in one line what policies do otherwise than the webhook, and what they do in its place. */
export function lossLine({ sidecar, part, code }: ReportLine): string {
  const about = [sidecar ?? 'all sidecars', part].filter(named => named !== undefined);
  const { sentence, outcome } = losses[code];
  return `${about.join(' ')}: ${outcomeInWords[outcome]}: ${sentence.replace(/\.$/, '')} (${code})`;
}

/** What happens in the place of what is lost; docs/policies.md says more of each. */
export const outcomeInWords = {
  refused: 'refused',
  'not-supported': 'not done',
  'less-said': 'less said',
} as const satisfies Readonly<Record<Outcome, string>>;
