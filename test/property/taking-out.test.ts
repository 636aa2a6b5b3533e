/** The status alone says what was added: what it names can be taken out again, and the pod is the one that was. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { inject } from '../../src/injection/inject.ts';
import { applyPatch } from '../../src/injection/patch/apply-patch.ts';
import { uninject } from '../../src/injection/uninject.ts';
import { isObject, type Json, type JsonObject } from '../../src/kubernetes/json.ts';
import { readPod } from '../../src/kubernetes/pod.ts';
import type { SidecarSet } from '../../src/sidecars/sidecar-set.ts';
import { defaultPolicy, shippedSidecars, sidecarsOf } from '../injection-fixture.ts';
import { takenOut } from '../taking-out.ts';
import { admissiblePod } from './arbitrary-admissible-pod.ts';
import { type Annotations, ownLists } from './arbitrary-annotations.ts';

// Hundreds of pods take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const policy = { ...defaultPolicy, unknownSidecars: 'warn' } as const;

/** Undefined where the pod gets nothing. */
function injectedPod(pod: JsonObject, sidecars: SidecarSet): JsonObject | undefined {
  const decision = inject(readPod(pod), sidecars, policy);
  return decision.outcome === 'injected' ? applyPatch(pod, decision.operations) : undefined;
}

/** The pod that the product leaves, with nothing in place of a list that became empty. */
function uninjectedPod(pod: JsonObject): JsonObject {
  const decision = uninject(readPod(pod));
  if (decision.outcome !== 'uninjected') throw new Error(JSON.stringify(decision));
  const left = applyPatch(pod, decision.operations);
  const isEmpty = (value: unknown) => Array.isArray(value) && value.length === 0;
  return JSON.parse(JSON.stringify(left, (_key, value) => (isEmpty(value) ? undefined : value)));
}

function withAnnotations(pod: JsonObject, annotations: Annotations): JsonObject {
  const metadata = pod['metadata'] as JsonObject;
  return {
    ...pod,
    metadata: { ...metadata, annotations: { ...(metadata['annotations'] as JsonObject), ...annotations } },
  };
}

/** Sidecars that bring annotations together, share volumes of the app, mount in it and set its variables. */
const sharing = sidecarsOf({
  one: {
    parameters: { level: { type: 'string', default: '1' } },
    volumes: [
      { name: '${volume}', emptyDir: {}, shared: true },
      { name: '${name}-tmp', emptyDir: {} },
    ],
    annotations: { 'example.com/both': 'x', 'example.com/level': '${level}' },
    app: { env: [{ name: 'LEVEL', value: '${level}' }] },
  },
  two: {
    parameters: { level: { type: 'string', default: '1' } },
    volumes: [{ name: '${volume}', emptyDir: {}, shared: true }],
    modes: ['init'],
    annotations: { 'example.com/both': 'x', 'example.com/level': '${level}' },
    app: {
      env: [
        { name: 'LEVEL', value: '${level}' },
        { name: 'HOST', valueFrom: { fieldRef: { fieldPath: 'status.hostIP' } } },
      ],
    },
  },
  three: { volumes: [{ name: '${name}-memory', emptyDir: { medium: 'Memory' } }], modes: ['classic'] },
});

const keys = ['one', 'one_b', 'two', 'three', 'envoy'] as const;

/** Annotations for them: each is a pass of its own. */
const passes = fc.shuffledSubarray([...keys], { minLength: 1 }).chain(names =>
  fc.tuple(
    ...names.map(name =>
      fc
        .record({
          level: fc.constantFrom(undefined, '1', '2'),
          volume: fc.constantFrom(undefined, 'content', 'cache'),
          mount: fc.constantFrom(undefined, '/site', '/logs'),
          env: fc.constantFrom(undefined, 'false', 'true'),
        })
        .map(parameters => {
          if (name === 'three' || name === 'envoy') return { [`sidecar.io/${name}`]: 'true' };
          const set = Object.entries(parameters).flatMap(([parameter, value]) =>
            value === undefined ? [] : [[`sidecar.io/${name}.${parameter}`, value] as const],
          );
          return { [`sidecar.io/${name}`]: 'true', ...Object.fromEntries(set) };
        }),
    ),
  ),
);

