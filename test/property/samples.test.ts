import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseParameter } from '../../src/sidecars/parameters/parameter.ts';
import { parameterTypes } from '../../src/sidecars/parameters/types/parameter-types.ts';
import { compilePattern } from '../../src/sidecars/pattern/pattern.ts';
import { textsOf } from '../../src/sidecars/samples/pattern-texts.ts';
import { pattern } from './arbitrary-pattern.ts';

const number = fc.integer({ min: -50, max: 70_000 }).map(String);
const text = fc.oneof(number, fc.constantFrom('1Gi', '100m', '30s', '2h', 'true', 'off', 'a', '/a'));
const limits = {
  pattern,
  minimum: text,
  maximum: text,
  values: fc.array(text, { minLength: 1, maxLength: 3 }),
};
/** Parameters with what makes sense for their type, most of them right. */
const parameterSpec = fc.constantFrom(...parameterTypes).chain(([type, { constraints, isSingle }]) =>
  fc.record(
    {
      type: fc.constant(type),
      ...Object.fromEntries(constraints.map(key => [key, limits[key]] as const)),
      not: fc.array(text, { maxLength: 3 }),
      or: fc.array(text, { maxLength: 2 }),
      ...(isSingle ? {} : { list: fc.boolean() }),
    },
    { requiredKeys: type === 'enum' ? ['type', 'values' as never] : ['type'] },
  ),
);

describe('the samples of any parameter', () => {
  it('are values that it accepts', () => {
    const sums = { read: 0, sampled: 0 };
    fc.assert(
      fc.property(parameterSpec, spec => {
        const parameter = parseParameter('sample-of', spec);
        if (!('read' in parameter)) return;
        sums.read += 1;
        const samples = parameter.samples();
        if (samples.length > 0) sums.sampled += 1;
        for (const sample of samples) expect(parameter.read(sample), sample).toHaveProperty('value');
        expect(new Set(samples).size).toBe(samples.length);
      }),
      { numRuns: 2000 },
    );
    expect(sums.read).toBeGreaterThan(200);
    expect(sums.sampled / sums.read, JSON.stringify(sums)).toBeGreaterThan(0.7);
  });

  it('of a pattern are what JavaScript takes for it too', () => {
    const sums = { patterns: 0, empty: 0 };
    fc.assert(
      fc.property(pattern, source => {
        const compiled = compilePattern(source);
        if ('problem' in compiled) return;
        const texts = textsOf(compiled.program, 20);
        sums.patterns += 1;
        if (texts.length === 0) sums.empty += 1;
        for (const value of texts.filter(({ length }) => length <= 20)) {
          expect(compiled.matches(value), `${source} on ${JSON.stringify(value)}`).toBe(true);
          expect(value, source).toMatch(new RegExp(`^(?:${source})$`, 'u'));
        }
      }),
      { numRuns: 2000 },
    );
    // Some match nothing, or nothing but the empty text or what cannot be seen.
    expect(sums.empty / sums.patterns, JSON.stringify(sums)).toBeLessThan(0.6);
  });
});
