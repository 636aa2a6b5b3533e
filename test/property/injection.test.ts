/** What holds for every pod, whatever its fields and annotations are. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { createInjector, type InjectionDecision, inject } from '../../src/injection/inject.ts';
import { applyPatch } from '../../src/injection/patch/apply-patch.ts';
import { checkPatch } from '../../src/injection/patch/check-patch.ts';
import type { AddOperation } from '../../src/injection/patch/patch-operation.ts';
import type { InjectionPolicy } from '../../src/injection/policy.ts';
import { placedContainers } from '../../src/kubernetes/containers.ts';
import type { Json, JsonObject } from '../../src/kubernetes/json.ts';
import { type Container, type Pod, readPod } from '../../src/kubernetes/pod.ts';
import { isPromisedPath, withoutAdditions } from '../additions.ts';
import { deepFreeze } from '../deep-freeze.ts';
import { problemsOfArguments, problemsOfVariables } from '../git-sync-flags.ts';
import { containersIn, defaultPolicy, shippedSidecars } from '../injection-fixture.ts';
import { writeJson } from '../number-text.ts';
import { qualityOfService } from '../quality-of-service.ts';
import { inOrder } from './arbitrary-json.ts';
import { anyPod, injectablePod } from './arbitrary-pod.ts';

// Hundreds of pods take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const anyPolicy: fc.Arbitrary<InjectionPolicy> = fc.record({
  areNativeSidecarsAvailable: fc.boolean(),
  startAfter: fc.constantFrom(defaultPolicy.startAfter, []),
  unknownSidecars: fc.constantFrom('refuse' as const, 'warn' as const),
  maximumSidecars: fc.constantFrom(1, 2, 10),
  allowedHosts: fc.constantFrom(undefined, ['github.com'], ['*.example.com']),
  allowedUrls: fc.constantFrom(undefined, [], ['https://*.example.com']),
  allowedEndpoints: fc.constantFrom(undefined, []),
  images: fc.constantFrom(undefined, { 'git-sync': 'registry.example.com/git-sync:v9' }),
  imageRegistry: fc.constantFrom(undefined, 'mirror.example.com/k8s'),
  pullSecrets: fc.constantFrom(undefined, [], ['registry', 'mirror']),
});

// Both kinds: those that are injected for certain, and those that may not be.
const cases = fc.oneof(fc.tuple(injectablePod, fc.constant(defaultPolicy)), fc.tuple(anyPod, anyPolicy));

/** Checks a property of what happens to pods that are injected. */
function forEachInjected(check: (injected: Injected) => void): void {
  fc.assert(
    fc.property(cases, ([written, policy]) => {
      const pod = readPod(JSON.parse(writeJson(written)));
      const decision = inject(pod, shippedSidecars, policy);
      if (decision.outcome === 'injected')
        check({ written, pod, policy, decision, operations: decision.operations });
    }),
    { numRuns: 200 },
  );
}

interface Injected {
  /** The pod with the texts of its numbers. */
  readonly written: JsonObject;
  readonly pod: Pod;
  readonly policy: InjectionPolicy;
  readonly decision: InjectionDecision & { outcome: 'injected' };
  readonly operations: readonly AddOperation[];
}

describe('every pod in which nothing is in the way', () => {
  it('is injected', () => {
    fc.assert(
      fc.property(injectablePod, written => {
        const decision = inject(readPod(JSON.parse(writeJson(written))), shippedSidecars, defaultPolicy);
        expect(decision).toMatchObject({ outcome: 'injected' });
      }),
      { numRuns: 200 },
    );
  });
});

