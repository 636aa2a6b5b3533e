/** That policies take the same texts for parameters as the engine does, mean the same by them and say the same. */
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { InjectionPolicy } from '../../src/injection/policy.ts';
import type { LossCode } from '../../src/policies/losses.ts';
import { compileParameter } from '../../src/policies/parameters/compile-parameter.ts';
import type { Parameter } from '../../src/sidecars/definition.ts';
import { type ParameterSpec, parseParameter } from '../../src/sidecars/parameters/parameter.ts';
import { emptySidecarSet, nextSidecarSet } from '../../src/sidecars/sidecar-set.ts';
import { contribFiles, defaultPolicy, shippedFiles } from '../injection-fixture.ts';
import { isInstalled } from '../installed.ts';
import { startExpressionEvaluator } from './evaluated-expressions.ts';
import {
  differenceOf,
  type Meaning,
  meaningByEngine,
  meaningExpression,
  readMeaning,
} from './parameter-agreement.ts';
import { editedText, knownTexts, longTexts } from './parameter-texts.ts';

const policy: InjectionPolicy = {
  ...defaultPolicy,
  allowedSchemes: ['https', 'ssh'],
  allowedHosts: ['github.com', '*.Example.com', 'example.com', '[::1]', '1.2.3.4'],
  allowedUrls: ['https://example.com', '*.example.org', 'münchen.de', '[0:0::1]'],
  allowedEndpoints: ['collector.example.com', 'https://a', '127.0.0.2'],
};

const specs: readonly ParameterSpec[] = [
  { type: 'string' },
  { type: 'string', pattern: '[^\\s,]+( [^\\s,]+)*', not: ['blob:none'] },
  { type: 'string', pattern: '\\p{L}{1,1500}|\\bA.\\W\\B' },
  { type: 'string', list: true },
  { type: 'string', map: true, or: ['none'] },
  { type: 'string', map: true, pattern: '[!-~]+( [!-~]+)*' },
  { type: 'integer' },
  { type: 'integer', minimum: '-3', maximum: '1000', not: ['0', '7'], or: ['none', 'auto'] },
  { type: 'integer', list: true, or: ['none'] },
  { type: 'integer', map: true },
  { type: 'boolean' },
  { type: 'boolean', or: ['auto'] },
  { type: 'enum', values: ['a', 'auto', "it's", '${x}'] },
  { type: 'enum', values: ['a', 'b'], list: true, or: ['none'] },
  { type: 'duration' },
  { type: 'duration', minimum: '1s', maximum: '1h', or: ['never'] },
  { type: 'duration', list: true },
  { type: 'quantity' },
  { type: 'quantity', minimum: '1m', maximum: '1Gi', not: ['1'] },
  { type: 'git-url' },
  { type: 'git-url', pattern: 'https://.*', expects: 'an address with https' },
  { type: 'git-ref' },
  { type: 'git-ref', not: ['main'] },
  { type: 'path' },
  { type: 'path', not: ['/etc', '/proc'], pattern: '/[a-z/]*' },
  { type: 'path', list: true, not: ['/etc'] },
  { type: 'path-segment' },
  { type: 'path-segment', map: true },
  { type: 'name' },
  { type: 'name', list: true },
  { type: 'secret' },
  { type: 'config-map' },
  { type: 'secret-key' },
  { type: 'url' },
  { type: 'url', default: 'https://elsewhere.example.net/', list: true },
  { type: 'url', map: true },
  { type: 'endpoint' },
  { type: 'endpoint', default: 'otel:4317' },
  { type: 'port' },
  { type: 'port', list: true, minimum: '80' },
  { type: 'port', map: true },
];

const written = specs.map((spec): Parameter => {
  const parameter = parseParameter('some', spec);
  if (!('read' in parameter)) throw new Error(JSON.stringify(parameter));
  return parameter;
});

const definitions = nextSidecarSet(emptySidecarSet, [...shippedFiles, ...contribFiles]).sidecars;
const shipped = [...definitions.values()].flatMap(({ name, parameters }) =>
  [...parameters.values()]
    .filter(({ isCommon }) => !isCommon || name === 'git-sync')
    .map(parameter => ({
      title: `${name}.${parameter.name}`,
      parameter: { ...parameter, needs: undefined },
    })),
);

const seen = new Map<LossCode | 'same', number>();
let greatestShare = 0;

/** The texts for which policies and engine differ, and no loss of the parameter says so. */
async function differences(
  parameter: Parameter,
  rules: InjectionPolicy,
  search: (check: (texts: readonly string[]) => Promise<void>) => Promise<void>,
): Promise<void> {
  const compiled = compileParameter(parameter, rules);
  const losses = new Set(compiled.losses.map(({ code }) => code));
  const evaluator = await startExpressionEvaluator(text => meaningExpression(compiled, text));
  try {
    await search(async texts => {
      const results = await evaluator.evaluate(texts);
      const found = texts.flatMap((text, index): readonly object[] => {
        const result = results[index];
        const engine = meaningByEngine(parameter, rules, text);
        if (result === undefined || 'error' in result) return [{ text, engine, policies: result }];
        const policies: Meaning = readMeaning(result.text);
        const difference = differenceOf(text, [engine, policies], losses);
        if (difference === undefined) return [{ text, engine, policies }];
        seen.set(difference, (seen.get(difference) ?? 0) + 1);
        return [];
      });
      expect(found.slice(0, 5)).toEqual([]);
    });
  } finally {
    greatestShare = Math.max(greatestShare, evaluator.share());
    evaluator.stop();
  }
}

describe.skipIf(!isInstalled('go'))('a parameter in CEL', () => {
  it.each(written.map((parameter, index) => ({ parameter, spec: JSON.stringify(specs[index]) })))(
    'means what it means to the engine: $spec',
    async ({ parameter }) => {
      await differences(parameter, policy, async check => {
        await check([...knownTexts(parameter), ...longTexts]);
        const texts = fc.array(editedText(parameter), { minLength: 50, maxLength: 60 });
        await fc.assert(fc.asyncProperty(texts, check), { numRuns: 6 });
      });
    },
    600_000,
  );

  it.each(shipped)('means the same in definitions: $title', async ({ parameter }) => {
    await differences(parameter, defaultPolicy, async check => {
      await check(knownTexts(parameter));
      const texts = fc.array(editedText(parameter), { minLength: 50, maxLength: 60 });
      await fc.assert(fc.asyncProperty(texts, check), { numRuns: 1 });
    });
  });

  it('differs in all ways that are listed for parameters, and in no other', () => {
    const expected: readonly LossCode[] = [
      'control-characters',
      'hidden-value',
      'host-notation',
      'ipv6-notation',
      'large-exponent',
      'many-values',
    ];
    expect([...seen.keys()].filter(code => code !== 'same').sort()).toEqual(expected);
    expect(seen.get('same')).toBeGreaterThan(20_000);
  });

  afterAll(() => {
    console.info(
      `differences: ${JSON.stringify(Object.fromEntries(seen))}; greatest share of a batch: ${greatestShare}`,
    );
  });
});
