/** Whatever stands in a manifest, the command line decides about it: never an error of the program, never a patch that does not apply. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createInjector } from '../../src/injection/inject.ts';
import { applyPatch } from '../../src/injection/patch/apply-patch.ts';
import type { PatchOperation } from '../../src/injection/patch/patch-operation.ts';
import { isObject, type Json, type JsonObject } from '../../src/kubernetes/json.ts';
import { injectObject } from '../../src/written-objects/inject-object.ts';
import { uninjectObject } from '../../src/written-objects/uninject-object.ts';
import { defaultPolicy, gitSync, shippedSidecars } from '../injection-fixture.ts';
import { rollout } from '../workload-fixture.ts';
import { anyJson } from './arbitrary-json.ts';
import { anyPod, injectablePod } from './arbitrary-pod.ts';

const injector = createInjector(shippedSidecars, { ...defaultPolicy, by: 'inject' });
const workloadKinds = [rollout];

const kinds = [
  ['v1', 'Pod'],
  ['apps/v1', 'Deployment'],
  ['apps/v1', 'StatefulSet'],
  ['batch/v1', 'Job'],
  ['batch/v1', 'CronJob'],
  ['argoproj.io/v1alpha1', 'Rollout'],
  ['argoproj.io/v1', 'Rollout'],
] as const;

/** A status and a memory that somebody else may have written. */
const written = fc.record(
  {
    'sidecar.io/status': fc.oneof(
      fc.constantFrom('', '{}', '[]'),
      fc
        .record({
          containers: fc.subarray(['app', 'web', 'git-sync', '']),
          volumes: fc.subarray(['content', 'git-sync', '__proto__', '']),
          mounts: fc.subarray(['app:/site', 'app:', ':/site', 'app']),
          env: fc.subarray(['app:A', 'web:', ':']),
          annotations: fc.subarray(['a', 'sidecar.io/git-sync', '']),
        })
        .map(entry => JSON.stringify({ x: { definition: '', parameters: '', mode: '', ...entry } })),
    ),
    'sidecar.io/propagated': fc.constantFrom('', '{}', '{"sidecar.io/git-sync":"x"}', '{"a":1}'),
  },
  { requiredKeys: [] },
);

const object = fc
  .tuple(fc.constantFrom(...kinds), fc.oneof(anyPod, injectablePod), written, fc.nat(), fc.option(anyJson))
  .map(([[apiVersion, kind], pod, annotations, place, damage]) => {
    const { metadata, spec = {} } = pod as unknown as Readonly<Record<string, Json>>;
    const own = isObject(metadata) ? metadata : {};
    const present = isObject(own['annotations']) ? own['annotations'] : {};
    const template = { metadata: { ...own, annotations: { ...present, ...annotations } }, spec };
    const whole: JsonObject =
      kind === 'Pod'
        ? { apiVersion, kind, ...template }
        : {
            ...{ apiVersion, kind, metadata: template.metadata },
            spec: kind === 'CronJob' ? { jobTemplate: { spec: { template } } } : { template },
          };
    return damage === null ? whole : (damaged(whole, place, damage) as JsonObject);
  });

/** One value of it, at any depth, replaced by any other. */
function damaged(value: JsonObject, place: number, damage: Json): JsonObject {
  const keys = Object.keys(value).filter(key => key !== 'apiVersion' && key !== 'kind');
  const key = keys[place % Math.max(keys.length, 1)];
  if (key === undefined) return value;
  const below = value[key];
  const isDeeper = isObject(below) && place % 3 !== 0;
  return { ...value, [key]: isDeeper ? damaged(below, Math.floor(place / 3), damage) : damage };
}

function applied(target: JsonObject, decision: object | undefined): JsonObject {
  const operations = (decision as { readonly operations?: readonly PatchOperation[] } | undefined)
    ?.operations;
  return operations === undefined ? target : applyPatch(target, operations);
}

it('every object of a manifest is decided about, and what is to be done with it can be done', () => {
  const outcomes = new Set<string>();
  fc.assert(
    fc.property(
      object,
      fc.constantFrom<Readonly<Record<string, string>>>({}, gitSync(), { 'sidecar.io/inject': 'false' }),
      fc.constantFrom('all' as const, 'annotations' as const),
      (target, annotations, extent) => {
        const there = injectObject(target, { injector, workloadKinds, annotations, extent });
        const back = uninjectObject(target, workloadKinds);
        for (const decision of [there, back]) if (decision) outcomes.add(decision.outcome);
        const after = applied(target, there);
        applied(after, uninjectObject(after, workloadKinds));
        applied(target, back);
      },
    ),
    { numRuns: 1000 },
  );
  expect([...outcomes].sort()).toEqual(['annotated', 'injected', 'refused', 'skipped', 'uninjected']);
});
