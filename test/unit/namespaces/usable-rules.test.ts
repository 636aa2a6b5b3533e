import { describe, expect, it } from 'vitest';
import { usableRules } from '../../../src/namespaces/usable-rules.ts';
import { defaultPolicy, shippedSidecars } from '../../injection-fixture.ts';

type Annotations = Readonly<Record<string, string>>;

function usable(annotations: readonly Annotations[], more: object = {}, maximumSidecars = 10) {
  const rules = annotations.map((own, index) => ({ from: `rule ${index + 1}`, ...more, annotations: own }));
  const policy = { ...defaultPolicy, maximumSidecars };
  const found = usableRules(rules, { sidecars: shippedSidecars, policy });
  return [
    found.rules.map(({ from }) => from),
    found.problems.map(({ rule, problem }) => `${rule}: ${problem.code}`),
  ];
}

const exporter = { 'sidecar.io/statsd-exporter': 'true' };
const collector = { 'sidecar.io/log-collector': '/var/log/app/*.log' };

describe('the rules that count', () => {
  it('are all that the definitions can fulfil', () => {
    expect(usable([exporter, collector, { 'sidecar.io/statsd-exporter.port': '9000' }])).toEqual([
      ['rule 1', 'rule 2', 'rule 3'],
      [],
    ]);
  });

  it.each([
    ['an unknown sidecar', { 'sidecar.io/logs': 'true' }, 'unknown-sidecar'],
    ['a default for an unknown sidecar', { 'sidecar.io/logs.x': 'true' }, 'unknown-sidecar'],
    ['a wrong value', { ...exporter, 'sidecar.io/statsd-exporter.port': '0' }, 'invalid-value'],
    ['a missing parameter', { 'sidecar.io/tls-proxy': '8443:8080' }, 'missing-parameter'],
  ])('are not those with %s, and the others keep their numbers', (_title, annotations, code) => {
    const [rules, problems] = usable([exporter, annotations, collector]);
    expect(rules).toEqual(['rule 1', 'rule 3']);
    expect(new Set(problems)).toEqual(new Set([`rule 2: ${code}`]));
  });

  it('are no more together than a pod may have, where they are for all pods', () => {
    expect(usable([exporter, collector], {}, 1)).toEqual([['rule 1'], ['rule 2: too-many-sidecars']]);
    expect(usable([exporter, collector], { pods: { matchLabels: { app: 'web' } } }, 1)).toEqual([
      ['rule 1', 'rule 2'],
      [],
    ]);
  });
});
