import { describe, expect, it } from 'vitest';
import { excludedBeside } from '../../../src/namespaces/excluded-namespaces.ts';
import type { NamespaceFacts } from '../../../src/namespaces/namespace-facts.ts';
import { sourcesInCluster } from '../../../src/namespaces/sources-in-cluster.ts';
import { sourcesAmong } from '../../../src/namespaces/sources-of.ts';
import { podWith } from '../../injection-fixture.ts';

const key = 'sidecar.io/logs';
const named = (name: string, labels = {}): NamespaceFacts => ({
  name,
  labels: { 'kubernetes.io/metadata.name': name, ...labels },
  annotations: { [key]: 'true' },
});
const namespaces = new Map([
  ['shop', named('shop', { 'sidecar.io/inject': 'enabled' })],
  ['plain', named('plain')],
]);
const rules = [
  { from: 'rule 1', annotations: { [key]: 'true' } },
  {
    from: 'rule 2',
    namespaces: { matchLabels: { 'kubernetes.io/metadata.name': 'new' } },
    annotations: { [key]: 'true' },
  },
];

const bare = podWith({});
const annotated = podWith({ 'sidecar.io/git-sync.inject': 'false' });
const injected = podWith({ 'sidecar.io/status': '{}' });

function fromIn(namespace: string, pod: typeof bare, isClusterWide: boolean) {
  return sourcesInCluster({ namespaces, rules, isClusterWide })(namespace, pod)?.map(({ from }) => from);
}

describe('what counts in a cluster', () => {
  it.each([
    ['a labelled namespace', 'shop', bare, false, ['rule 1', 'namespace shop']],
    ['another one, whose pods are not asked about', 'plain', bare, false, []],
    ['another one, of a pod that was injected before', 'plain', injected, false, []],
    ['another one, of a pod that carries an annotation of ours', 'plain', annotated, false, ['rule 1']],
    ['another one, where all pods are asked about', 'plain', bare, true, ['rule 1']],
    ['one that is not there, by its name', 'new', bare, true, ['rule 1', 'rule 2']],
    ['one of the system', 'kube-system', annotated, true, []],
  ])('is told for %s', (...[, namespace, pod, isClusterWide, from]) => {
    expect(fromIn(namespace, pod, isClusterWide)).toEqual(from);
  });

  it('is nothing for a namespace that is left out', () => {
    const sourcesIn = sourcesInCluster({
      ...{ namespaces, rules, isClusterWide: true },
      excluded: excludedBeside('shop'),
    });
    expect(sourcesIn('shop', bare)).toEqual([]);
  });

  it('is not known where namespaces may not be read', () => {
    expect(
      sourcesInCluster({ namespaces: undefined, rules, isClusterWide: true })('shop', bare),
    ).toBeUndefined();
  });
});

describe('what counts among namespaces that are written', () => {
  const fromAmong = (name: string) => sourcesAmong(namespaces, rules)(name, {}).map(({ from }) => from);

  it('is told for those that are there, and by name for all others', () => {
    expect(fromAmong('shop')).toEqual(['rule 1', 'namespace shop']);
    expect(fromAmong('plain')).toEqual(['rule 1']);
    expect(fromAmong('new')).toEqual(['rule 1', 'rule 2']);
  });
});
