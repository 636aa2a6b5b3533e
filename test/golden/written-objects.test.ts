/**
 * The command line and the webhook give the same pod: in every golden case, as a pod and as the template of a Deployment,
 * and with the same messages. What was put in is taken out again, and what is left is what was written.
 */
import { describe, expect, it } from 'vitest';
import { createInjector, type InjectionDecision } from '../../src/injection/inject.ts';
import { applyPatch } from '../../src/injection/patch/apply-patch.ts';
import type { PatchOperation } from '../../src/injection/patch/patch-operation.ts';
import type { Finding } from '../../src/injection/reason.ts';
import { at, type Json, type JsonObject } from '../../src/kubernetes/json.ts';
import { readPod } from '../../src/kubernetes/pod.ts';
import { readWorkload } from '../../src/kubernetes/workload.ts';
import { decideWorkload } from '../../src/workloads/decide-workload.ts';
import { injectObject, type ObjectInjection } from '../../src/written-objects/inject-object.ts';
import { uninjectObject } from '../../src/written-objects/uninject-object.ts';
import { type GoldenCase, goldenCases } from './golden-case.ts';

const cases = goldenCases().map(read => {
  const golden = { ...read, pod: Object.assign({ apiVersion: 'v1', kind: 'Pod' }, read.pod) };
  const { policy, sidecars } = golden;
  const webhook = createInjector(sidecars, policy);
  const injector = createInjector(sidecars, { ...policy, by: 'inject' });
  const run = (object: JsonObject, extent: 'all' | 'annotations' = 'all'): ObjectInjection => {
    const decision = injectObject(object, { injector, workloadKinds: [], annotations: {}, extent });
    if (decision === undefined) throw new Error('it is no object that makes pods');
    return decision;
  };
  return { name: golden.name, golden, webhook, run };
});

describe.each(cases)('$name', ({ golden, webhook, run }) => {
  it('is told and patched as a pod by the command line as by the webhook', () => {
    const [theirs, ours] = [webhook(golden.pod), run(golden.pod)];
    expect(told(ours)).toEqual(told(theirs));
    expect(operationsOf(ours)).toEqual(withBy(golden.pod, operationsOf(theirs)));
  });

  it.each(['template', 'object'] as const)(
    'is told so as a Deployment with its annotations on the %s',
    where => {
      const deployment = deploymentOf(golden, where);
      const ours = run(deployment);
      const theirs = decideWorkload(
        { workload: readWorkload('Deployment', deployment, 'Deployment') },
        webhook,
        'propagate',
      );
      const known = withoutNews(told(theirs));
      expect(withoutNews(told(ours))).toEqual(known);
      expect(told(run(deployment, 'annotations'))).toEqual(told(theirs));
      if (theirs.outcome === 'refused') return;
      // A volume that the app mounts and does not declare the webhook puts into the template, where it is the user's own from
      // then on. The command line has the sidecar bring it, as in a pod, so that it can be taken out again.
      const isVolume = ({ path }: PatchOperation) => path.startsWith('/spec/template/spec/volumes');
      const annotated = applyPatch(
        deployment,
        operationsOf(theirs).filter(operation => !isVolume(operation)),
      );
      expect(operationsOf(run(deployment, 'annotations'))).toEqual(operationsOf(theirs));
      const written = applyPatch(deployment, operationsOf(ours));
      const [fromWebhook, fromTemplate] = [podOf(annotated), podOf(written)];
      const decision = webhook(readPod(fromWebhook));
      if (decision.outcome === 'refused') throw new Error(JSON.stringify(decision.refusals));
      const after = applyPatch(fromWebhook, withBy(fromWebhook, decision.operations ?? []));
      expect(sorted(fromTemplate)).toEqual(sorted(after));
      const again = webhook(readPod(fromTemplate));
      expect(again).toMatchObject({ outcome: 'skipped' });
      expect(again).not.toHaveProperty('operations');
      if (decision.outcome === 'injected') expect(again).toMatchObject({ reason: 'already-injected' });
      expect(operationsOf(run(written)), 'a second time').toEqual([]);
    },
  );

  it.skipIf('sidecar.io/status' in (golden.pod.metadata.annotations ?? {}))(
    'is what it was when it is taken out again',
    () => {
      for (const object of [golden.pod, deploymentOf(golden, 'template'), deploymentOf(golden, 'object')]) {
        const after = applyPatch(object, operationsOf(run(object)));
        if (JSON.stringify(after) === JSON.stringify(object)) continue;
        expect(withoutEmpty(removedFrom(after))).toEqual(withoutEmpty(object));
      }
    },
  );
});

