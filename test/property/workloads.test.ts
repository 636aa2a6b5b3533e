/** What holds for every workload, whatever its fields and annotations are. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { applyPatch } from '../../src/injection/patch/apply-patch.ts';
import { checkPatch } from '../../src/injection/patch/check-patch.ts';
import { promisedOfWorkload } from '../../src/injection/patch/promised-paths.ts';
import { InjectorError } from '../../src/injector-error.ts';
import type { Json, JsonObject } from '../../src/kubernetes/json.ts';
import { tokenDirectory } from '../../src/kubernetes/mount-path.ts';
import type { Container, Optional, Pod } from '../../src/kubernetes/pod.ts';
import {
  type NamedWorkloadKind,
  readWorkload,
  type Workload,
  type WorkloadKind,
  workloadKinds,
} from '../../src/kubernetes/workload.ts';
import { decideWorkload } from '../../src/workloads/decide-workload.ts';
import { propagateAnnotations } from '../../src/workloads/propagate-annotations.ts';
import { deepFreeze } from '../deep-freeze.ts';
import { repository } from '../injection-fixture.ts';
import { writeJson } from '../number-text.ts';
import { differences, isPromisedPlace, withoutEmptyAnnotations } from '../workload-additions.ts';
import { annotated, decideOn, injector, toldOf, workloadAfter } from '../workload-fixture.ts';
import { anyRequests, foreignAnnotations, validRequest } from './arbitrary-annotations.ts';
import { anyJson, objectWith } from './arbitrary-json.ts';
import { anyPod, injectablePod } from './arbitrary-pod.ts';

// Hundreds of workloads take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

/** One that the operator names, whose template is where no kind of Kubernetes has it. */
const scaledJob: NamedWorkloadKind = {
  group: 'keda.sh',
  version: 'v1alpha1',
  resource: 'scaledjobs',
  kind: 'ScaledJob',
  template: 'spec.jobTargetRef.template',
};

const anyKind = fc.constantFrom(...workloadKinds, scaledJob);

/** A workload whose template is a pod's, with any annotations around it. */
function workloadFrom(pod: fc.Arbitrary<JsonObject>, requests: fc.Arbitrary<JsonObject>) {
  const annotations = fc.tuple(requests, foreignAnnotations).map(([own, foreign]): Json | undefined => {
    const all = { ...foreign, ...own };
    return Object.keys(all).length === 0 ? undefined : all;
  });
  return fc.tuple(anyKind, pod, annotations, annotations).chain(([kind, template, own, between]) => {
    const inner =
      kind === 'CronJob'
        ? {
            jobTemplate: {
              metadata: between === undefined ? {} : { annotations: between },
              spec: { template },
            },
          }
        : kind === scaledJob
          ? { jobTargetRef: { template } }
          : { template };
    return objectWith({
      metadata: objectWith({ name: fc.constant('web'), annotations: fc.constant(own) }),
      spec: fc.constant(inner),
    }).map(object => ({ kind, object }));
  });
}

const injectable = workloadFrom(injectablePod, fc.constant({}));
const anyWorkload = workloadFrom(anyPod, anyRequests);

interface Written {
  readonly kind: WorkloadKind | NamedWorkloadKind;
  /** The object with the texts of its numbers. */
  readonly object: JsonObject;
}

function read({ kind, object }: Written): Workload {
  return readWorkload(kind, JSON.parse(writeJson(object)));
}