/** A pod that asks for nothing yet. */
const plainPod = fc
  .tuple(admissiblePod, ownLists)
  .map(([pod, lists]) => ({ ...pod, metadata: { name: 'web', annotations: { a: 'b', ...lists } } }));

describe('every injected pod', () => {
  it('is the one it was when what its status names is taken out', () => {
    let count = 0;
    fc.assert(
      fc.property(admissiblePod, pod => {
        const after = injectedPod(pod, shippedSidecars);
        if (after === undefined) return;
        count += 1;
        expect(JSON.stringify(takenOut(after))).toBe(JSON.stringify(pod));
        expect(JSON.stringify(uninjectedPod(after))).toBe(JSON.stringify(pod));
      }),
      { numRuns: 600 },
    );
    expect(count).toBeGreaterThan(50);
  });

  it('is the one it was, whether its sidecars came together or one after the other', () => {
    let several = 0;
    fc.assert(
      fc.property(plainPod, passes, fc.boolean(), (pod, asked, isTogether) => {
        const steps = isTogether ? [Object.assign({}, ...asked) as Annotations] : asked;
        const { written, current, count } = pass(pod, steps);
        if (count === 0) return;
        if (count > 1) several += 1;
        expect(inject(readPod(current), sharing, policy)).toMatchObject({ reason: 'already-injected' });
        expect(sorted(takenOut(current))).toBe(sorted(written));
        expect(sorted(uninjectedPod(current))).toBe(sorted(written));
      }),
      { numRuns: 600 },
    );
    expect(several).toBeGreaterThan(50);
  });

  it('has no more and no less than before when one sidecar is taken out and comes back', () => {
    fc.assert(
      fc.property(plainPod, passes, fc.nat(), (pod, asked, choice) => {
        const annotations: Record<string, string> = Object.assign({}, ...asked);
        const after = injectedPod(withAnnotations(pod, annotations), sharing);
        if (after === undefined) return;
        const names = Object.keys(statusOf(after)).filter(name => name !== 'envoy');
        const one = takenOut(after, [names[choice % names.length] ?? '']);
        const again = injectedPod(one, sharing);
        expect(again && inventory(again)).toEqual(inventory(after));
      }),
      { numRuns: 300 },
    );
  });
});

/** Annotates the pod again and again, as far as it is not refused: as it is written, and as it is with its sidecars. */
function pass(pod: JsonObject, steps: readonly Annotations[]) {
  let [written, current, count] = [pod, pod, 0];
  for (const annotations of steps) {
    const next = injectedPod(withAnnotations(current, annotations), sharing);
    if (next === undefined) continue;
    [written, current] = [withAnnotations(written, annotations), next];
    count += 1;
  }
  return { written, current, count };
}

function statusOf(pod: JsonObject): Readonly<Record<string, JsonObject>> {
  const { metadata } = readPod(pod);
  return JSON.parse(metadata.annotations?.['sidecar.io/status'] ?? '{}');
}

/** The JSON text with the annotations in the order of their keys: passes put them in one after the other. */
function sorted(pod: JsonObject): string {
  return JSON.stringify(pod, (_key, value) => {
    if (!isObject(value) || typeof value['a'] !== 'string') return value;
    return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** What is in a pod, in any order. */
function inventory(pod: JsonObject) {
  const { metadata, spec } = readPod(pod);
  const byName = (list: unknown) =>
    Object.fromEntries(
      ((list ?? []) as readonly JsonObject[]).map(({ volumeMounts, env, ...entry }) => [
        entry['name'],
        {
          ...entry,
          mounts: new Set((volumeMounts ?? []) as readonly Json[]),
          variables: new Set((env ?? []) as readonly Json[]),
        },
      ]),
    );
  const { 'sidecar.io/status': _status, ...annotations } = metadata.annotations ?? {};
  const lists = Object.entries(annotations).map(([key, value]) => [key, value.split(',').toSorted()]);
  return {
    annotations: Object.fromEntries(lists),
    containers: byName(spec.containers),
    initContainers: byName(spec.initContainers),
    volumes: byName(spec.volumes),
  };
}
