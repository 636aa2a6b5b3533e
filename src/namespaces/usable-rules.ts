import type { Refusal } from '../injection/reason.ts';
import { finish, type Steps } from '../steps.ts';
import type { InjectionRule } from './injection-rule.ts';
import { type JudgingEngine, judgeAnnotations } from './judge-annotations.ts';

/** The rules that count, and what is wrong with the others. */
export interface UsableRules {
  readonly rules: readonly InjectionRule[];
  readonly problems: readonly RuleProblem[];
}

export interface RuleProblem {
  /** As {@link InjectionRule.from}. */
  readonly rule: string;
  readonly problem: Refusal;
}

/**
 * Leaves out the rules that the definitions cannot fulfil. A pod would be refused for them that never asked for anything,
 * and that would be every pod of a cluster. Rules without selectors are judged together, because all pods get them all.
 */
export function usableRules(rules: readonly InjectionRule[], engine: JudgingEngine): UsableRules {
  return finish(judgeRules(rules, engine));
}

/** The same in pieces: it stops after each rule. */
export function* judgeRules(rules: readonly InjectionRule[], engine: JudgingEngine): Steps<UsableRules> {
  const usable: InjectionRule[] = [];
  const problems: RuleProblem[] = [];
  let common: InjectionRule['annotations'] = {};
  for (const rule of rules) {
    const annotations = { ...common, ...rule.annotations };
    const { refusals } = judgeAnnotations(annotations, engine);
    problems.push(...refusals.slice(0, maxProblems).map(problem => ({ rule: rule.from, problem })));
    if (refusals.length === 0) {
      usable.push(rule);
      if (rule.namespaces === undefined && rule.pods === undefined) common = annotations;
    }
    yield;
  }
  return { rules: usable, problems };
}

/** More of one rule nobody reads. */
const maxProblems = 10;