it('the comparison has cases of each kind', () => {
  const outcomes = cases.map(({ golden, run }) => run(golden.pod).outcome);
  for (const outcome of ['injected', 'skipped', 'refused'])
    expect(outcomes.filter(found => found === outcome).length).toBeGreaterThan(5);
});

function removedFrom(object: JsonObject): JsonObject {
  const removal = uninjectObject(object, []);
  if (removal?.outcome !== 'uninjected') throw new Error(JSON.stringify(removal));
  return applyPatch(object, removal.operations);
}

function deploymentOf({ pod }: GoldenCase, where: 'template' | 'object'): JsonObject {
  const { metadata, spec } = pod as unknown as Readonly<Record<'metadata' | 'spec', JsonObject>>;
  const { annotations = {}, labels = {} } = metadata as Readonly<Record<string, JsonObject>>;
  const isMoved = ([key]: readonly [string, Json]) =>
    where === 'object' && key.startsWith('sidecar.io/') && key !== 'sidecar.io/status';
  const entries = Object.entries(annotations);
  const own = Object.fromEntries(entries.filter(isMoved));
  const others = Object.fromEntries(entries.filter(entry => !isMoved(entry)));
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', ...(where === 'object' ? { annotations: own } : {}) },
    spec: {
      template: {
        metadata: { labels, ...(Object.keys(others).length > 0 ? { annotations: others } : {}) },
        spec,
      },
    },
  };
}

/** The pod that a template makes, with its sidecars or without. */
function podOf(deployment: JsonObject): JsonObject {
  const { metadata, spec } = at(deployment, ['spec', 'template']) as Readonly<Record<string, JsonObject>>;
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', controller: true };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata, name: 'web-1-x', ownerReferences: [owner] },
    spec: spec ?? {},
  };
}

type Decision = InjectionDecision | ObjectInjection | ReturnType<typeof decideWorkload>;

interface Told {
  readonly outcome: string;
  readonly refusals: readonly string[];
  readonly warnings: readonly string[];
}

function told(decision: Decision): Told {
  const inWords = (findings: readonly Finding[]) =>
    findings.map(({ code, message }) => `${code}: ${message}`);
  return {
    outcome: decision.outcome === 'propagated' ? 'annotated' : decision.outcome,
    refusals: decision.outcome === 'refused' ? inWords(decision.refusals) : [],
    warnings: inWords(decision.warnings),
  };
}

/** What the webhook says beside what will be: the command line does it at once. */
function withoutNews({ refusals, warnings }: Told): Omit<Told, 'outcome'> {
  return { refusals, warnings: warnings.filter(line => !line.startsWith('pods-change: ')) };
}

function operationsOf(decision: Decision): readonly PatchOperation[] {
  return decision.outcome === 'refused' ? [] : (decision.operations ?? []);
}

/** The operations of the webhook with what the status says where it was the command line. */
function withBy(pod: JsonObject, operations: readonly PatchOperation[]): readonly PatchOperation[] {
  if (operations.length === 0) return [];
  const before = JSON.parse(statusOf(pod) ?? '{}') as JsonObject;
  return operations.map(operation => {
    if (operation.op === 'remove' || operation.path !== '/metadata/annotations/sidecar.io~1status')
      return operation;
    const entries = Object.entries(
      JSON.parse(String(operation.value)) as Readonly<Record<string, JsonObject>>,
    );
    const marked = entries.map(([name, entry]) => {
      const isNew = !Object.hasOwn(before, name) || JSON.stringify(before[name]) !== JSON.stringify(entry);
      return [name, isNew && 'definition' in entry ? { ...entry, by: 'inject' } : entry];
    });
    return { ...operation, value: JSON.stringify(Object.fromEntries(marked)) };
  });
}

function statusOf(pod: JsonObject): string | undefined {
  const text = at(pod, ['metadata', 'annotations', 'sidecar.io/status']);
  return typeof text === 'string' ? text : undefined;
}

/** The JSON text with annotations in the order of their keys: they come in another one. */
function sorted(pod: JsonObject): string {
  const annotations = Object.entries((at(pod, ['metadata', 'annotations']) ?? {}) as JsonObject);
  const inOrder = Object.fromEntries(annotations.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return JSON.stringify({ ...pod, metadata: { ...(pod['metadata'] as JsonObject), annotations: inOrder } });
}

/** Without empty lists and maps where the injector puts something in: the text of a manifest tells whether they were there. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, below]) => [key, withoutEmpty(below)] as const);
  return Object.fromEntries(
    entries.filter(([key, below]) => !places.has(key) || Object.keys(below ?? {}).length > 0),
  );
}

const places = new Set([
  'annotations',
  'metadata',
  'volumes',
  'initContainers',
  'volumeMounts',
  'env',
  'imagePullSecrets',
]);
