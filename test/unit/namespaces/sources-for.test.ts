import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { excludedBeside } from '../../../src/namespaces/excluded-namespaces.ts';
import type { InjectionRule } from '../../../src/namespaces/injection-rule.ts';
import { sourcesFor } from '../../../src/namespaces/sources-for.ts';

const annotations = { 'sidecar.io/logs': 'true' };

const rules: readonly InjectionRule[] = [
  { from: 'rule 1', annotations },
  { from: 'rule 2', namespaces: { matchLabels: { team: 'a' } }, annotations },
  {
    from: 'rule 3',
    pods: { matchExpressions: [{ key: 'app', operator: 'In', values: ['web'] }] },
    annotations,
  },
  {
    from: 'rule 4',
    namespaces: { matchExpressions: [{ key: 'team', operator: 'DoesNotExist' }] },
    pods: { matchLabels: { app: 'web' } },
    annotations,
  },
];

const facts = (label: string | undefined, more: Readonly<Record<string, string>> = {}, name = 'shop') => ({
  name,
  labels: { ...(label === undefined ? {} : { 'sidecar.io/inject': label }), ...more },
  annotations,
});
const web = { app: 'web' };

describe('what counts for a pod beside its own annotations', () => {
  it.each([
    ['nothing where nothing is known', undefined, web, []],
    ['rules, in their order', facts(undefined), {}, ['rule 1']],
    ['rules for its labels', facts(undefined), web, ['rule 1', 'rule 3', 'rule 4']],
    ['rules for its namespace', facts(undefined, { team: 'a' }), web, ['rule 1', 'rule 2', 'rule 3']],
    ['its namespace, which is the strongest', facts('enabled'), {}, ['rule 1', 'namespace shop']],
    ['all of them', facts('enabled', { team: 'a' }), web, ['rule 1', 'rule 2', 'rule 3', 'namespace shop']],
    ['nothing in a namespace that is disabled', facts('disabled', { team: 'a' }), web, []],
    ['no namespace with another label', facts('true'), {}, ['rule 1']],
    ['no namespace with an empty label', facts(''), {}, ['rule 1']],
    ['nothing in kube-system', facts('enabled', {}, 'kube-system'), web, []],
    ['nothing in kube-node-lease', facts('enabled', {}, 'kube-node-lease'), web, []],
    ['nothing beside the injector', facts('enabled', {}, 'sidecar-injector'), web, []],
    ['no label that every object has', { ...facts(undefined), labels: {} }, {}, ['rule 1']],
  ] as const)('%s', (_title, namespace, labels, from) => {
    expect(sourcesFor(namespace, labels, rules).map(source => source.from)).toEqual(from);
  });

  it('is nothing without rules and label', () => {
    expect(sourcesFor(facts(undefined), web, [])).toEqual([]);
    expect(sourcesFor(facts('enabled'), web)).toEqual([{ from: 'namespace shop', annotations }]);
  });

  it('is nothing in the namespace in which the injector is installed, and something in the usual one', () => {
    const from = (name: string) =>
      sourcesFor(facts('enabled', {}, name), {}, [], excludedBeside('platform')).map(source => source.from);
    expect(from('platform')).toEqual([]);
    expect(from('sidecar-injector')).toEqual(['namespace sidecar-injector']);
  });

  it('leaves out the namespaces that the registration does', () => {
    const file = readFileSync('deploy/base/mutating-webhook-configuration.yaml', 'utf8');
    const names = /metadata\.name\s+operator: NotIn\s+values: \[(.+)\]/.exec(file)?.[1]?.split(', ') ?? [];
    expect(names).toHaveLength(3);
    for (const name of names) expect(sourcesFor(facts('enabled', {}, name), web, rules)).toEqual([]);
  });
});
