import { describe, expect, it } from 'vitest';
import { emptySidecarSet, nextSidecarSet } from '../../../../src/sidecars/sidecar-set.ts';
import {
  codes,
  decide,
  gitSync,
  injected,
  podWith,
  shippedSidecars,
  sidecarsOf,
  told,
} from '../../../injection-fixture.ts';

describe('the order of several sidecars', () => {
  const sidecars = sidecarsOf({ zebra: { order: -5 }, alpha: {}, beta: {}, last: { order: 7 } });
  const orderOf = (annotations: Readonly<Record<string, string>>) =>
    injected(podWith(annotations), { sidecars }).sidecars.map(({ instance }) => instance.name);

  it('is that of their definitions, then that of their names', () => {
    const names = [
      'sidecar.io/beta',
      'sidecar.io/last',
      'sidecar.io/alpha_2',
      'sidecar.io/zebra',
      'sidecar.io/alpha',
    ];
    const expected = ['zebra', 'alpha', 'alpha-2', 'beta', 'last'];
    const asked = names.map(name => [name, 'true'] as const);
    expect(orderOf(Object.fromEntries(asked))).toEqual(expected);
    expect(orderOf(Object.fromEntries(asked.toReversed()))).toEqual(expected);
  });

  it('is that of the names that their containers have, not of the keys', () => {
    const set = sidecarsOf({ logs: {}, 'logs-z': {} });
    const decision = injected(podWith({ 'sidecar.io/logs_x': 'true', 'sidecar.io/logs-z': 'true' }), {
      sidecars: set,
    });
    expect(decision.sidecars.map(({ instance }) => instance.name)).toEqual(['logs-x', 'logs-z']);
  });

  it('is the order in which they start', () => {
    const decision = injected(podWith({ 'sidecar.io/alpha': 'true', 'sidecar.io/zebra': 'true' }), {
      sidecars,
    });
    const value = decision.operations.find(({ path }) => path === '/spec/initContainers')?.value;
    expect(value).toMatchObject([{ name: 'zebra' }, { name: 'alpha' }]);
  });
});

describe('a sidecar that nobody defined', () => {
  it('is refused, with the nearest name and all names', () => {
    const decision = decide(podWith({ 'sidecar.io/gitsync': 'x' }));
    expect(told(decision)).toEqual([
      'unknown-sidecar: annotation sidecar.io/gitsync: no sidecar "gitsync"; did you mean "git-sync"? known: git-sync, log-collector, statsd-exporter, tls-proxy',
    ]);
  });

  it('is refused without a guess where no name is near', () => {
    expect(told(decide(podWith({ 'sidecar.io/envoy': 'x' })))).toEqual([
      'unknown-sidecar: annotation sidecar.io/envoy: no sidecar "envoy"; known: git-sync, log-collector, statsd-exporter, tls-proxy',
    ]);
  });

  it('is refused where there are no sidecars at all', () => {
    const decision = decide(podWith({ 'sidecar.io/git-sync': 'x' }), { sidecars: emptySidecarSet });
    expect(told(decision)).toEqual([
      'unknown-sidecar: annotation sidecar.io/git-sync: no sidecar "git-sync"; known: none',
    ]);
  });

  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
    'is refused although every object has such a member: %s',
    name => {
      expect(codes(decide(podWith({ [`sidecar.io/${name}`]: 'true' })))).toEqual(['unknown-sidecar']);
    },
  );

  it('is a warning where the operator lets others use the prefix, and the pod is left alone', () => {
    const decision = decide(podWith({ 'sidecar.io/envoy': 'x' }), { policy: { unknownSidecars: 'warn' } });
    expect(decision).toMatchObject({ outcome: 'skipped', reason: 'not-requested' });
    expect(codes(decision)).toEqual(['unknown-sidecar']);
  });

  it('does not keep a known one away where it is a warning', () => {
    const pod = podWith({
      ...gitSync({ mount: '/site' }),
      'sidecar.io/envoy': 'x',
      'sidecar.io/envoy.port': '1',
    });
    const decision = decide(pod, { policy: { unknownSidecars: 'warn' } });
    expect(decision.outcome).toBe('injected');
    expect(codes(decision)).toEqual(['unknown-sidecar']);
  });
});

describe('a sidecar whose file is broken', () => {
  const file = {
    name: 'logs.yaml',
    text: 'apiVersion: sidecar.io/v1\nkind: Sidecar\nmetadata: {name: logs}\n',
  };
  const sidecars = nextSidecarSet(emptySidecarSet, [file]);

  it('is refused by name, with what is wrong and where', () => {
    const [line] = told(decide(podWith({ 'sidecar.io/logs': 'true' }), { sidecars }));
    expect(line).toMatch(/^broken-definition: sidecar\.io\/logs: .*logs\.yaml:\d+: .*"spec" is missing/);
  });

  it('is refused although the operator lets others use the prefix', () => {
    const decision = decide(podWith({ 'sidecar.io/logs': 'true' }), {
      sidecars,
      policy: { unknownSidecars: 'warn' },
    });
    expect(decision).toMatchObject({ outcome: 'refused' });
  });

  it('is among the known names', () => {
    expect(told(decide(podWith({ 'sidecar.io/log': 'true' }), { sidecars }))[0]).toContain(
      'did you mean "logs"?',
    );
  });
});

describe('a key that breaks the grammar', () => {
  it('is refused with the grammar', () => {
    const pod = podWith({ ...gitSync({ mount: '/site' }), 'sidecar.io/git-sync_Docs.ref': 'x' });
    expect(told(decide(pod))).toEqual([
      'invalid-key: annotation sidecar.io/git-sync_Docs.ref: use sidecar.io/git-sync[_<instance>][.<parameter>]',
    ]);
  });

  it('is a matter of the sidecar that it names', () => {
    const pod = podWith({ 'sidecar.io/envoy.a.b': 'x' });
    expect(codes(decide(pod))).toEqual(['unknown-sidecar']);
    expect(codes(decide(pod, { policy: { unknownSidecars: 'warn' } }))).toEqual(['unknown-sidecar']);
  });

  // The API server refuses such a key, though only after the webhooks.
  it('is shown without its control characters', () => {
    const pod = podWith({ ...gitSync(), 'sidecar.io/a\nb': 'x' });
    expect(told(decide(pod)).join('')).not.toMatch(/\n/);
  });
});

describe('all problems of a pod', () => {
  it('are told together', () => {
    const pod = podWith({
      'sidecar.io/git-sync.depth': 'x',
      'sidecar.io/git-sync.bogus': 'x',
      'sidecar.io/git-sync_docs': '',
      'sidecar.io/envoy': 'x',
      'sidecar.io/inject': 'x',
      'sidecar.io/status': 'x',
    });
    expect(codes(decide(pod)).toSorted()).toEqual([
      'empty-value',
      'invalid-inject',
      'invalid-status',
      'invalid-value',
      'parameter-without-switch',
      'unknown-parameter',
      'unknown-sidecar',
    ]);
  });

  it('keep what is right from being injected', () => {
    const pod = podWith({ ...gitSync({ mount: '/site' }), 'sidecar.io/git-sync_docs': '' });
    expect(decide(pod)).toMatchObject({ outcome: 'refused' });
  });
});

it('has the definitions that ship', () => {
  expect([...shippedSidecars.sidecars.keys()]).toEqual([
    'git-sync',
    'log-collector',
    'statsd-exporter',
    'tls-proxy',
  ]);
});
