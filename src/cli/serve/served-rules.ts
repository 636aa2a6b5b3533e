import { setImmediate as turn } from 'node:timers/promises';
import { parseRequestKey } from '../../injection/request/annotation-keys.ts';
import type { InjectionRule } from '../../namespaces/injection-rule.ts';
import type { JudgingEngine } from '../../namespaces/judge-annotations.ts';
import {
  judgeRules,
  type RuleProblem,
  type UsableRules,
  usableRules,
} from '../../namespaces/usable-rules.ts';
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
  #usable: UsableRules | undefined;
  #inForce: readonly InjectionRule[] = [];
  #engine: JudgingEngine | undefined;

  constructor(configured: readonly InjectionRule[], reporting: Reporting) {
    this.#configured = configured;
    this.#reporting = reporting;
  }

  get inForce(): readonly InjectionRule[] {
    return this.#inForce;
  }

  /**
   * Judges them anew, and says what is wrong with those that are left out. The first time at once; later with a turn for
   * requests after each rule, while those whose definitions are gone count no more. Where that fails, which is a fault of
   * ours, the others stay in force.
   */
  async renew(engine: JudgingEngine): Promise<void> {
    if (this.#configured.length === 0) return;
    this.#engine = engine;
    if (this.#usable === undefined) return this.#settle(usableRules(this.#configured, engine));
    this.#inForce = this.#inForce.filter(rule => isDefined(rule, engine));
    try {
      await this.#judgeInTurns(engine);
    } catch (error) {
      this.#reporting.log.error({ error: String(error) }, 'rules cannot be judged');
    }
  }

  /** Gives up where a newer engine is there. */
  async #judgeInTurns(engine: JudgingEngine): Promise<void> {
    const judging = judgeRules(this.#configured, engine);
    for (let step = judging.next(); this.#engine === engine; step = judging.next()) {
      if (step.done) return this.#settle(step.value);
      await turn();
    }
  }

  #settle(usable: UsableRules): void {
    const known = new Set(this.#usable?.problems.map(inWords));
    this.#usable = usable;
    this.#inForce = usable.rules;
    this.#report(usable, known);
  }

  #report({ rules, problems }: UsableRules, known: ReadonlySet<string>): void {
    const { log, metrics, readiness } = this.#reporting;
    for (const { rule, problem } of problems.filter(told => !known.has(inWords(told))))
      log.error({ rule, reason: problem.code, problem: problem.message }, 'rule left out');
    const rejected = this.#configured.length - rules.length;
    log.info({ rules: rules.map(({ from }) => from), rejected }, 'rules in force');
    metrics.setRules(rules.length, rejected);
    const detail = [`${rules.length} in force`, ...problems.slice(0, maxShown).map(inWords)].join('; ');
    readiness.report({ name: 'rules', isReady: true, detail });
  }
}

function isDefined({ annotations }: InjectionRule, { sidecars: { sidecars } }: JudgingEngine): boolean {
  return Object.keys(annotations)
    .flatMap(key => parseRequestKey(key) ?? [])
    .every(({ sidecar }) => sidecars.has(sidecar));
}

function inWords({ rule, problem }: RuleProblem): string {
  return `${rule}: ${problem.message}`;
}

/** More than anybody reads on a page. */
const maxShown = 100;