describe('every workload', () => {
  it('that is annotated and then no longer is as it was before', () => {
    // The template of a Job that exists cannot change.
    const changeable = injectable.filter(({ kind }) => kind !== 'Job');
    fc.assert(
      fc.property(changeable, validRequest('_extra'), (written, request) => {
        const before = workloadAfter(read(written));
        const asked = workloadAfter(annotated(before, request), before);
        expect(Object.keys(asked.template.metadata?.annotations ?? {})).toEqual(
          expect.arrayContaining(Object.keys(request)),
        );
        const none = Object.fromEntries(Object.keys(request).map(key => [key, undefined]));
        const after = workloadAfter(annotated(asked, none), asked);
        expect(withoutEmptyAnnotations(after.object)).toEqual(withoutEmptyAnnotations(before.object));
      }),
      { numRuns: 200 },
    );
  });

  it('is settled after one pass, as created and as updated', () => {
    fc.assert(
      fc.property(anyWorkload, fc.option(anyWorkload, { nil: undefined }), (written, other) => {
        const workload = read(written);
        const earlier =
          other &&
          read({ kind: written.kind, object: other.kind === written.kind ? other.object : written.object });
        const decision = decideWorkload({ workload, before: earlier }, injector, 'propagate');
        if (decision.outcome !== 'propagated') return;
        const after = readWorkload(written.kind, applyPatch(workload.object, decision.operations));
        // As created, as reinvoked in the same request, and as updated afterwards.
        for (const before of [undefined, earlier, after]) {
          const second = decideWorkload({ workload: after, before }, injector, 'propagate');
          expect(second.outcome).not.toBe('propagated');
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is changed in promised places only, by operations that apply', () => {
    fc.assert(
      fc.property(anyWorkload, fc.option(anyWorkload, { nil: undefined }), (written, earlier) => {
        const workload = deepFreeze(read(written));
        const before = earlier && earlier.kind === written.kind ? read(earlier) : undefined;
        const decision = decideWorkload({ workload, before }, injector, 'propagate');
        if (decision.outcome !== 'propagated') return;
        const promised = promisedOfWorkload(workload.templatePath);
        expect(() => checkPatch(workload.object, decision.operations, promised)).not.toThrow();
        const after = withoutEmptyAnnotations(applyPatch(workload.object, decision.operations));
        const changed = differences(withoutEmptyAnnotations(workload.object), after);
        expect(changed.filter(place => !isPromisedPlace(place, workload.templatePath))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('is refused where its pods would be, as the API server makes them', () => {
    fc.assert(
      fc.property(injectable, fc.constantFrom(...mountPaths), (written, path) => {
        const made = read(written);
        const workload = annotated(made, {
          'sidecar.io/git-sync_more': repository,
          'sidecar.io/git-sync_more.mount': path,
          'sidecar.io/git-sync_more.containers': made.template.spec.containers?.[0]?.name,
        });
        if (decideOn(workload).outcome === 'refused') return;
        const decision = injector(podOf(workloadAfter(workload)));
        expect(decision.outcome === 'refused' ? decision.refusals : []).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  it('is told everything in single lines', () => {
    fc.assert(
      fc.property(anyWorkload, fc.constantFrom('web', 'w\nb', ''), (written, name) => {
        const workload = read(written);
        const renamed = { ...workload, metadata: { ...workload.metadata, name } };
        for (const mode of ['propagate', 'warn'] as const) {
          const decision = decideWorkload({ workload: renamed }, injector, mode);
          for (const line of toldOf(decision)) expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('keeps in its template what is not remembered as carried', () => {
    fc.assert(
      fc.property(anyWorkload, written => {
        const workload = read(written);
        const template = workload.template.metadata?.annotations ?? {};
        const { changes } = propagateAnnotations(workload, undefined);
        for (const key of changes.keys()) expect(Object.hasOwn(template, key), key).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});

const mountPaths = ['/site', '/etc', '/etc/app', '/var', '/var/run/secrets', '/run', '/', '/sys', '/dev'];

/**
 * As webhooks find it: with a token in each container that does not mount something in its place, with the defaults of
 * the API server, and with what the controller owns.
 */
function podOf({ kind, template }: Workload): Pod {
  const token = { name: 'kube-api-access-x7k2p', mountPath: tokenDirectory, readOnly: true };
  const { spec } = template;
  const isOff = spec.automountServiceAccountToken === false;
  const made = (containers: Optional<readonly Container[]>) =>
    containers?.map(container => {
      const { volumeMounts = [] } = container;
      const isThere = isOff || volumeMounts?.some(({ mountPath }) => mountPath === tokenDirectory);
      return {
        terminationMessagePath: '/dev/termination-log',
        ...container,
        volumeMounts: [...(volumeMounts ?? []), ...(isThere ? [] : [token])],
      };
    });
  const volumes = [
    ...(spec.volumes ?? []),
    ...(isOff ? [] : [{ name: token.name, projected: { sources: [] } }]),
  ];
  return {
    metadata: {
      ...template.metadata,
      generateName: 'web-',
      ownerReferences: [{ kind, name: 'web', controller: true }],
      managedFields: [
        { manager: 'kube-controller-manager', operation: 'Update', fieldsV1: ownedBy(template) },
      ],
    },
    spec: {
      ...spec,
      volumes,
      containers: made(spec.containers),
      initContainers: made(spec.initContainers),
    },
  };
}

function ownedBy({ metadata, spec }: Workload['template']): JsonObject {
  const keys = (list: Optional<readonly Container[]>) =>
    Object.fromEntries((list ?? []).map(({ name }) => [`k:${JSON.stringify({ name })}`, { 'f:name': {} }]));
  const annotations = Object.keys(metadata?.annotations ?? {}).map(key => [`f:${key}`, {}]);
  return {
    'f:metadata': { 'f:annotations': Object.fromEntries(annotations) },
    'f:spec': {
      'f:containers': keys(spec.containers),
      'f:initContainers': keys(spec.initContainers),
    },
  };
}

describe('anything at all', () => {
  it('is a workload that can be decided on, or malformed', () => {
    const managedFields = fc.array(
      fc.record({ operation: anyJson, manager: anyJson, fieldsV1: anyJson }, { requiredKeys: [] }),
      { maxLength: 2 },
    );
    const odd = fc
      .tuple(anyWorkload, fc.oneof(anyJson, managedFields), anyJson)
      .map(([{ object }, fields, other]): Json => {
        const metadata = { ...(object['metadata'] as JsonObject), managedFields: fields as Json };
        return {
          ...object,
          metadata,
          spec: { ...(object['spec'] as JsonObject), volumeClaimTemplates: other },
        };
      });
    fc.assert(
      fc.property(anyKind, fc.oneof(anyJson, odd), fc.oneof(anyJson, odd), (kind, json, earlier) => {
        try {
          const workload = readWorkload(kind, JSON.parse(writeJson(json)));
          const before = readWorkload(kind, JSON.parse(writeJson(earlier)));
          decideWorkload({ workload, before }, injector, 'propagate');
        } catch (error) {
          if (!(error instanceof InjectorError)) throw error;
          expect(error.name).toBe('MalformedObjectError');
        }
      }),
      { numRuns: 500 },
    );
  });
});
