/** That policies match patterns, take switches apart and show values as the engine does. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shownName, shownValue } from '../../src/injection/shown-value.ts';
import { at, call, integer, literal, method } from '../../src/policies/cel/build-expression.ts';
import type { Expression } from '../../src/policies/cel/expression.ts';
import { compileSwitch } from '../../src/policies/parameters/compile-switch.ts';
import { printPattern } from '../../src/policies/parameters/print-pattern.ts';
import * as shown from '../../src/policies/parameters/shown-value.ts';
import type { Parameter, SwitchValue } from '../../src/sidecars/definition.ts';
import { type ParameterSpec, parseParameter } from '../../src/sidecars/parameters/parameter.ts';
import { switchValueOf } from '../../src/sidecars/parameters/switch-value.ts';
import { compilePattern } from '../../src/sidecars/pattern/pattern.ts';
import { defaultPolicy } from '../injection-fixture.ts';
import { isInstalled } from '../installed.ts';
import { pattern } from '../property/arbitrary-pattern.ts';
import {
  type Evaluated,
  type ExpressionEvaluator,
  startExpressionEvaluator,
} from './evaluated-expressions.ts';
import { isHidden } from './parameter-agreement.ts';
import { editedText, knownTexts } from './parameter-texts.ts';

/** Runs with an evaluator of an expression, a text, of a text. */
async function withEvaluator(
  expressionOf: (text: Expression) => Expression,
  use: (evaluator: ExpressionEvaluator) => Promise<void>,
): Promise<void> {
  const evaluator = await startExpressionEvaluator(expressionOf);
  try {
    await use(evaluator);
  } finally {
    evaluator.stop();
  }
}

function parameterOf(parameterName: string, spec: ParameterSpec): Parameter {
  const parameter = parseParameter(parameterName, spec);
  if (!('read' in parameter)) throw new Error(JSON.stringify(parameter));
  return parameter;
}

const border = '\ue000';

const parameters = new Map(
  Object.entries<ParameterSpec>({
    listen: { type: 'port' },
    target: { type: 'endpoint' },
    source: { type: 'path' },
    word: { type: 'string', or: ['a::b'] },
    many: { type: 'string', list: true },
  }).map(([parameterName, spec]) => [parameterName, parameterOf(parameterName, spec)]),
);

/** The texts of the parameters in the order in which they stand in the value, each of which stands there once. */
function partsOf(switchValue: SwitchValue, text: string): string {
  const texts = switchValue.split(text).texts;
  return texts === undefined
    ? ''
    : switchValue.parts
        .flatMap(part => (typeof part === 'string' ? [] : (texts.get(part.name) ?? '')))
        .join(border);
}

function shownByEngine(text: string, type: string | undefined): string {
  return type === undefined ? shownName(text) : shownValue(text, type);
}

function showsNoMore(said: Evaluated | undefined, known: string, text: string): boolean {
  if (said === undefined || 'error' in said) return false;
  return said.text === known || (said.text.replaceAll('"', '') === '***' && isHidden(text));
}

const half = fc.stringMatching(/^[a-z]{4}[0-9]{4}$/);
const secret = fc
  .tuple(half, fc.constantFrom('', ':', '@', '?', '#', '%', '&', '/', ' ', '\\'), half)
  .map(parts => parts.join(''));
const hidingPlace = fc.constantFrom<((secret: string) => string)[]>(
  text => `https://alice:${text}@github.com/org/site.git`,
  text => `https://${text}@github.com/org/site.git`,
  text => `HTTP://alice:${text}@github.com`,
  text => ` https:/alice:${text}@github.com/org`,
  text => `alice:${text}@github.com:org/site.git`,
  text => `alice:${text}`,
  text => `https://github.com/org/site.git?token=${text}`,
  text => `https://hooks.example.com/${text}`,
  text => `hooks.example.com/${text}`,
  text => `https://oauth2:${text}/org/site.git`,
  text => `token=${text}`,
  text => `a://b://${text}`,
);

