/** That templates become the same inside the API server as the engine renders them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/kubernetes/json.ts';
import {
  at,
  bind,
  conditional,
  dyn,
  entry,
  equals,
  field,
  list,
  literal,
  mapOf,
  method,
  name,
  object,
  variable,
} from '../../src/policies/cel/build-expression.ts';
import type { Expression } from '../../src/policies/cel/expression.ts';
import { printExpression } from '../../src/policies/cel/print-expression.ts';
import { compileParameter } from '../../src/policies/parameters/compile-parameter.ts';
import { compileOptional } from '../../src/policies/template/compile-template.ts';
import { factKey } from '../../src/policies/template/conditions.ts';
import { literalOf } from '../../src/policies/template/output.ts';
import { renderTemplate } from '../../src/sidecars/template/render-template.ts';
import { parseTemplate } from '../../src/sidecars/template/template.ts';
import { defaultPolicy } from '../injection-fixture.ts';
import { isInstalled } from '../installed.ts';
import { startPolicyEvaluator } from '../policy-evaluator.ts';
import { anyTemplate, shape } from './any-templates.ts';
import { mutatingPolicy, policyPodOf } from './evaluated-policies.ts';
import { givenTexts, parameters } from './template-parameters.ts';

const compiled = new Map(
  [...parameters].map(([name, parameter]) => [name, compileParameter(parameter, defaultPolicy)] as const),
);

interface Case {
  readonly template: JsonObject;
  readonly given: Readonly<Record<string, string | undefined>>;
  readonly isOnce: boolean;
}

const cases = fc.array(fc.record({ template: anyTemplate, given: givenTexts, isOnce: fc.boolean() }), {
  minLength: 60,
  maxLength: 60,
});

function setTexts(texts: Case['given']): readonly (readonly [string, string])[] {
  return Object.entries(texts).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
}

function byEngine({ template, given, isOnce }: Case): Json | undefined {
  const values = new Map(
    setTexts(given).map(([name, value]) => {
      const reading = parameters.get(name)?.read(value);
      if (!reading?.value) throw new Error(`${name}: ${value}`);
      return [name, reading.value] as const;
    }),
  );
  return renderTemplate(parseTemplate(template, shape), { name: 'logs', values, isOnce });
}

const annotations = field(name('object'), 'metadata', 'annotations');

function annotationOf(index: number, parameter: string): string {
  return `${index}.${parameter}`;
}

/** The map of an instance, as rules/instance-values.ts makes it. */
function instanceOf(texts: Case['given'], index: number): Expression {
  const given = new Map(
    setTexts(texts).map(([name]) => [name, at(annotations, annotationOf(index, name))] as const),
  );
  return mapOf([
    entry('name', dyn(literal('logs'))),
    ...[...compiled].flatMap(([name, { value, seconds, fact, parameter }]) => {
      const text = given.get(name);
      const factEntries = parameter.facts.map(one =>
        entry(factKey(name, one), dyn(text === undefined ? literal(false) : fact(text, one))),
      );
      if (text === undefined) return factEntries;
      return [
        entry(name, dyn(value(text))),
        ...(parameter.type === 'duration' ? [entry(factKey(name, 'seconds'), dyn(seconds(text)))] : []),
        ...factEntries,
      ];
    }),
  ]);
}

function policyOf(found: Case, index: number, expected: Json | undefined): JsonObject {
  const made = compileOptional(parseTemplate(found.template, shape), {
    values: variable('instance'),
    parameters,
    isOnce: literal(found.isOnce),
  });
  const outcome = bind(made, 'made', optional =>
    conditional(
      method(optional, 'hasValue'),
      conditional(
        equals(dyn(method(optional, 'value')), dyn(literalOf(expected ?? null))),
        literal('the same'),
        literal('another'),
      ),
      literal('nothing'),
    ),
  );
  const patch = list(
    object('JSONPatch', [
      ['op', literal('add')],
      ['path', literal(`/metadata/annotations/c${index}`)],
      ['value', outcome],
    ]),
  );
  return mutatingPolicy(`c${index}`, printExpression(patch), {
    reinvocationPolicy: 'Never',
    variables: [{ name: 'instance', expression: printExpression(instanceOf(found.given, index)) }],
  });
}

function textsOf(found: readonly Case[]): Record<string, string> {
  return Object.fromEntries(
    found.flatMap(({ given }, index) =>
      setTexts(given).map(([parameter, text]) => [annotationOf(index, parameter), text]),
    ),
  );
}

const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'apps' } };

async function differences(found: readonly Case[]): Promise<readonly object[]> {
  const expected = found.map(byEngine);
  const evaluator = await startPolicyEvaluator(
    found.map((one, index) => policyOf(one, index, expected[index])),
  );
  try {
    const { object: pod, errors } = await evaluator.evaluate({
      object: policyPodOf('app:1', textsOf(found)),
      namespace,
    });
    const { annotations: outcomes } = (pod as { metadata: { annotations: Record<string, string> } }).metadata;
    return found.flatMap(({ template, given, isOnce }, index) => {
      const outcome = outcomes[`c${index}`] ?? errors.find(({ policy }) => policy === `c${index}`)?.error;
      const wanted = expected[index] === undefined ? 'nothing' : 'the same';
      if (outcome === wanted) return [];
      return [
        {
          template,
          given: Object.fromEntries(
            setTexts(given).filter(([name]) => JSON.stringify(template).includes(name)),
          ),
          isOnce,
          expected: expected[index],
          outcome,
        },
      ];
    });
  } finally {
    evaluator.stop();
  }
}

describe.skipIf(!isInstalled('go'))('templates', () => {
  it('become the same in policies as in the engine', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async found => {
        expect((await differences(found)).map(one => JSON.stringify(one))).toEqual([]);
      }),
      { numRuns: 6, endOnFailure: true },
    );
  });
});
