import { describe, expect, it } from 'vitest';
import { printExpression } from '../../../../src/policies/cel/print-expression.ts';
import { compileParameters } from '../../../../src/policies/rules/compiled-parameters.ts';
import { plainParameters, textFaultVariables } from '../../../../src/policies/rules/text-faults.ts';
import { defaultPolicy, sidecarsOf } from '../../../injection-fixture.ts';

const description = 'For tests.';
const parameters = {
  target: { type: 'endpoint', description },
  depth: { type: 'integer', description },
  words: { type: 'string', pattern: '.*', description },
  paths: { type: 'path', list: true, description },
  labels: { type: 'string', map: true, description },
};

function plainOf(spec: object) {
  const [definition] = sidecarsOf({ logs: { parameters, ...spec } }).sidecars.values();
  if (definition === undefined) throw new Error('no definition');
  return plainParameters(compileParameters(definition, defaultPolicy));
}

function printed(spec: object): Readonly<Record<string, string>> {
  return Object.fromEntries(
    textFaultVariables(plainOf(spec)).map(([name, expression]) => [name, printExpression(expression)]),
  );
}

describe('the parameters of which all values are looked at together', () => {
  it('are those with one value', () => {
    const names = [...plainOf({}).keys()];
    expect(names).toEqual(expect.arrayContaining(['target', 'depth', 'words']));
    expect(names).not.toContain('paths');
    expect(names).not.toContain('labels');
  });

  it.each<[string, string, boolean]>([
    ['is it wholly', 'target', true],
    ['is a list of them', 'paths', false],
    ['is put together of several', '${target}/${depth}', false],
  ])('are that of the annotation itself where its value %s', (_what, value, isPlain) => {
    const names = [...plainOf({ value }).keys()];
    expect(names.includes('')).toBe(isPlain);
    expect(names.includes('target')).toBe(!value.includes('target'));
  });
});

describe('what no value may have', () => {
  const faults = printed({})['unsafeFaults'] ?? '';

  it('is told of texts that are given', () => {
    const { givenTexts = '', unsafeKeys } = printed({});
    expect(givenTexts).toContain("'target'");
    expect(givenTexts).not.toContain("'paths'");
    expect(unsafeKeys).toBe("variables.unsafeFaults.map(fault, fault['key'])");
  });

  it.each([
    ['empty', "'depth': 'a whole number"],
    ['too long', "; use a value of at most ' + string("],
    ['signs that cannot be seen', '; use a value without control characters (invalid-value)'],
    ['a minus', '; use a value that does not begin with "-" (invalid-value)'],
    ['spaces', '; use a value without spaces (invalid-value)'],
  ])('has its words: %s', (_what, text) => {
    expect(faults).toContain(text);
  });

  it('spares numbers their sign, and texts with a pattern their spaces', () => {
    expect(faults).toMatch(/startsWith\('-'\) && !\([^[]*\['parameter'\] in \[[^\]]*'depth'[^\]]*\]\)/);
    expect(faults).not.toMatch(/in \[[^\]]*'depth'[^\]]*'words'[^\]]*\]/);
    expect(faults).toMatch(/!\([^[]*\['parameter'\] in \['words'\]\)/);
  });
});
