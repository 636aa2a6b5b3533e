/** What becomes of pods that inherit annotations: what counts beside their own is in inheritance/. */
import { describe, expect, it } from 'vitest';
import { createInjector } from '../../../src/injection/inject.ts';
import { applyPatch } from '../../../src/injection/patch/apply-patch.ts';
import { parseStatus } from '../../../src/injection/status/pod-status.ts';
import { uninject } from '../../../src/injection/uninject.ts';
import type { Pod, PodSpec } from '../../../src/kubernetes/pod.ts';
import {
  codes,
  decide,
  defaultPolicy,
  gitSync,
  podAfter,
  podWith,
  type Setting,
  shippedSidecars,
  sidecarsOf,
  sourceOf,
  told,
} from '../../injection-fixture.ts';

type Annotations = Readonly<Record<string, string>>;

const logs = { 'sidecar.io/logs': 'true' };
const sidecars = sidecarsOf({
  logs: { parameters: { level: { type: 'integer', description: 'Level.' } } },
  site: {
    volumes: [{ name: '${volume}', emptyDir: {}, shared: true }],
    container: { image: 'example.com/site:v1', volumeMounts: [{ name: '${volume}', mountPath: '/site' }] },
  },
  web: { container: { image: 'example.com/web:v1', ports: [{ containerPort: 80 }] } },
  log: {},
  'log-b': {},
  old: { parameters: { inject: { type: 'string', description: 'Its own.' } } },
});

const inShop = (annotations: Annotations, rules: readonly Annotations[] = []): Setting => ({
  sidecars,
  sources: [...rules.map((rule, index) => sourceOf(rule, `rule ${index + 1}`)), sourceOf(annotations)],
});

const namesIn = ({ spec }: Pod) => (spec.initContainers ?? []).map(({ name }) => name);

function statusOf({ metadata }: Pod) {
  return parseStatus(metadata.annotations?.['sidecar.io/status'] ?? '');
}

/** The same pod with other annotations; one that is undefined is taken off. */
function edited(pod: Pod, changes: Readonly<Record<string, string | undefined>>): Pod {
  const all = Object.entries({ ...pod.metadata.annotations, ...changes });
  const annotations = Object.fromEntries(
    all.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])),
  );
  return { ...pod, metadata: { ...pod.metadata, annotations } };
}

describe('a pod without annotations', () => {
  const bare = { metadata: { name: 'web' }, spec: { containers: [{ name: 'app' }] } } as Pod;

  it.each([undefined, null, {}])('gets what its namespace asks for: %j', annotations => {
    const pod = { ...bare, metadata: { ...bare.metadata, annotations } } as Pod;
    expect(namesIn(podAfter(pod, inShop(logs)))).toEqual(['logs']);
  });

  it('is not touched without sources', () => {
    expect(decide(bare, { sidecars })).toEqual({ outcome: 'skipped', reason: 'not-requested', warnings: [] });
  });

  it('is left alone as a mirror pod, and where the namespace leaves all out', () => {
    const mirror = podWith({ 'kubernetes.io/config.mirror': 'x' });
    expect(decide(mirror, inShop(logs))).toMatchObject({ reason: 'mirror-pod' });
    const off = inShop({ ...logs, 'sidecar.io/inject': 'false' });
    expect(decide(podWith({}), off)).toEqual({ outcome: 'skipped', reason: 'opted-out', warnings: [] });
    expect(namesIn(podAfter(podWith({ 'sidecar.io/inject': 'true' }), off))).toEqual(['logs']);
  });
});

