import { applyPatch, parsePatch } from 'diff';
import { unifiedDiff } from '../../src/cli/manifests/unified-diff.ts';
import { createInjector } from '../../src/injection/inject.ts';
import { annotationOperations } from '../../src/written-objects/add-annotations.ts';
import {
  type DecideObject,
  type EditedManifest,
  editManifest,
} from '../../src/written-objects/edited-manifest.ts';
import { injectObject } from '../../src/written-objects/inject-object.ts';
import { uninjectObject } from '../../src/written-objects/uninject-object.ts';
import { defaultPolicy, gitSync, shippedSidecars } from '../injection-fixture.ts';

/** What became of a text that a sidecar was put into and taken out of. */
export interface InjectionTrial {
  readonly outcome: 'unreadable' | 'refused' | 'untouched' | 'injected';
  /** How many objects got it. */
  readonly injected: number;
  /** Promises that did not hold. */
  readonly broken: readonly string[];
}

const injector = createInjector(shippedSidecars, { ...defaultPolicy, by: 'inject' });
const annotations = gitSync({ mount: '/srv/site-content' });

const inject: DecideObject = object =>
  injectObject(object, { injector, workloadKinds: [], annotations, extent: 'all' });
const uninject: DecideObject = object => uninjectObject(object, []);
const annotate: DecideObject = (object, found) => {
  const decision = inject(object, found);
  if (decision === undefined || decision.outcome === 'refused') return decision;
  return { ...decision, operations: annotationOperations(object, annotations) } as typeof decision;
};

/** Has every pod and workload of a text ask for a sidecar, puts it in, and takes it out again. */
export function tryInjection(text: string): InjectionTrial {
  const there = editManifest('x', text, inject);
  const injected = there.objects.filter(({ decision }) => decision.outcome === 'injected').length;
  if (there.problems.length > 0) return { outcome: 'unreadable', injected: 0, broken: [] };
  if (there.isRefused) return { outcome: 'refused', injected: 0, broken: [] };
  if (injected === 0) return { outcome: 'untouched', injected, broken: [] };
  return { outcome: 'injected', injected, broken: brokenBy(text, there) };
}

function brokenBy(text: string, { after }: EditedManifest): readonly string[] {
  const again = editManifest('x', after, inject);
  const back = editManifest('x', after, uninject);
  const annotated = editManifest('x', text, annotate);
  const [patch] = parsePatch(unifiedDiff('x', text, after));
  const applied = patch && applyPatch(text, patch, { autoConvertLineEndings: false });
  return [
    ...again.problems.map(({ message }) => `a second time: ${message}`),
    ...(again.after === after && !again.isRefused ? [] : ['a second time changes it']),
    ...back.problems.map(({ message }) => `taking out: ${message}`),
    ...(back.after === annotated.after && !back.isRefused ? [] : ['taking out is not the inverse']),
    ...(applied === after ? [] : ['the diff does not make the one of the other']),
  ];
}
