/** What holds for every pod that inherits annotations, whatever these are. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { AnnotationSource } from '../../src/injection/inheritance/annotation-source.ts';
import { withInherited } from '../../src/injection/inheritance/with-inherited.ts';
import { createInjector, type InjectionDecision, inject } from '../../src/injection/inject.ts';
import { applyPatch } from '../../src/injection/patch/apply-patch.ts';
import { checkPatch } from '../../src/injection/patch/check-patch.ts';
import { leaveOutKey, switchKey } from '../../src/injection/request/annotation-keys.ts';
import { parseStatus } from '../../src/injection/status/pod-status.ts';
import { uninject } from '../../src/injection/uninject.ts';
import type { JsonObject } from '../../src/kubernetes/json.ts';
import { type Pod, readPod } from '../../src/kubernetes/pod.ts';
import { isPromisedPath, withoutAdditions } from '../additions.ts';
import { deepFreeze } from '../deep-freeze.ts';
import { defaultPolicy, shippedSidecars } from '../injection-fixture.ts';
import { writeJson } from '../number-text.ts';
import { type Annotations, anyRequests, requestFor, validRequest } from './arbitrary-annotations.ts';
import { anyPod, injectablePod } from './arbitrary-pod.ts';

// Hundreds of pods take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const statsd = shippedSidecars.sidecars.get('statsd-exporter');

const anyAnnotations: fc.Arbitrary<Annotations> = fc
  .tuple(
    fc.oneof(fc.constant({}), validRequest('_docs'), anyRequests),
    statsd === undefined ? fc.constant({}) : fc.option(requestFor(statsd, ''), { nil: {} }),
  )
  .map(([one, other]) => ({ ...one, ...other }));

const anySources: fc.Arbitrary<readonly AnnotationSource[]> = fc
  .array(anyAnnotations, { maxLength: 3 })
  .map(list =>
    list.map((annotations, index) => ({
      from: index < list.length - 1 ? `rule ${index + 1}` : 'namespace shop',
      annotations,
    })),
  );

/** A pod, sometimes without a word of its own, and what it may inherit. */
const cases = fc
  .tuple(fc.oneof(injectablePod, anyPod), fc.nat(2), anySources)
  .map(([written, silence, sources]) => {
    const pod = readPod(JSON.parse(writeJson(written)));
    return { pod: silence === 0 ? withAnnotations(pod, undefined) : pod, sources };
  });

function withAnnotations(pod: Pod, annotations: Annotations | undefined): Pod {
  const { annotations: _annotations, ...metadata } = pod.metadata;
  return { ...pod, metadata: { ...metadata, ...(annotations === undefined ? {} : { annotations }) } };
}

const decide = (pod: Pod, sources: readonly AnnotationSource[] = []) =>
  inject(pod, shippedSidecars, defaultPolicy, sources);

interface Case {
  readonly pod: Pod;
  readonly sources: readonly AnnotationSource[];
  readonly decision: InjectionDecision;
}

function forEach(check: (found: Case) => void): void {
  fc.assert(
    fc.property(cases, ({ pod, sources }) => check({ pod, sources, decision: decide(pod, sources) })),
    { numRuns: 300 },
  );
}

function forEachInjected(check: (found: Case & { readonly after: Pod }) => void): void {
  forEach(found => {
    const { pod, decision } = found;
    if (decision.outcome === 'injected') check({ ...found, after: applyPatch(pod, decision.operations) });
  });
}