describe('the status of a pod', () => {
  const level = (value: string) => ({ 'sidecar.io/logs.level': value });

  it('has no word of sources where the pod asks for all', () => {
    const pod = podWith(logs);
    expect(podAfter(pod, inShop({ 'sidecar.io/web.cpu': '1' }))).toEqual(podAfter(pod, { sidecars }));
    expect(podAfter(pod, inShop({ 'sidecar.io/logs': 'true' }))).toEqual(podAfter(pod, { sidecars }));
  });

  it('says where the switch comes from, the strongest of those that have it', () => {
    expect(statusOf(podAfter(podWith({}), inShop(logs)))).toMatchObject({ logs: { from: 'namespace shop' } });
    expect(statusOf(podAfter(podWith({}), inShop(level('2'), [logs])))).toMatchObject({
      logs: { from: 'rule 1' },
    });
    expect(statusOf(podAfter(podWith({}), inShop({}, [logs, logs])))).toMatchObject({
      logs: { from: 'rule 2' },
    });
  });

  it('says that something was inherited where only that is a parameter', () => {
    const entry = statusOf(podAfter(podWith(logs), inShop(level('2'))))?.['logs'];
    expect(entry).toHaveProperty('inherited');
    expect(entry).not.toHaveProperty('from');
  });

  it('hashes what the pod has itself and what it inherits apart', () => {
    const hashes = (own: Annotations, inherited: Annotations) => {
      const entry = statusOf(podAfter(podWith(own), inShop(inherited)))?.['logs'];
      return entry !== undefined && 'parameters' in entry ? [entry.parameters, entry.inherited] : [];
    };
    const [own, inherited] = hashes(logs, level('2'));
    expect(hashes(logs, level('3'))[0]).toBe(own);
    expect(hashes(logs, level('3'))[1]).not.toBe(inherited);
    expect(hashes(logs, { ...level('2'), ...logs, 'sidecar.io/web.cpu': '1' })).toEqual([own, inherited]);
    expect(hashes(logs, {})).toEqual([own, undefined]);
    expect(hashes({ ...logs, ...level('2') }, {})[0]).not.toBe(own);
  });
});

describe('a pod that comes again', () => {
  const injectedPod = podAfter(podWith({}), inShop({ ...logs, 'sidecar.io/logs.level': '2' }));

  it.each<[string, Setting]>([
    ['the same', inShop({ ...logs, 'sidecar.io/logs.level': '2' })],
    ['another value', inShop({ ...logs, 'sidecar.io/logs.level': '3' })],
    ['a wrong value', inShop({ ...logs, 'sidecar.io/logs.level': 'high' })],
    ['another sidecar too', inShop({ ...logs, 'sidecar.io/web': 'true' })],
    ['an unknown sidecar too', inShop({ ...logs, 'sidecar.io/none': 'true', 'sidecar.io/NONE': 'true' })],
    ['a key that nobody can read, of the same sidecar', inShop({ ...logs, 'sidecar.io/logs..x': 'true' })],
    ['a wrong word for all', inShop({ ...logs, 'sidecar.io/inject': 'maybe' })],
  ])('is left as it is where its namespace has %s', (_what, setting) => {
    expect(decide(injectedPod, setting)).toEqual({
      outcome: 'skipped',
      reason: 'already-injected',
      warnings: [],
    });
  });

  it.each<[string, Setting]>([
    ['nothing any more', inShop({})],
    ['no label', { sidecars }],
    ['a sidecar left out', inShop({ ...logs, 'sidecar.io/logs.inject': 'false' })],
    ['other sidecars', inShop({ 'sidecar.io/web': 'true' })],
  ])('is left as it is, without a warning, where its namespace has %s', (_what, setting) => {
    expect(decide(injectedPod, setting)).toEqual({
      outcome: 'skipped',
      reason: 'not-requested',
      warnings: [],
    });
  });

  it('gets what it asks for itself, with the defaults of its namespace', () => {
    const asking = edited(injectedPod, { 'sidecar.io/web': 'true' });
    const after = podAfter(asking, inShop({ 'sidecar.io/web.cpu': '2', 'sidecar.io/site': 'true' }));
    expect(namesIn(after).toSorted()).toEqual(['logs', 'web']);
    expect(JSON.stringify(after.spec.initContainers)).toContain('"cpu":"2"');
  });

  it('is refused where its own annotations were edited, as ever', () => {
    const changed = edited(injectedPod, { 'sidecar.io/logs.level': '5' });
    expect(codes(decide(changed, inShop(logs)))).toEqual(['parameters-changed']);
  });

  it('gets its container back that another webhook took out', () => {
    const bare = { ...injectedPod, spec: { ...injectedPod.spec, initContainers: [] } };
    expect(namesIn(podAfter(bare, inShop(logs)))).toEqual(['logs']);
    // Nothing is left of what its status tells: it is as good as new.
    expect(namesIn(podAfter(bare, inShop({ 'sidecar.io/web': 'true' })))).toEqual(['web']);
  });

  it('keeps a parameter of its own although its namespace asks no longer', () => {
    const own = { 'sidecar.io/logs.level': '4' };
    const pod = podAfter(podWith(own), inShop(logs));
    expect(decide(pod, inShop({}))).toMatchObject({ outcome: 'skipped', reason: 'already-injected' });
    expect(codes(decide(podWith(own), inShop({})))).toEqual(['parameter-without-switch']);
  });

  it('loses all of it by its status alone', () => {
    const removal = uninject(injectedPod);
    expect(removal).toMatchObject({ outcome: 'uninjected', sidecars: ['logs'] });
    const left = removal.outcome === 'uninjected' ? applyPatch(injectedPod, removal.operations) : undefined;
    expect(left).toEqual({ ...podWith({}), spec: { ...podWith({}).spec, initContainers: [] } });
  });
});

