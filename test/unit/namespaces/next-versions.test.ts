import { describe, expect, it } from 'vitest';
import { judgeNamespace } from '../../../src/namespaces/judge-namespace.ts';
import { usableRules } from '../../../src/namespaces/usable-rules.ts';
import { emptySidecarSet, nextSidecarSet, type SidecarSet } from '../../../src/sidecars/sidecar-set.ts';
import { defaultPolicy } from '../../injection-fixture.ts';
import { filesWithNext, sidecarSetWithNext } from '../../next-versions.ts';

const key = 'sidecar.io/logs';
const both = sidecarSetWithNext('logs');
const withoutNext = nextSidecarSet(emptySidecarSet, filesWithNext('logs').slice(0, 1));
const brokenNext = nextSidecarSet(emptySidecarSet, filesWithNext('logs', { container: {} }));

/** What is told of a Namespace that carries this from now on. */
function judged(annotations: Readonly<Record<string, string>>, sidecars: SidecarSet = both) {
  const metadata = { name: 'shop', labels: { 'sidecar.io/inject': 'enabled' }, annotations };
  const before = { metadata: { ...metadata, annotations: {} } };
  const engine = { sidecars, policy: defaultPolicy, rules: [] };
  const decision = judgeNamespace({ namespace: { metadata }, before }, engine);
  const findings = decision.outcome === 'refused' ? decision.refusals : decision.warnings;
  return [decision.outcome, ...findings.map(({ code }) => code)];
}

describe('a version on a Namespace', () => {
  it('may stand alone, for pods that ask for the sidecar', () => {
    expect(judged({ [`${key}.version`]: 'next' })).toEqual(['skipped']);
  });

  it('is judged where it is written', () => {
    expect(judged({ [`${key}.version`]: 'v2' })).toEqual(['refused', 'invalid-value']);
    expect(judged({ [`${key}.version`]: 'next' }, brokenNext)).toEqual(['refused', 'broken-definition']);
    expect(judged({ [`${key}.version`]: 'next' }, withoutNext)).toEqual(['skipped', 'no-next-version']);
  });

  it('stands beside other parameters that the next version has to take', () => {
    const other = nextSidecarSet(
      emptySidecarSet,
      filesWithNext('logs', { parameters: {}, container: { image: 'a:2' } }),
    );
    const annotations = { [`${key}.level`]: '3', [`${key}.version`]: 'next' };
    expect(judged(annotations)).toEqual(['skipped']);
    expect(judged(annotations, other)).toEqual(['refused', 'unknown-parameter']);
  });
});

describe('a version in a rule', () => {
  const rule = { from: 'rule 1', annotations: { [`${key}.version`]: 'next' } };
  const countingBy = (sidecars: SidecarSet) =>
    usableRules([rule], { sidecars, policy: defaultPolicy }).rules.length;

  it('counts where there is a next version, waits for one, and is left out while that is broken', () => {
    expect([countingBy(both), countingBy(withoutNext), countingBy(brokenNext)]).toEqual([1, 1, 0]);
  });
});
