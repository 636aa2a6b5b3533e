/**
 * Evaluates admission policies with the API server's own code, without an API server, and tells what each expression costs.
 * The program behind it is built once with Go, by `policy-evaluator/build.sh`.
 */
import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { JsonObject } from '../src/kubernetes/json.ts';

/** What a request to the API server says; what is left out is that of a creation of the object's own kind by an administrator. */
export interface PolicyReview {
  readonly object: JsonObject | null;
  readonly oldObject?: JsonObject | null;
  /** The Namespace object: the namespace of an object that names none. */
  readonly namespace?: JsonObject;
  readonly operation?: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';
  /** Default pods. */
  readonly resource?: { readonly group: string; readonly version: string; readonly resource: string };
  readonly kind?: { readonly group: string; readonly version: string; readonly kind: string };
  readonly subResource?: string;
  readonly userInfo?: { readonly username: string; readonly groups?: readonly string[] };
}

/** An expression that does not compile, or failed, or cost more than it may. */
export interface PolicyError {
  readonly policy: string;
  /** As in `variables[name]`, `matchConditions[name]`, `mutations[0]` and `validations[0].messageExpression`. */
  readonly place: string;
  readonly error: string;
  /** There where the request passes all the same, or where only a message could not be made. */
  readonly ignored?: true;
}

/** What the API server would tell a user. */
export interface PolicyDecision {
  readonly policy: string;
  readonly message: string;
  readonly reason?: string;
}

/** The most that one evaluation of an expression cost, without the variables that it uses. */
export interface PolicyCost {
  readonly policy: string;
  /**
   * Also `total`, of the most expensive budget: each mutation has one, all validations with their messages share one. Match
   * conditions have a smaller one, `total of matchConditions`.
   */
  readonly place: string;
  readonly cost: number;
  /** Of what an expression, or of a total of what its budget, may cost: beyond 1 it fails. */
  readonly share: number;
}

/** What became of an object. */
export interface Evaluation {
  /** With the API server's defaults. */
  readonly object: JsonObject | null;
  readonly mutated: readonly string[];
  /** The policies that changed something again when they were invoked a second time. */
  readonly reinvoked: readonly string[];
  readonly denied: readonly PolicyDecision[];
  readonly warned: readonly PolicyDecision[];
  readonly errors: readonly PolicyError[];
  readonly costs: readonly PolicyCost[];
}

/** The size of an expression; the API server takes none longer than what fits a request. */
export interface PolicyExpression {
  readonly policy: string;
  readonly place: string;
  readonly characters: number;
}

/** A running evaluator with its policies compiled. */
export interface PolicyEvaluator {
  readonly expressions: readonly PolicyExpression[];
  /** Runs all policies; rejects where the object cannot be decoded. */
  evaluate(review: PolicyReview): Promise<Evaluation>;
  /** The object as the API server completes it, to compare with one that was evaluated. */
  withDefaults(object: JsonObject): Promise<JsonObject>;
  stop(): void;
}

/**
 * Starts an evaluator with these policies and bindings, in this order. A policy without a binding denies everywhere.
 *
 * @throws Error with all that the API server would say against the policies, or where the program cannot be built.
 */
export async function startPolicyEvaluator(policies: readonly JsonObject[]): Promise<PolicyEvaluator> {
  const lines = new AnsweredLines(await buildPolicyEvaluator());
  try {
    const { errors, expressions } = await lines.ask<Compilation>({ policies });
    if (errors.length > 0) throw new Error(errors.map(errorText).join('\n'));
    return {
      expressions,
      evaluate: review => lines.ask<Evaluation>(review),
      withDefaults: async object => (await lines.ask<{ object: JsonObject }>({ default: object })).object,
      stop: () => lines.stop(),
    };
  } catch (error) {
    lines.stop();
    throw error;
  }
}

interface Compilation {
  readonly errors: readonly PolicyError[];
  readonly expressions: readonly PolicyExpression[];
}

function errorText({ policy, place, error }: PolicyError): string {
  return `policy ${policy}, ${place}: ${error}`;
}

/** Builds the program where it is not in the cache, which takes up to three minutes and says so; returns its path. */
async function buildPolicyEvaluator(): Promise<string> {
  const script = fileURLToPath(new URL('policy-evaluator/build.sh', import.meta.url));
  const build = promisify(execFile)(script, { timeout: buildTimeoutMs });
  build.child.stderr?.pipe(process.stderr, { end: false });
  return (await build).stdout.trim();
}

/** A program that answers each line with one, in order. */
class AnsweredLines {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #waiting: ((answer: string | Error) => void)[] = [];
  #end: Error | undefined;

  constructor(program: string) {
    this.#child = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface(this.#child.stdout).on('line', line => this.#waiting.shift()?.(line));
    this.#child.once('error', error => this.#fail(error));
    this.#child.once('close', code =>
      this.#fail(new Error(`the policy evaluator ended with exit code ${code}`)),
    );
    // A program that ended is told by the events above.
    this.#child.stdin.on('error', () => undefined);
  }

  /** Rejects where the program refuses the line, ended, or has not answered after a minute. */
  async ask<T>(question: object): Promise<T> {
    if (this.#end) throw this.#end;
    const answer = new Promise<string | Error>(resolve => this.#waiting.push(resolve));
    const timer = setTimeout(() => {
      this.#fail(new Error(`the policy evaluator has not answered within ${answerTimeoutMs / 1000} s`));
      this.stop();
    }, answerTimeoutMs);
    this.#child.stdin.write(`${JSON.stringify(question)}\n`);
    const text = await answer;
    clearTimeout(timer);
    if (text instanceof Error) throw text;
    const value: T & { readonly error?: string } = JSON.parse(text);
    if (value.error !== undefined) throw new Error(value.error);
    return value;
  }

  stop(): void {
    this.#child.kill();
  }

  #fail(error: Error): void {
    this.#end ??= error;
    for (const answer of this.#waiting.splice(0)) answer(error);
  }
}

const buildTimeoutMs = 600_000;
/** Of a line; hundreds may wait behind one another. */
const answerTimeoutMs = 60_000;
