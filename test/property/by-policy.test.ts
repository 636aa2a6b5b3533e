/** The webhook and the commands take a pod that policies of the API server injected as one of the webhook's own. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { AnnotationSource } from '../../src/injection/inheritance/annotation-source.ts';
import { inject } from '../../src/injection/inject.ts';
import { applyPatch } from '../../src/injection/patch/apply-patch.ts';
import { uninject } from '../../src/injection/uninject.ts';
import type { JsonObject } from '../../src/kubernetes/json.ts';
import { readPod } from '../../src/kubernetes/pod.ts';
import { byPolicy } from '../by-policy.ts';
import { defaultPolicy, shippedSidecars } from '../injection-fixture.ts';
import { admissiblePod } from './arbitrary-admissible-pod.ts';
import { type Annotations, validRequest } from './arbitrary-annotations.ts';

// Hundreds of pods take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const cases = fc.record({
  pod: admissiblePod,
  namespace: fc.option(validRequest('_docs'), { nil: {} }),
  isWhole: fc.boolean(),
});

const decide = (pod: JsonObject, sources: readonly AnnotationSource[]) =>
  inject(readPod(pod), shippedSidecars, defaultPolicy, sources);

/** Calls back with each pod that the webhook injects, and with the same as policies, or both, had left it. */
function forEachInjected(check: (found: Found) => void): void {
  let count = 0;
  fc.assert(
    fc.property(cases, ({ pod, namespace, isWhole }) => {
      const sources = [{ from: 'namespace shop', annotations: namespace }];
      const decision = decide(pod, sources);
      if (decision.outcome !== 'injected') return;
      count += 1;
      const webhooks = applyPatch(pod, decision.operations);
      const [first = ''] = Object.keys(statusOf(webhooks));
      const names = isWhole ? {} : { names: [first] };
      const policies = byPolicy(webhooks as never, { annotations: namespace, ...names });
      check({ webhooks, policies, sources, namespace });
    }),
    { numRuns: 400 },
  );
  expect(count).toBeGreaterThan(50);
}

interface Found {
  readonly webhooks: JsonObject;
  readonly policies: JsonObject;
  readonly sources: readonly AnnotationSource[];
  readonly namespace: Annotations;
}

function statusOf(pod: JsonObject): Readonly<Record<string, JsonObject>> {
  return JSON.parse(readPod(pod).metadata.annotations?.['sidecar.io/status'] ?? '{}');
}

function withAnnotations(pod: JsonObject, annotations: Annotations): JsonObject {
  const metadata = pod['metadata'] as JsonObject;
  return {
    ...pod,
    metadata: { ...metadata, annotations: { ...(metadata['annotations'] as JsonObject), ...annotations } },
  };
}

describe('every pod whose sidecars policies put in, all or one of them', () => {
  it('is left alone by the webhook', () => {
    forEachInjected(({ policies, sources }) => {
      const decision = decide(policies, sources);
      expect(decision).toMatchObject({ outcome: 'skipped', reason: 'already-injected' });
      expect('operations' in decision).toBe(false);
    });
  });

  it('is, when all is taken out, what is left of the one of the webhook', () => {
    forEachInjected(({ webhooks, policies }) => {
      const [theirs, ours] = [policies, webhooks].map(pod => {
        const removal = uninject(readPod(pod));
        if (removal.outcome !== 'uninjected') throw new Error(JSON.stringify(removal));
        return JSON.stringify(applyPatch(pod, removal.operations));
      });
      expect(theirs).toBe(ours);
    });
  });

  it('gets another sidecar of the webhook, and keeps what policies wrote of the first', () => {
    let added = 0;
    forEachInjected(({ policies, sources }) => {
      const more = withAnnotations(policies, { 'sidecar.io/statsd-exporter_more': 'true' });
      const decision = decide(more, sources);
      if (decision.outcome !== 'injected') return;
      added += 1;
      const after = statusOf(applyPatch(more, decision.operations));
      expect(after).toMatchObject(statusOf(policies));
      expect(after['statsd-exporter-more']).not.toHaveProperty('by');
    });
    expect(added).toBeGreaterThan(10);
  });
});