describe('a pod for Windows', () => {
  const windows: Partial<PodSpec> = { nodeSelector: { 'kubernetes.io/os': 'windows' } };

  it.each<[string, Annotations]>([
    ['nothing', {}],
    ['nothing of ours', { 'example.com/a': 'b' }],
    ['that one sidecar is left out', { 'sidecar.io/web.inject': 'false' }],
    ['that one sidecar is off', { 'sidecar.io/web': 'false' }],
    ['yes', { 'sidecar.io/inject': 'true' }],
  ])('is skipped where it says %s itself', (_what, own) => {
    expect(decide(podWith(own, windows), inShop({ ...logs, 'sidecar.io/none': 'x' }))).toEqual({
      outcome: 'skipped',
      reason: 'not-on-windows',
      warnings: [],
    });
  });

  it('is refused for what it asks for itself', () => {
    const decision = decide(podWith({ 'sidecar.io/web': 'true' }, windows), inShop(logs));
    expect(told(decision)).toEqual([
      'windows-pod: sidecar.io/web: the pod is for Windows, the sidecar runs on Linux; remove the annotation',
    ]);
  });

  it('is no pod for Windows with another word', () => {
    expect(codes(decide(podWith({}, { os: { name: 'linux' } }), inShop(logs)))).toEqual([]);
  });
});

