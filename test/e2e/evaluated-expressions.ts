/** Runs an expression of CEL on many texts, with the API server's own code. */
import {
  at,
  binary,
  concat,
  each,
  field,
  list,
  literal,
  method,
  name,
  object,
} from '../../src/policies/cel/build-expression.ts';
import type { Expression } from '../../src/policies/cel/expression.ts';
import { printExpression } from '../../src/policies/cel/print-expression.ts';
import { type PolicyEvaluator, startPolicyEvaluator } from '../policy-evaluator.ts';
import { mutatingPolicy, policyPodOf } from './evaluated-policies.ts';

/** What became of a text. */
export type Evaluated = { readonly text: string } | { readonly error: string };

export interface ExpressionEvaluator {
  /** The text that the expression makes of each text. */
  evaluate(texts: readonly string[]): Promise<readonly Evaluated[]>;
  /** The most that it cost, as a share of the limit. */
  readonly share: () => number;
  stop(): void;
}

const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'apps' } };
const annotations = field(name('object'), 'metadata', 'annotations');

/** Compiles an expression, itself a text, of a text. */
export async function startExpressionEvaluator(
  expressionOf: (text: Expression) => Expression,
): Promise<ExpressionEvaluator> {
  const patches = each(annotations, 'map', 'key', key =>
    object('JSONPatch', [
      ['op', literal('add')],
      ['path', concat('/metadata/annotations/', key)],
      ['value', at(each(list(at(annotations, key)), 'map', 'text', expressionOf), literalIndex)],
    ]),
  );
  const policy = mutatingPolicy('texts', printExpression(patches), { reinvocationPolicy: 'Never' });
  const evaluator = await startPolicyEvaluator([policy]);
  let share = 0;
  const evaluate = async (texts: readonly string[]): Promise<readonly Evaluated[]> => {
    if (texts.length > maxTexts) return inHalves(texts, evaluate);
    const { results, error, costs } = await evaluateAtOnce(evaluator, texts);
    if (results) {
      share = Math.max(share, ...costs);
      return results.map(text => ({ text }));
    }
    // One of them failed, or all together cost more than one may.
    return texts.length === 1 ? [{ error }] : inHalves(texts, evaluate);
  };
  return { evaluate, share: () => share, stop: () => evaluator.stop() };
}

const maxTexts = 64;

const literalIndex: Expression = { kind: 'number', value: 0 };

async function inHalves(
  texts: readonly string[],
  evaluate: (texts: readonly string[]) => Promise<readonly Evaluated[]>,
): Promise<readonly Evaluated[]> {
  const middle = Math.ceil(texts.length / 2);
  return [...(await evaluate(texts.slice(0, middle))), ...(await evaluate(texts.slice(middle)))];
}

async function evaluateAtOnce(
  evaluator: PolicyEvaluator,
  texts: readonly string[],
): Promise<{
  readonly results?: readonly string[];
  readonly error: string;
  readonly costs: readonly number[];
}> {
  const given = Object.fromEntries(texts.map((text, index) => [`t${index}`, text]));
  const { object, errors, costs } = await evaluator.evaluate({
    object: policyPodOf('app:1', given),
    namespace,
  });
  const error = errors.map(({ error }) => error).join('; ');
  if (errors.length > 0) return { error, costs: [] };
  const { annotations = {} } = (object as { metadata: { annotations?: Record<string, string> } }).metadata;
  return {
    results: texts.map((_text, index) => annotations[`t${index}`] ?? ''),
    error,
    costs: costs.map(cost => cost.share),
  };
}

/** Texts one behind the other, each behind a sign that no value may hold. */
export function fields(...texts: readonly Expression[]): Expression {
  return method(list(...texts), 'join', literal(separator));
}

export const separator = '\u001e';

export const isZero = (of: Expression): Expression => binary('==', method(of, 'size'), literalIndex);