describe('every injected pod', () => {
  it('takes the patch, by the rules of JSON Patch and by our own check', () => {
    forEachInjected(({ pod, operations }) => {
      expect(() => checkPatch(pod, operations)).not.toThrow();
      expect(() => readPod(applyPatch(pod, operations))).not.toThrow();
    });
  });

  it('is added to in promised places only', () => {
    forEachInjected(({ pod, policy, operations }) => {
      for (const { op, path } of operations) {
        expect(op).toBe('add');
        expect(isPromisedPath(path, pod as unknown as JsonObject, policy), path).toBe(true);
      }
    });
  });

  it('loses, changes and reorders nothing of what the user wrote, to the last digit', () => {
    forEachInjected(({ written, policy, operations }) => {
      const after = applyPatch(written as unknown as Pod, operations) as unknown as JsonObject;
      expect(writeJson(withoutAdditions(written, after, policy))).toBe(writeJson(written));
    });
  });

  it('is settled after one pass', () => {
    forEachInjected(({ pod, operations, policy }) => {
      const second = inject(applyPatch(pod, operations), shippedSidecars, policy);
      expect(second).toMatchObject({ outcome: 'skipped', reason: 'already-injected' });
    });
  });

  it('has no two containers, volumes or mount paths for one name that the user had not doubled', () => {
    forEachInjected(({ pod, operations, decision }) => {
      const added = decision.sidecars.flatMap(({ initContainers, containers }) => [
        ...initContainers,
        ...containers,
      ]);
      const names = added.map(({ name }) => name);
      const present = placedContainers(pod.spec).map(({ container }) => container.name);
      expect(new Set([...present, ...names]).size).toBe(new Set(present).size + names.length);
      const volumes = (pod.spec.volumes ?? []).map(({ name }) => name);
      const after = (applyPatch(pod, operations).spec.volumes ?? []).map(({ name }) => name);
      expect(new Set(after).size - new Set(volumes).size).toBe(after.length - volumes.length);
      for (const { volumeMounts } of added) {
        const paths = (volumeMounts ?? []).map(({ mountPath }) => mountPath);
        expect(paths).toEqual([...new Set(paths)]);
        expect(after).toEqual(expect.arrayContaining((volumeMounts ?? []).map(({ name }) => name)));
      }
    });
  });

  it('keeps its class Guaranteed, or says that it cannot', () => {
    forEachInjected(({ pod, operations, decision }) => {
      if (containersIn(pod).length === 0 || qualityOfService(pod.spec) !== 'Guaranteed') return;
      if (decision.warnings.some(({ code }) => code === 'no-longer-guaranteed')) return;
      expect(qualityOfService(applyPatch(pod, operations).spec)).toBe('Guaranteed');
    });
  });

  it('gives git-sync only flags and variables that it knows', () => {
    forEachInjected(({ decision }) => {
      for (const container of decision.sidecars.flatMap(({ initContainers, containers }) => [
        ...initContainers,
        ...containers,
      ])) {
        const { args, env } = container as unknown as {
          readonly args: readonly string[];
          readonly env: readonly { readonly name: string; readonly value?: string }[];
        };
        expect(problemsOfArguments(args)).toEqual([]);
        expect(problemsOfVariables(env)).toEqual([]);
      }
    });
  });

  it('is left alone when others have changed what was added', () => {
    forEachInjected(({ pod, operations, policy }) => {
      const changed = changedByOthers(applyPatch(pod, operations), pod);
      expect(inject(changed, shippedSidecars, policy)).toMatchObject({
        outcome: 'skipped',
        reason: 'already-injected',
      });
    });
  });
});

