import type { InjectionRule } from '../namespaces/injection-rule.ts';
import type { JudgingEngine } from '../namespaces/judge-annotations.ts';
import { usableRules } from '../namespaces/usable-rules.ts';

/** The rules of a configuration that count by these definitions, and why others do not, a line for each problem. */
export interface CountingRules {
  readonly rules: readonly InjectionRule[];
  readonly leftOut: readonly string[];
}

/** Leaves out the rules that the webhook leaves out. */
export function countingRules(configured: readonly InjectionRule[], engine: JudgingEngine): CountingRules {
  const { rules, problems } = usableRules(configured, engine);
  return {
    rules,
    leftOut: problems.map(
      ({ rule, problem: { message, code } }) => `${rule} does not count: ${message} (${code})`,
    ),
  };
}