describe('what stands against an inherited sidecar', () => {
  const wayOut = (key: string) =>
    `; it comes from namespace shop: set ${key}.inject: "false" on the pod to leave it out`;
  const host = { hostNetwork: true };

  it('is a port on the network of the node, of which there is only one', () => {
    const web = { 'sidecar.io/web': 'true' };
    expect(told(decide(podWith({}, host), inShop(web)))).toEqual([
      `port-of-node: sidecar.io/web: hostNetwork would make 80/TCP a port of the node${wayOut('sidecar.io/web')}`,
    ]);
    expect(decide(podWith(web, host), inShop(web))).toMatchObject({ outcome: 'injected' });
    expect(decide(podWith({}, host), inShop(logs))).toMatchObject({ outcome: 'injected', warnings: [] });
  });

  it('is that nobody knows which container a mount is for', () => {
    const site = { 'sidecar.io/site': 'true', 'sidecar.io/site.mount': '/srv' };
    const two = { containers: [{ name: 'a' }, { name: 'b' }] };
    expect(told(decide(podWith({}, two), inShop(site)))).toEqual([
      'mount-container-ambiguous: annotation sidecar.io/site.mount: which container? set sidecar.io/site.containers to one or more of a,b' +
        wayOut('sidecar.io/site'),
    ]);
    const preset = podWith({ 'kubectl.kubernetes.io/default-container': 'c' }, two);
    expect(told(decide(preset, inShop(site)))[0]).toMatch(/^mount-container-unknown: .*to leave it out$/);
    expect(decide(podWith({}), inShop(site))).toMatchObject({ outcome: 'injected' });
  });

  it('is the number of all sidecars together', () => {
    const policy = { maximumSidecars: 1 };
    const many = { ...inShop({ 'sidecar.io/web': 'true' }), policy };
    expect(told(decide(podWith(logs), many))).toEqual([
      'too-many-sidecars: the annotations ask for 2 sidecars, at most 1 may be in a pod; remove some, or have maximumSidecars ' +
        'raised in the configuration of the injector; some come from namespace shop: set sidecar.io/web.inject: "false" on the ' +
        'pod to leave one out',
    ]);
    const left = podWith({ ...logs, 'sidecar.io/web.inject': 'false' });
    expect(decide(left, many)).toMatchObject({ outcome: 'injected' });
  });

  it('is a port or a name that the pod itself takes by another sidecar', () => {
    const web = { 'sidecar.io/web': 'true' };
    const wayOn = 'set sidecar.io/web.inject: "false" on the pod to leave it out';
    const second = decide(podWith({ 'sidecar.io/web_b': 'true' }), inShop(web));
    expect(told(second)).toEqual([
      'port-taken: sidecar.io/web_b: container web has the port 80/TCP already; containers of a pod share their ports, so ' +
        `move one of them; it comes from namespace shop: ${wayOn}`,
    ]);
    const twin = decide(podWith({ 'sidecar.io/log-b': 'true' }), inShop({ 'sidecar.io/log_b': 'true' }));
    expect(told(twin)[0]).toMatch(
      /^name-clash: .*: set sidecar.io\/log_b.inject: "false" on the pod to leave it out$/,
    );
    const own = decide(podWith({ ...web, 'sidecar.io/web_b': 'true' }), inShop(logs));
    expect(told(own)[0]).toMatch(/^port-taken: .* so move one of them$/);
  });

  it('is no longer there with the way out that it names', () => {
    const wrong = { 'sidecar.io/none': 'true', 'sidecar.io/logs': 'maybe', 'sidecar.io/Up': 'x' };
    const decision = decide(podWith({}), inShop(wrong));
    const keys = told(decision).map(line => /set (\S+): "false" on the pod/.exec(line)?.[1] ?? '');
    expect(keys.toSorted()).toEqual(
      Object.keys(wrong)
        .map(key => `${key}.inject`)
        .toSorted(),
    );
    const left = podWith(Object.fromEntries(keys.map(key => [key, 'false'])));
    expect(decide(left, inShop(wrong))).toMatchObject({ outcome: 'skipped', reason: 'not-requested' });
  });
});

describe('the parameter inject', () => {
  it.each<[string, Annotations]>([
    ['beside its sidecar', { 'sidecar.io/logs': 'true', 'sidecar.io/logs.inject': 'false' }],
    ['alone', { 'sidecar.io/logs.inject': 'false' }],
    ['alone, as if it were absent', { 'sidecar.io/logs.inject': 'true' }],
    ['beside parameters alone', { 'sidecar.io/logs.level': '1', 'sidecar.io/logs.inject': 'false' }],
    ['beside what nobody understands', { 'sidecar.io/logs.no': '', 'sidecar.io/logs.inject': 'false' }],
    ['for a sidecar that nobody knows', { 'sidecar.io/none': 'true', 'sidecar.io/none.inject': 'false' }],
    ['for an instance', { 'sidecar.io/logs_b': 'true', 'sidecar.io/logs_b.inject': 'false' }],
  ])('leaves a sidecar out %s', (_where, annotations) => {
    expect(decide(podWith(annotations), { sidecars })).toEqual({
      outcome: 'skipped',
      reason: 'not-requested',
      warnings: [],
    });
  });

  it('is for that exact instance', () => {
    const both = { ...logs, 'sidecar.io/logs_b': 'true' };
    const left = (key: string) => namesIn(podAfter(podWith({ ...both, [key]: 'false' }), { sidecars }));
    expect(left('sidecar.io/logs.inject')).toEqual(['logs-b']);
    expect(left('sidecar.io/logs_b.inject')).toEqual(['logs']);
    expect(left('sidecar.io/logs-b.inject')).toEqual(['logs', 'logs-b']);
  });

  it('changes nothing where it says true', () => {
    const pod = podWith({ ...logs, 'sidecar.io/logs.inject': 'true' });
    expect(statusOf(podAfter(pod, { sidecars }))).toEqual(statusOf(podAfter(podWith(logs), { sidecars })));
  });

  it('does not count as one that is asked for', () => {
    const policy = { maximumSidecars: 1 };
    const others = Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [`sidecar.io/none_${index}.inject`, 'false'] as const),
    );
    expect(decide(podWith({ ...logs, ...others }), { sidecars, policy })).toMatchObject({
      outcome: 'injected',
    });
  });

  it('is refused with another value, which is told alone', () => {
    expect(told(decide(podWith({ 'sidecar.io/logs.inject': 'no' }), { sidecars }))).toEqual([
      'invalid-value: annotation sidecar.io/logs.inject: got "no"; use "true" or "false"',
    ]);
  });

  it('leaves what was injected before without a warning where the namespace asked for it', () => {
    const pod = edited(podAfter(podWith({}), inShop(logs)), { 'sidecar.io/logs.inject': 'false' });
    expect(codes(decide(pod, inShop(logs)))).toEqual([]);
    const own = edited(podAfter(podWith(logs), { sidecars }), { 'sidecar.io/logs.inject': 'false' });
    expect(codes(decide(own, { sidecars }))).toEqual(['request-withdrawn']);
  });

  it("is the definition's own where it has one of that name", () => {
    const annotations = { 'sidecar.io/old': 'true', 'sidecar.io/old.inject': 'false' };
    expect(namesIn(podAfter(podWith(annotations), { sidecars }))).toEqual(['old']);
  });
});

