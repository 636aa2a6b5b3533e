/** What tests of workloads start from: a Deployment with one container, and what becomes of it. */
import { createInjector, type Injector } from '../src/injection/inject.ts';
import { applyPatch } from '../src/injection/patch/apply-patch.ts';
import type { PodSpec } from '../src/kubernetes/pod.ts';
import {
  type NamedWorkloadKind,
  readWorkload,
  type Workload,
  type WorkloadKind,
  workloadKinds,
} from '../src/kubernetes/workload.ts';
import {
  decideWorkload,
  type WorkloadDecision,
  type WorkloadMode,
} from '../src/workloads/decide-workload.ts';
import { defaultPolicy, shippedSidecars } from './injection-fixture.ts';

/** A kind that the operator names. */
export const rollout = {
  group: 'argoproj.io',
  version: 'v1alpha1',
  resource: 'rollouts',
  kind: 'Rollout',
  template: 'spec.template',
} satisfies NamedWorkloadKind;

type Annotations = Readonly<Record<string, string>>;

export interface WorkloadWriting {
  readonly kind?: WorkloadKind;
  readonly annotations?: Annotations | undefined;
  /** On what is between object and pod template, in a CronJob. */
  readonly jobTemplate?: Annotations;
  readonly template?: Annotations | undefined;
  readonly podSpec?: Partial<PodSpec>;
  readonly metadata?: object;
  readonly spec?: object;
  readonly status?: object;
}

/** A workload with the name `web`, as the API server sends it. */
export function workloadWith(writing: WorkloadWriting = {}): Workload {
  const {
    kind = 'Deployment',
    annotations,
    jobTemplate,
    template,
    podSpec,
    metadata,
    spec,
    status,
  } = writing;
  const podTemplate = {
    metadata: { labels: { app: 'web' }, ...(template ? { annotations: template } : {}) },
    spec: { containers: [{ name: 'app', image: 'nginx:1.29' }], ...podSpec },
  };
  const inner =
    kind === 'CronJob'
      ? { jobTemplate: { metadata: { annotations: jobTemplate }, spec: { template: podTemplate } } }
      : { template: podTemplate };
  const own = { name: 'web', ...(annotations ? { annotations } : {}), ...metadata };
  const apiVersion = kind === 'Job' || kind === 'CronJob' ? 'batch/v1' : 'apps/v1';
  const object = { apiVersion, kind, metadata: own, spec: { ...inner, ...spec } };
  return readWorkload(kind, status ? { ...object, status } : object);
}

export const injector: Injector = createInjector(shippedSidecars, defaultPolicy);

/** What becomes of a workload that is created, or updated where it is said what it was before. */
export function decideOn(
  workload: Workload,
  before?: Workload,
  mode: WorkloadMode = 'propagate',
): WorkloadDecision {
  return decideWorkload({ workload, before }, injector, mode);
}

/** The workload as it is stored after the decision. */
export function workloadAfter(workload: Workload, before?: Workload): Workload {
  const decision = decideOn(workload, before);
  if (decision.outcome === 'refused') throw new Error(JSON.stringify(decision.refusals));
  if (decision.outcome === 'skipped') return workload;
  return readWorkload(kindOf(workload), applyPatch(workload.object, decision.operations));
}

/** What a workload was read as: one of Kubernetes itself, or one that the operator named. */
function kindOf({ kind, templatePath }: Workload) {
  const named = {
    group: 'example.com',
    version: 'v1',
    resource: 'any',
    kind,
    template: templatePath.join('.'),
  };
  return workloadKinds.find(own => own === kind) ?? named;
}

/** The same workload with other annotations on it, as `kubectl annotate` makes it. */
export function annotated(
  workload: Workload,
  changes: Readonly<Record<string, string | undefined>>,
): Workload {
  const all = Object.entries({ ...workload.metadata.annotations, ...changes });
  const annotations = Object.fromEntries(all.filter(([, value]) => value !== undefined));
  const metadata = { ...workload.metadata, annotations };
  return readWorkload(kindOf(workload), { ...workload.object, metadata });
}

/** The annotations of the pod template. */
export function templateAnnotations({ template }: Workload): Annotations {
  return template.metadata?.annotations ?? {};
}

/** All that is said about a workload, refusals first, each as `code: message`. */
export function toldOf(decision: WorkloadDecision): readonly string[] {
  const refusals = decision.outcome === 'refused' ? decision.refusals : [];
  return [...refusals, ...decision.warnings].map(({ code, message }) => `${code}: ${message}`);
}
