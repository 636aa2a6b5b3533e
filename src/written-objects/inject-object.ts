/**
 * What `inject` makes of one object of a manifest, by the engine of the webhook. Pure: the text that the object stands in
 * is of no interest here.
 */
import type { AnnotationSource } from '../injection/inheritance/annotation-source.ts';
import type { InjectionDecision, Injector } from '../injection/inject.ts';
import type { PatchOperation } from '../injection/patch/patch-operation.ts';
import { refusal, type Warning } from '../injection/reason.ts';
import { isAnnotated } from '../injection/request/annotation-keys.ts';
import type { JsonObject } from '../kubernetes/json.ts';
import type { Labels } from '../kubernetes/label-selector.ts';
import { MalformedObjectError } from '../kubernetes/malformed-object-error.ts';
import type { Pod } from '../kubernetes/pod.ts';
import type { NamedWorkloadKind, Workload } from '../kubernetes/workload.ts';
import { decideWorkload } from '../workloads/decide-workload.ts';
import { injectWorkload, type WorkloadInjection } from '../workloads/inject-workload.ts';
import { annotationOperations, withAnnotations } from './add-annotations.ts';
import { annotationsAround, podLabelsIn, podMakerKindOf, readPodMaker } from './pod-maker.ts';

/** What becomes of an object. */
export type ObjectInjection =
  | WorkloadInjection
  | {
      /** The injector puts the sidecars in when its pods are created. */
      readonly outcome: 'annotated';
      readonly sidecars: readonly string[];
      readonly operations: readonly PatchOperation[];
      readonly warnings: readonly Warning[];
    };

/** How objects are injected. */
export interface ObjectInjectionOptions {
  readonly injector: Injector;
  /** Kinds of workload beside those of Kubernetes itself. */
  readonly workloadKinds: readonly NamedWorkloadKind[];
  /** To be added to each object before anything else. */
  readonly annotations: Readonly<Record<string, string>>;
  /** What counts for pods with these labels, where the object is, beside its own annotations. */
  readonly inherited?: (podLabels: Labels) => readonly AnnotationSource[];
  /** Whether objects get all that the webhook would add, or only the annotations that the webhook needs. */
  readonly extent: 'all' | 'annotations';
}

/** Decides what becomes of an object; undefined where it makes no pods. The object is only read. */
export function injectObject(
  written: JsonObject,
  options: ObjectInjectionOptions,
): ObjectInjection | undefined {
  const kind = podMakerKindOf(written, options.workloadKinds);
  if (kind === undefined) return undefined;
  const { annotations, inherited = () => [] } = options;
  const object = withAnnotations(written, annotations);
  const asksItself = annotationsAround(object, kind).some(isAnnotated);
  const sources = inherited(podLabelsIn(object, kind)).filter(source => isAnnotated(source.annotations));
  // As the webhook, which is asked about nothing else. A part of an object, as for kustomize, is right without a template.
  if (!asksItself && sources.length === 0) return notRequested;
  try {
    const maker = readPodMaker(object, kind);
    const decision =
      'warnings' in maker ? noTemplate(maker.warnings) : decide(maker, { ...options, sources });
    if (decision.outcome === 'refused') return decision;
    const operations = [...annotationOperations(written, annotations), ...decision.operations];
    return { ...decision, operations };
  } catch (error) {
    if (!(error instanceof MalformedObjectError)) throw error;
    if (!asksItself) return notRequested;
    const { path, message } = error;
    return { outcome: 'refused', refusals: [refusal('malformed-object', path, () => message)], warnings: [] };
  }
}

const notRequested = { outcome: 'skipped', reason: 'not-requested', operations: [], warnings: [] } as const;

function noTemplate(warnings: readonly Warning[]): ObjectInjection {
  return { outcome: 'skipped', reason: 'no-pod-template', operations: [], warnings };
}

interface InheritingOptions extends ObjectInjectionOptions {
  readonly sources: readonly AnnotationSource[];
}

function decide(
  maker: { readonly pod: Pod } | { readonly workload: Workload },
  { injector: bare, extent, sources }: InheritingOptions,
): ObjectInjection {
  const injector: Injector = pod => bare(pod, sources);
  if ('pod' in maker) {
    const decision = injectionOf(injector(maker.pod));
    return extent === 'all' ? decision : withoutContainers(decision);
  }
  const { workload } = maker;
  return extent === 'all' ? injectWorkload(workload, injector) : annotateWorkload(workload, injector);
}

function injectionOf(decision: InjectionDecision): WorkloadInjection {
  if (decision.outcome === 'refused') return decision;
  const { operations = [], warnings } = decision;
  if (decision.outcome === 'skipped')
    return { outcome: 'skipped', reason: decision.reason, operations, warnings };
  const sidecars = decision.sidecars.map(({ instance }) => instance.name);
  return { outcome: 'injected', sidecars, operations, warnings };
}

function withoutContainers(decision: WorkloadInjection): ObjectInjection {
  switch (decision.outcome) {
    case 'refused':
      return decision;
    case 'skipped':
      return { ...decision, operations: [] };
    case 'injected':
      return { ...decision, outcome: 'annotated', operations: [] };
  }
}

/** What the webhook itself does with a workload that is created. */
function annotateWorkload(workload: Workload, injector: Injector): ObjectInjection {
  const decision = decideWorkload({ workload }, injector, 'propagate');
  if (decision.outcome === 'refused') return decision;
  const { operations = [], warnings } = decision;
  return decision.outcome === 'skipped'
    ? { outcome: 'skipped', reason: decision.reason, operations, warnings }
    : { outcome: 'annotated', sidecars: decision.sidecars, operations, warnings };
}
