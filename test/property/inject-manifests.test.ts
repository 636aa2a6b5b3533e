/** Whatever a manifest looks like: what `inject` puts into it comes out again byte for byte, and goes in only once. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createInjector } from '../../src/injection/inject.ts';
import { isObject, type Json, type JsonObject } from '../../src/kubernetes/json.ts';
import { type EditedManifest, editManifest } from '../../src/written-objects/edited-manifest.ts';
import { injectObject } from '../../src/written-objects/inject-object.ts';
import { uninjectObject } from '../../src/written-objects/uninject-object.ts';
import { defaultPolicy, shippedSidecars } from '../injection-fixture.ts';
import { styledText } from '../styled-text.ts';
import { admissiblePod } from './arbitrary-admissible-pod.ts';

const injector = createInjector(shippedSidecars, { ...defaultPolicy, unknownSidecars: 'warn', by: 'inject' });
const options = { injector, workloadKinds: [], annotations: {} };

const injected = (text: string, extent: 'all' | 'annotations' = 'all') =>
  editManifest('x', text, object => injectObject(object, { ...options, extent }));
const uninjected = (text: string) => editManifest('x', text, object => uninjectObject(object, []));

const numRuns = Number(process.env['MANIFESTS_RUNS'] ?? 300);

/** Lists that may stand there empty, or as nothing. */
const emptied = fc.record({
  field: fc.constantFrom('volumes', 'initContainers', 'imagePullSecrets', 'volumeMounts', 'env'),
  value: fc.constantFrom<Json[]>([], null),
});

function withEmpty(
  pod: JsonObject,
  { field, value }: { readonly field: string; readonly value: Json },
): JsonObject {
  const spec = pod['spec'] as JsonObject;
  if (!['volumeMounts', 'env'].includes(field)) return { ...pod, spec: { [field]: value, ...spec } };
  const containers = (spec['containers'] as readonly JsonObject[]).map(container => ({
    [field]: value,
    ...container,
  }));
  return { ...pod, spec: { ...spec, containers } };
}

/** A pod in one of the forms in which it stands in manifests. */
function written({ metadata, spec }: JsonObject, form: string): JsonObject {
  const { annotations = {}, ...others } = metadata as JsonObject;
  const template = { metadata: { ...others, annotations }, spec: spec ?? {} };
  switch (form) {
    case 'pod':
      return { apiVersion: 'v1', kind: 'Pod', ...template };
    case 'template':
      return {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'web' },
        spec: { replicas: 2, template },
      };
    case 'object':
      return {
        apiVersion: 'apps/v1',
        kind: 'StatefulSet',
        metadata: { name: 'web', annotations },
        spec: { template: { metadata: others, spec: spec ?? {} } },
      };
    case 'bare':
      return {
        apiVersion: 'apps/v1',
        kind: 'DaemonSet',
        metadata: { annotations, name: 'web' },
        spec: { template: { spec: spec ?? {} } },
      };
    default:
      return {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata: { name: 'web' },
        spec: { jobTemplate: { metadata: { annotations }, spec: { template: { spec: spec ?? {} } } } },
      };
  }
}

const object = fc
  .tuple(admissiblePod, fc.option(emptied), fc.constantFrom('pod', 'template', 'object', 'bare', 'layer'))
  .map(([pod, empty, form]) => written(empty === null ? pod : withEmpty(pod, empty), form));

const value = fc.oneof(
  { weight: 3, arbitrary: object },
  fc
    .array(object, { minLength: 1, maxLength: 3 })
    .map((items): JsonObject => ({ apiVersion: 'v1', kind: 'List', items })),
);

const choices = fc.array(fc.nat({ max: 59 }), { minLength: 30, maxLength: 60 });

function textOf(json: JsonObject, numbers: readonly number[]): string {
  let next = 0;
  return styledText(json, ways => (numbers[next++ % numbers.length] ?? 0) % ways);
}

/** Whether something came of it; an alias, for one, cannot be edited. */
function isChanged({ before, after }: EditedManifest): boolean {
  return before !== after;
}

describe('every manifest', () => {
  it.each(['all', 'annotations'] as const)(
    'is what it was, byte for byte, when %s comes out again',
    extent => {
      let count = 0;
      fc.assert(
        fc.property(value, choices, (json, numbers) => {
          const text = textOf(json, numbers);
          const there = injected(text, extent);
          if (!isChanged(there)) return;
          // A volume that the webhook declares in a template is the user's from then on.
          if (extent === 'annotations' && there.objects.some(({ decision }) => addsVolume(decision))) return;
          count += 1;
          const back = uninjected(there.after);
          expect(back.problems).toEqual([]);
          expect(back.after).toBe(text);
        }),
        { numRuns },
      );
      expect(count).toBeGreaterThan(20);
    },
  );

  it('stays as it is when it is injected a second time', () => {
    fc.assert(
      fc.property(value, choices, (json, numbers) => {
        const there = injected(textOf(json, numbers));
        if (!isChanged(there)) return;
        expect(injected(there.after)).toMatchObject({ after: there.after, isRefused: false });
      }),
      { numRuns },
    );
  });
});

function addsVolume(decision: unknown): boolean {
  const operations = isObject(decision) ? (decision['operations'] as readonly JsonObject[]) : [];
  return operations.some(({ path }) => /\/spec\/volumes(\/-)?$/.test(String(path)));
}
