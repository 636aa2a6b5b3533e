/** Whatever is sent in, the answer is a decision or an error of ours: never a TypeError, never an endless loop. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { answerReview, type Core } from '../../src/admission/answer-review.ts';
import { createInjector, inject } from '../../src/injection/inject.ts';
import { InjectorError } from '../../src/injector-error.ts';
import { isObject, type Json } from '../../src/kubernetes/json.ts';
import { readPod } from '../../src/kubernetes/pod.ts';
import { decideWorkload } from '../../src/workloads/decide-workload.ts';
import { defaultPolicy, gitSync, podWith, shippedSidecars } from '../injection-fixture.ts';
import { writeJson } from '../number-text.ts';
import { anyJson } from './arbitrary-json.ts';
import { anyPod, injectablePod } from './arbitrary-pod.ts';

// Hundreds of pods take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

function decide(pod: unknown): void {
  try {
    inject(readPod(pod), shippedSidecars, defaultPolicy);
  } catch (error) {
    if (!(error instanceof InjectorError)) throw error;
    expect(error.name).toBe('MalformedObjectError');
  }
}

const injector = createInjector(shippedSidecars, defaultPolicy);
const core: Core = {
  decide: injector,
  decideWorkload: change => decideWorkload(change, injector, 'propagate'),
};

function answer(body: unknown): void {
  try {
    answerReview(body, core);
  } catch (error) {
    if (!(error instanceof InjectorError)) throw error;
    expect(error.name).toBe('MalformedObjectError');
  }
}

/** A pod with one value of it, at any depth, replaced by any other. */
const damagedPod = fc
  .tuple(fc.oneof(anyPod, injectablePod), fc.nat(), anyJson)
  .map(([pod, place, replacement]) => replaceAt(pod, placesOf(pod, []), place, replacement));

function placesOf(value: Json, path: readonly string[]): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, below]) => placesOf(below, [...path, key]))];
}

function replaceAt(
  pod: Json,
  places: readonly (readonly string[])[],
  place: number,
  replacement: Json,
): Json {
  return replaced(pod, places[place % places.length] ?? [], replacement);
}

function replaced(value: Json, [key, ...rest]: readonly string[], replacement: Json): Json {
  if (key === undefined) return replacement;
  if (Array.isArray(value)) {
    return value.map((entry: Json, index) =>
      String(index) === key ? replaced(entry, rest, replacement) : entry,
    );
  }
  if (!isObject(value)) return replacement;
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [
      name,
      name === key ? replaced(entry, rest, replacement) : entry,
    ]),
  );
}

describe('anything at all', () => {
  it('is a pod that can be decided on, or malformed', () => {
    fc.assert(
      fc.property(fc.oneof(anyJson, damagedPod), json => decide(JSON.parse(writeJson(json)))),
      { numRuns: 500 },
    );
  });

  it('is a review that can be answered, or malformed', () => {
    const envelope = fc.record(
      {
        apiVersion: fc.oneof({ weight: 5, arbitrary: fc.constant<Json>('admission.k8s.io/v1') }, anyJson),
        kind: fc.oneof({ weight: 5, arbitrary: fc.constant<Json>('AdmissionReview') }, anyJson),
        request: fc.oneof(
          anyJson,
          fc.record<Json>({
            uid: fc.oneof({ weight: 5, arbitrary: fc.constant<Json>('1') }, anyJson),
            kind: fc.constantFrom<Json[]>({ kind: 'Pod' }, { group: 'apps', kind: 'Deployment' }, null, {
              group: '',
            }),
            operation: fc.constantFrom<Json[]>('CREATE', 'UPDATE', 'DELETE', null),
            subResource: fc.constantFrom<Json[]>(null, '', 'status'),
            namespace: fc.oneof({ weight: 5, arbitrary: fc.constant<Json>('default') }, anyJson),
            object: fc.oneof(anyJson, damagedPod),
          }),
        ),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(anyJson, envelope), json => answer(JSON.parse(writeJson(json)))),
      { numRuns: 500 },
    );
  });

  it('may stand in the status annotation', () => {
    const entry = fc.record(
      {
        definition: fc.oneof(fc.string(), anyJson),
        parameters: fc.oneof(fc.string(), anyJson),
        mode: fc.oneof(fc.constantFrom<Json[]>('native', 'classic', 'init', ''), anyJson),
        containers: fc.oneof(fc.constantFrom<Json[]>(['app'], ['git-sync'], ['app', '__proto__']), anyJson),
        volumes: fc.oneof(fc.constantFrom<Json[]>([], ['git-sync-tmp'], ['__proto__']), anyJson),
        content: anyJson,
      },
      { requiredKeys: ['definition', 'parameters', 'mode', 'containers', 'volumes'] },
    );
    const key = fc.constantFrom('git-sync', 'app', '__proto__', 'constructor', '');
    const status = fc.oneof(
      fc.string({ unit: 'binary' }),
      anyJson.map(writeJson),
      fc.array(fc.tuple(key, entry), { maxLength: 2 }).map(entries => writeJson(Object.fromEntries(entries))),
    );
    fc.assert(
      fc.property(status, text => decide(podWith({ ...gitSync(), 'sidecar.io/status': text }))),
      { numRuns: 500 },
    );
  });
});