describe('what a namespace leaves out although the pod asks for it', () => {
  const mark = JSON.stringify({ logs: { leftToOthers: true } });

  it.each<[string, Annotations]>([
    ['one sidecar', { 'sidecar.io/logs.inject': 'false' }],
    ['all', { 'sidecar.io/inject': 'false' }],
    ['it by its switch', { 'sidecar.io/logs': 'false' }],
  ])('is marked as seen, so that the guard lets the pod in: %s', (_what, left) => {
    const pod = podWith('sidecar.io/logs' in left ? { 'sidecar.io/logs.level': '1' } : logs);
    const decision = decide(pod, inShop(left));
    expect(decision).toMatchObject({
      outcome: 'skipped',
      operations: [{ path: '/metadata/annotations/sidecar.io~1status', value: mark }],
    });
    const seen = edited(pod, { 'sidecar.io/status': mark });
    expect(decide(seen, inShop(left))).not.toHaveProperty('operations');
  });

  it('is not marked where the pod itself leaves it out', () => {
    expect(decide(podWith({ ...logs, 'sidecar.io/inject': 'false' }), inShop({}))).not.toHaveProperty(
      'operations',
    );
    const pod = podWith({ ...logs, 'sidecar.io/logs.inject': 'false' });
    expect(decide(pod, inShop({ 'sidecar.io/logs.level': '1' }))).not.toHaveProperty('operations');
  });

  it('is marked for as many as a status may name', () => {
    const many = Object.fromEntries(
      Array.from({ length: 500 }, (_, index) => [`sidecar.io/logs_${index}`, 'true'] as const),
    );
    const after = decide(podWith(many), inShop({ 'sidecar.io/inject': 'false' }));
    const [operation] = after.outcome === 'skipped' ? (after.operations ?? []) : [];
    expect(Object.keys(parseStatus(String(operation?.value)) ?? {})).toHaveLength(100);
  });
});

describe('plans', () => {
  it('are remembered with where each annotation comes from', () => {
    const injector = createInjector(shippedSidecars, defaultPolicy);
    const statusText = (pod: Pod, sources: Setting['sources'] = []) => {
      const decision = injector(pod, sources);
      return decision.outcome === 'injected' ? statusOf(applyPatch(pod, decision.operations)) : decision;
    };
    const own = podWith(gitSync());
    const expected = [
      statusOf(podAfter(own)),
      statusOf(podAfter(podWith({}), { sources: [sourceOf(gitSync())] })),
      statusOf(podAfter(podWith({}), { sources: [sourceOf(gitSync(), 'namespace other')] })),
    ];
    expect(new Set(expected.map(status => JSON.stringify(status))).size).toBe(3);
    for (let pass = 0; pass < 2; pass++) {
      expect([
        statusText(own),
        statusText(podWith({}), [sourceOf(gitSync())]),
        statusText(podWith({}), [sourceOf(gitSync(), 'namespace other')]),
      ]).toEqual(expected);
    }
  });
});