describe.skipIf(!isInstalled('go'))('policies', () => {
  it('match the patterns of definitions', async () => {
    const character = fc.constantFrom(
      ...'ab01_-.,:/ $[]',
      '\n',
      '\r',
      '\u00a0',
      '\u2028',
      '\ufeff',
      'é',
      '日',
      '\u{1f331}',
      '\0',
      '\b',
    );
    const text = fc.array(character, { maxLength: 8 }).map(parts => parts.join(''));
    const tried = fc.array(fc.tuple(pattern, fc.array(text, { minLength: 5, maxLength: 5 })), {
      minLength: 40,
      maxLength: 40,
    });
    const part = (text: Expression, index: number) =>
      at(method(text, 'split', literal(border)), integer(index));
    await withEvaluator(
      text => call('string', method(part(text, 1), 'matches', part(text, 0))),
      async evaluator => {
        const check = fc.asyncProperty(tried, async given => {
          const pairs = given.flatMap(([source, texts]) => {
            const compiled = compilePattern(source);
            if ('problem' in compiled) return [];
            const printed = printPattern(source).text;
            return texts.map(text => ({ source, text, printed, matches: compiled.matches(text) }));
          });
          const results = await evaluator.evaluate(
            pairs.map(({ text, printed }) => `${printed}${border}${text}`),
          );
          const wrong = pairs.filter(({ matches }, index) => {
            const result = results[index];
            return !(result && 'text' in result && result.text === String(matches));
          });
          expect(wrong).toEqual([]);
        });
        await fc.assert(check, { numRuns: 25 });
      },
    );
  });

  it.each([
    '${listen}:${target}',
    '${word}::${source}::x',
    'a${word}b${many}',
    '${source}=${many}',
    '${listen}${word}',
  ])('take the value %s apart', async value => {
    const switchValue = switchValueOf(value, parameters);
    const compiled = compileSwitch(switchValue, defaultPolicy);
    const piece = fc.oneof(
      ...switchValue.parts.map(part => (typeof part === 'string' ? fc.constant(part) : editedText(part))),
      fc.constantFrom(':', '::', 'a', 'b', '=', '/', '/x', '80'),
    );
    const whole = fc.tuple(
      ...switchValue.parts.map(part =>
        typeof part === 'string' ? fc.constant(part) : fc.constantFrom(...part.samples()),
      ),
    );
    const texts = fc.array(
      fc.oneof(fc.array(piece, { maxLength: 5 }), whole).map(pieces => pieces.join('')),
      { minLength: 40, maxLength: 40 },
    );
    await withEvaluator(
      text => method(compiled.split(text), 'join', literal(border)),
      async evaluator => {
        const check = fc.asyncProperty(texts, async given => {
          const short = given.filter(text => text.length <= 512);
          const results = await evaluator.evaluate(short);
          const expected = short.map(text => ({ text: partsOf(switchValue, text) }));
          expect(results.map((result, index) => [short[index], result])).toEqual(
            expected.map((result, index) => [short[index], result]),
          );
        });
        await fc.assert(check, { numRuns: 8 });
      },
    );
  });

  it.each([undefined, 'string', 'git-url', 'git-ref', 'url', 'endpoint'])(
    'show of a value of type %s what messages show, or less',
    async type => {
      const parameter = parameterOf('some', { type: type ?? 'string' });
      const hiding = fc.tuple(hidingPlace, secret).map(([place, text]) => place(text));
      const random = fc.array(fc.oneof(hiding, editedText(parameter)), { minLength: 60, maxLength: 60 });
      await withEvaluator(
        text => (type === undefined ? shown.shownName(text) : shown.shownValue(text, type)),
        async evaluator => {
          const check = async (texts: readonly string[]) => {
            const results = await evaluator.evaluate(texts);
            const wrong = texts
              .map((text, index) => ({ text, said: results[index], known: shownByEngine(text, type) }))
              .filter(({ text, said, known }) => !showsNoMore(said, known, text));
            expect(wrong.slice(0, 5)).toEqual([]);
          };
          await check(knownTexts(parameter));
          await fc.assert(fc.asyncProperty(random, check), { numRuns: 10 });
        },
      );
    },
  );
});