describe('annotations of sources', () => {
  it('count as if the pod carried them', () => {
    let compared = 0;
    forEach(({ pod, sources, decision }) => {
      const { annotations, origins } = withInherited(pod.metadata.annotations ?? {}, sources);
      if (origins.size === 0 || isApart(pod)) return;
      const carrying = decide(withAnnotations(pod, annotations));
      expect(decision.outcome).toBe(carrying.outcome);
      if (decision.outcome === 'injected') compared += 1;
      expect(told(decision)).toEqual(told(carrying));
    });
    expect(compared).toBeGreaterThan(20);
  });

  it('change nothing where there are none', () => {
    forEach(({ pod }) => {
      const alone = JSON.stringify(told(decide(pod)));
      expect(JSON.stringify(told(decide(pod, [])))).toBe(alone);
      expect(JSON.stringify(told(decide(pod, [{ from: 'rule 1', annotations: {} }])))).toBe(alone);
    });
  });

  it('are only read', () => {
    forEach(({ pod, sources }) => {
      expect(() => decide(deepFreeze(pod), deepFreeze(sources))).not.toThrow();
    });
  });

  it('do not depend on the pods that came before', () => {
    const list = fc.array(cases, { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(list, pods => {
        const injector = createInjector(shippedSidecars, defaultPolicy);
        for (const { pod, sources } of [...pods, ...pods])
          expect(JSON.stringify(injector(pod, sources))).toBe(JSON.stringify(decide(pod, sources)));
      }),
    );
  });
});

/** Of these it is asked who asks: by whom a status was written, a pod for Windows, and the network of the node. */
function isApart({ metadata, spec }: Pod): boolean {
  const system = spec.os?.name ?? spec.nodeSelector?.['kubernetes.io/os'];
  const isOdd = metadata.annotations !== undefined && 'sidecar.io/status' in (metadata.annotations ?? {});
  return isOdd || system === 'windows' || spec.hostNetwork === true;
}

/** All that a decision says and does, but for what tells where it comes from. */
function told(decision: InjectionDecision): unknown {
  const withoutStatus = (operations: readonly { readonly path: string }[] = []) =>
    operations.filter(({ path }) => !/^\/metadata\/annotations(\/sidecar\.io~1status)?$/.test(path));
  const warnings = decision.warnings.map(({ code, message }) => `${code} ${message}`);
  switch (decision.outcome) {
    case 'injected':
      return { warnings, operations: withoutStatus(decision.operations) };
    case 'skipped':
      return { warnings, reason: decision.reason, operations: withoutStatus(decision.operations) };
    case 'refused':
      return {
        warnings,
        refusals: decision.refusals.map(
          ({ code, message }) =>
            `${code} ${message
              .replace(/; (?:it comes|its sidecar comes|some come) from .*$/, '')
              // It names the first that the pod asks for itself.
              .replace(/^sidecar\.io\/\S+(?=: the pod has no containers;)/, '')}`,
        ),
      };
  }
}

describe('every pod that is injected with what it inherits', () => {
  it('takes the patch, which adds in promised places only and changes nothing', () => {
    forEachInjected(({ pod, decision, after, sources }) => {
      if (decision.outcome !== 'injected') return;
      expect(() => checkPatch(pod, decision.operations)).not.toThrow();
      // A mount that the namespace asks for is asked for.
      const { annotations } = withInherited(pod.metadata.annotations ?? {}, sources);
      const asking = withAnnotations(pod, annotations) as unknown as JsonObject;
      for (const { path } of decision.operations)
        if (path !== '/metadata/annotations') expect(isPromisedPath(path, asking), path).toBe(true);
      const before = pod as unknown as JsonObject;
      expect(writeJson(withoutAdditions(before, after as unknown as JsonObject))).toBe(writeJson(before));
    });
  });

  it('is settled after one pass', () => {
    forEachInjected(({ after, sources }) => {
      expect(decide(after, sources)).toMatchObject({ outcome: 'skipped', reason: 'already-injected' });
    });
  });

  it('keeps what it has wherever it is created again, and is never refused for it', () => {
    fc.assert(
      fc.property(cases, anySources, ({ pod, sources }, others) => {
        const decision = decide(pod, sources);
        if (decision.outcome !== 'injected') return;
        const after = applyPatch(pod, decision.operations);
        // What its own namespace left out is asked for again.
        if (after.metadata.annotations?.['sidecar.io/status']?.includes('leftToOthers')) return;
        expect(decide(after, others)).toMatchObject({ outcome: 'skipped' });
      }),
      { numRuns: 300 },
    );
  });

  it('is as it was when all of it is taken out', () => {
    forEachInjected(({ pod, after }) => {
      const removal = uninject(after);
      if (removal.outcome !== 'uninjected') throw new Error(JSON.stringify(removal));
      const left = applyPatch(after, removal.operations);
      // Lists and maps that were made for it stay, empty.
      expect(withoutEmpty(left)).toEqual(withoutEmpty(pod));
    });
  });

  it('has a status that says of each sidecar whether it was asked for elsewhere', () => {
    forEachInjected(({ pod, after, sources }) => {
      const asked = new Set(Object.keys(pod.metadata.annotations ?? {}).map(key => key.replaceAll('_', '-')));
      const froms = new Set(sources.map(({ from }) => from));
      const status = parseStatus(after.metadata.annotations?.['sidecar.io/status'] ?? '');
      const inherited = Object.entries(status ?? {}).flatMap(([name, entry]) =>
        'from' in entry && entry.from !== undefined ? [{ name, ...entry }] : [],
      );
      for (const { name, from = '', inherited: hash } of inherited) {
        expect(asked.has(`sidecar.io/${name}`), name).toBe(false);
        expect(froms.has(from), from).toBe(true);
        expect(hash).toMatch(/^[0-9a-f]{16}$/);
      }
    });
  });
});

describe('every pod that leaves out what it inherits', () => {
  it('is what it would be without', () => {
    forEach(({ pod, sources }) => {
      const own = pod.metadata.annotations ?? {};
      if (Object.hasOwn(own, 'sidecar.io/inject')) return;
      const inherited = [...withInherited(own, sources).origins.keys()];
      const ofOwn = new Set(Object.keys(own).map(switchKey));
      if (inherited.some(key => ofOwn.has(switchKey(key)))) return;
      const outs = Object.fromEntries(inherited.map(key => [leaveOutKey(key), 'false']));
      const left = withAnnotations(pod, { ...own, ...outs, 'sidecar.io/inject': 'true' });
      const alone = withAnnotations(pod, { ...own, 'sidecar.io/inject': 'true' });
      expect(JSON.stringify(decide(left, sources))).toBe(JSON.stringify(decide(alone)));
    });
  });
});

function withoutEmpty(value: unknown): unknown {
  const isEmpty = (entry: unknown) =>
    entry === null || (typeof entry === 'object' && entry !== null && Object.keys(entry).length === 0);
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, entry]) => [key, withoutEmpty(entry)] as const);
  return Object.fromEntries(entries.filter(([, entry]) => !isEmpty(entry)));
}