/** Adds to every container as token mounts, limit ranges and pull policies do, and moves the user's own to the front. */
function changedByOthers(pod: Pod, before: Pod): Pod {
  const names = new Set(placedContainers(before.spec).map(({ container }) => container.name));
  const change = (container: Container) => ({
    ...container,
    imagePullPolicy: 'Always',
    env: [{ name: 'HTTPS_PROXY', value: 'http://proxy' }],
    resources: { limits: { cpu: '9' } },
    volumeMounts: [
      ...(container.volumeMounts ?? []),
      { name: 'kube-api-access-xxxxx', mountPath: '/var/run/x' },
    ],
  });
  const inits = (pod.spec.initContainers ?? []).map(change);
  const isUsers = ({ name }: { readonly name: string }) => names.has(name);
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      annotations: { ...pod.metadata.annotations, 'kubernetes.io/limit-ranger': 'x' },
    },
    spec: {
      ...pod.spec,
      initContainers: [
        { name: 'added-by-another', restartPolicy: 'Always' },
        ...inits.filter(isUsers),
        ...inits.filter(container => !isUsers(container)),
      ],
      containers: [...containersIn(pod).map(change), { name: 'added-last' }],
      volumes: [...(pod.spec.volumes ?? []), { name: 'kube-api-access-xxxxx', projected: {} }],
    },
  };
}

describe('every pod without containers', () => {
  it('is never injected, and refused where a sidecar is asked for', () => {
    const bare = fc
      .tuple(fc.oneof(injectablePod, anyPod), fc.constantFrom<Json[]>(null, []))
      .map(([pod, containers]) => ({ ...pod, spec: { ...(pod['spec'] as JsonObject), containers } }));
    fc.assert(
      fc.property(bare, written => {
        const pod = readPod(JSON.parse(writeJson(written)));
        const decision = inject(pod, shippedSidecars, defaultPolicy);
        expect(decision.outcome).not.toBe('injected');
        if (pod.metadata.annotations?.['sidecar.io/inject'] === 'false') return;
        if (pod.metadata.annotations?.['sidecar.io/git-sync'] === undefined) return;
        expect(decision.outcome).toBe('refused');
      }),
      { numRuns: 200 },
    );
  });
});

describe('every decision', () => {
  it('is the same for the same pod, whatever the order of its annotations', () => {
    fc.assert(
      fc.property(cases, fc.array(fc.nat(9), { maxLength: 20 }), ([written, policy], weights) => {
        const pod = readPod(JSON.parse(writeJson(written)));
        const annotations = Object.fromEntries(
          inOrder(Object.entries(pod.metadata.annotations ?? {}), weights),
        );
        const shuffled = { ...pod, metadata: { ...pod.metadata, annotations } };
        expect(told(inject(shuffled, shippedSidecars, policy))).toBe(
          told(inject(pod, shippedSidecars, policy)),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('does not depend on the pods that came before', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(injectablePod, anyPod), { minLength: 2, maxLength: 6 }), written => {
        const injector = createInjector(shippedSidecars, defaultPolicy);
        const pods = written.map(pod => readPod(JSON.parse(writeJson(pod))));
        for (const pod of [...pods, ...pods])
          expect(told(injector(pod))).toBe(told(inject(pod, shippedSidecars, defaultPolicy)));
      }),
    );
  });

  it('only reads the pod and the definitions', () => {
    for (const definition of shippedSidecars.sidecars.values()) deepFreeze(definition);
    fc.assert(
      fc.property(cases, ([written, policy]) => {
        const text = writeJson(written);
        const pod = deepFreeze(readPod(JSON.parse(text)));
        expect(() => inject(pod, shippedSidecars, deepFreeze(policy))).not.toThrow();
        expect(JSON.stringify(pod)).toBe(JSON.stringify(JSON.parse(text)));
      }),
      { numRuns: 200 },
    );
  });

  it('says why, in single lines', () => {
    fc.assert(
      fc.property(cases, ([written, policy]) => {
        const decision = inject(readPod(JSON.parse(writeJson(written))), shippedSidecars, policy);
        if (decision.outcome === 'refused') expect(decision.refusals.length).toBeGreaterThan(0);
        for (const { message } of decision.warnings) expect(message).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
      }),
      { numRuns: 200 },
    );
  });
});

/** Everything that a decision tells and does, as text. */
function told(decision: InjectionDecision): string {
  return decision.outcome === 'injected'
    ? JSON.stringify([decision.operations, decision.warnings])
    : JSON.stringify(decision);
}
