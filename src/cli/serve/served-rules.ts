import type { InjectionRule } from '../../namespaces/injection-rule.ts';
import type { JudgingEngine } from '../../namespaces/judge-annotations.ts';
import { type RuleProblem, type UsableRules, usableRules } from '../../namespaces/usable-rules.ts';
import type { Log } from '../../observability/logger.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { Readiness } from '../../observability/readiness.ts';

interface Reporting {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly readiness: Readiness;
}

/** The rules of the configuration, as far as the definitions of the moment can fulfil them. */
export class ServedRules {
  readonly #configured: readonly InjectionRule[];
  readonly #reporting: Reporting;
  #usable: UsableRules = { rules: [], problems: [] };

  constructor(configured: readonly InjectionRule[], reporting: Reporting) {
    this.#configured = configured;
    this.#reporting = reporting;
  }

  get inForce(): readonly InjectionRule[] {
    return this.#usable.rules;
  }

  /** Judges them anew, and says what is wrong with those that are left out. */
  renew(engine: JudgingEngine): void {
    if (this.#configured.length === 0) return;
    const known = new Set(this.#usable.problems.map(inWords));
    this.#usable = usableRules(this.#configured, engine);
    this.#report(known);
  }

  #report(known: ReadonlySet<string>): void {
    const { log, metrics, readiness } = this.#reporting;
    const { rules, problems } = this.#usable;
    for (const problem of problems.filter(told => !known.has(inWords(told)))) {
      const { rule, problem: said } = problem;
      log.error({ rule, reason: said.code, problem: said.message }, 'rule left out');
    }
    const rejected = this.#configured.length - rules.length;
    log.info({ rules: rules.map(({ from }) => from), rejected }, 'rules in force');
    metrics.setRules(rules.length, rejected);
    const detail = [`${rules.length} in force`, ...problems.slice(0, maxShown).map(inWords)].join('; ');
    readiness.report({ name: 'rules', isReady: true, detail });
  }
}

function inWords({ rule, problem }: RuleProblem): string {
  return `${rule}: ${problem.message}`;
}

/** More than anybody reads on a page. */
const maxShown = 100;
