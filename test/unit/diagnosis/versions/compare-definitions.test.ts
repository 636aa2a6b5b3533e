import { describe, expect, it } from 'vitest';
import {
  compareDefinitions,
  differencesInWords,
} from '../../../../src/diagnosis/versions/compare-definitions.ts';
import type { DefinitionInForce } from '../../../../src/diagnosis/versions/injector-version.ts';

const logs: DefinitionInForce = { sidecar: 'logs', hash: 'aaaa', image: 'logs:v1', file: 'logs.yaml' };
const proxy: DefinitionInForce = { sidecar: 'proxy', hash: 'bbbb', image: 'proxy:v1', file: 'proxy.yaml' };
const broken: DefinitionInForce = { sidecar: 'proxy', file: 'proxy.yaml', problem: 'line 1: wrong' };

describe('two sets of definitions', () => {
  it.each<
    readonly [
      what: string,
      here: readonly DefinitionInForce[],
      there: readonly DefinitionInForce[],
      words: string | undefined,
    ]
  >([
    ['are the same', [logs, proxy], [proxy, { ...logs, file: 'other.yaml' }], undefined],
    ['differ by a hash', [logs], [{ ...logs, hash: 'cccc' }], 'logs (aaaa here, cccc there)'],
    ['differ by a sidecar that is only here', [logs, proxy], [logs], 'proxy (bbbb here, none there)'],
    ['differ by a sidecar that is only there', [logs], [logs, proxy], 'proxy (none here, bbbb there)'],
    ['differ by a file that cannot be used', [logs, broken], [logs, proxy], 'proxy (none here, bbbb there)'],
    [
      'differ by the registry alone',
      [logs],
      [{ ...logs, image: 'mirror/logs:v1' }],
      'logs (image logs:v1 here, mirror/logs:v1 there)',
    ],
    [
      'differ by several, in the order of their names',
      [proxy, logs],
      [],
      'logs (aaaa here, none there), proxy (bbbb here, none there)',
    ],
  ])('%s', (_, here, there, words) => {
    expect(differencesInWords(compareDefinitions(here, there))).toBe(words);
  });

  it('are told in a line that is bounded', () => {
    const many = Array.from({ length: 500 }, (_, index) => ({ ...logs, sidecar: `s${index}` }));
    const words = differencesInWords(compareDefinitions(many, [])) ?? '';
    expect(words).toMatch(/, and 490 more$/);
    expect(words.length).toBeLessThan(1000);
  });
});
