import type { CheckCategory, CheckResult, Judgement } from './diagnosis.ts';
import { failure, warning } from './diagnosis.ts';
import type { UnknownFact } from './fact.ts';
import type { Installation } from './installation.ts';

/** One thing about an installation that is well or not. */
export interface InstallationCheck {
  /** A heading of docs/checks.md. */
  readonly name: string;
  readonly category: CheckCategory;
  /** What is so where all is well. */
  readonly title: string;
  readonly judge: (installation: Installation) => Judgement;
}

/** What a check says of an installation, under its name. */
export function resultOf(
  { name, category, title, judge }: InstallationCheck,
  installation: Installation,
): CheckResult {
  return { check: name, category, title, ...judge(installation) };
}

/** What to say where a fact could not be learnt: a failure where nothing else tells whether pods are injected. */
export function unread(
  what: string,
  { unknown, isForbidden }: UnknownFact,
  outcome: 'warning' | 'failure' = 'failure',
): Judgement {
  const say = outcome === 'failure' ? failure : warning;
  return isForbidden
    ? say('not-allowed-to-read', `${what}: ${unknown}`, 'ask with an account that may read it')
    : say('not-readable', `${what}: ${unknown}`, 'see why, and ask again');
}
