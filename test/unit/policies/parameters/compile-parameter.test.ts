import { describe, expect, it } from 'vitest';
import { at, literal, variable } from '../../../../src/policies/cel/build-expression.ts';
import { printExpression } from '../../../../src/policies/cel/print-expression.ts';
import { losses } from '../../../../src/policies/losses.ts';
import { compileParameter } from '../../../../src/policies/parameters/compile-parameter.ts';
import { compileSwitch } from '../../../../src/policies/parameters/compile-switch.ts';
import type { Parameter } from '../../../../src/sidecars/definition.ts';
import { type ParameterSpec, parseParameter } from '../../../../src/sidecars/parameters/parameter.ts';
import { switchValueOf } from '../../../../src/sidecars/parameters/switch-value.ts';
import { parameterTypes } from '../../../../src/sidecars/parameters/types/parameter-types.ts';
import { defaultPolicy } from '../../../injection-fixture.ts';

const text = variable('text');

function compiled(spec: ParameterSpec) {
  return compileParameter(parameterOf('some', spec), defaultPolicy);
}

function parameterOf(name: string, spec: ParameterSpec): Parameter {
  const parameter = parseParameter(name, spec);
  if (!('read' in parameter)) throw new Error(JSON.stringify(parameter));
  return parameter;
}

// What the expressions mean is asked of the API server's own code, in test/e2e/policy-parameters.test.ts.
describe('a parameter as expressions', () => {
  it.each([...parameterTypes.keys()])('is there for the type %s', type => {
    const { problems, fits } = compiled({ type, ...(type === 'enum' ? { values: ['a'] } : {}) });
    expect(printExpression(problems(text, literal('sidecar.io/test')))).toContain(
      'annotation sidecar.io/test',
    );
    expect(printExpression(fits(text))).toContain('variables.text');
  });

  it('has the values of its type', () => {
    const printed = (spec: ParameterSpec) => printExpression(compiled(spec).value(text));
    expect(printed({ type: 'string' })).toBe('variables.text');
    expect(printed({ type: 'port' })).toBe('int(variables.text)');
    expect(printed({ type: 'boolean' })).toBe("variables.text == 'true'");
    expect(printed({ type: 'integer', or: ['none'] })).toBe(
      "variables.text in ['none'] ? dyn(variables.text) : dyn(int(variables.text))",
    );
  });

  it('names its losses, each of which is described', () => {
    const codes = (spec: ParameterSpec) => compiled(spec).losses.map(({ code }) => code);
    expect(codes({ type: 'integer' })).toEqual(['hidden-value']);
    expect(codes({ type: 'url', list: true })).toEqual([
      'host-notation',
      'ipv6-notation',
      'many-values',
      'control-characters',
      'hidden-value',
    ]);
    expect(codes({ type: 'string', pattern: '\\p{L}+' })).toContain('unicode-version');
    for (const { sentence } of Object.values(losses)) expect(sentence).toMatch(/^[A-Z].*\.$/);
  });
});

describe('a switch as expressions', () => {
  const parameters = new Map([
    ['listen', parameterOf('listen', { type: 'port' })],
    ['target', parameterOf('target', { type: 'endpoint' })],
  ]);

  it('is its parameter where it has one only', () => {
    const { texts, losses } = compileSwitch(switchValueOf('listen', parameters), defaultPolicy);
    expect(texts(text)).toEqual(new Map([['listen', at(text, 0)]]));
    expect(losses.map(({ code }) => code)).not.toContain('long-switch');
  });

  it('has a text for each of its parameters', () => {
    const switchValue = switchValueOf('${listen}:${target}', parameters);
    const { texts, losses } = compileSwitch(switchValue, defaultPolicy);
    expect([...texts(text).keys()]).toEqual(['listen', 'target']);
    expect(losses.map(({ code }) => code)).toContain('long-switch');
  });
});
