/** Workloads of every kind, as small as the API server takes them. */
import type { V1ObjectMeta, V1PodSpec } from '@kubernetes/client-node';
import { type WorkloadKind, workloadKinds } from '../../src/kubernetes/workload.ts';
import { type Annotations, podOf } from './pod-manifests.ts';

export { type WorkloadKind, workloadKinds };

export interface WorkloadOptions {
  /** Also the label `app` of its pods; `web` by default. */
  readonly name?: string;
  /** On the object itself. */
  readonly annotations?: Annotations;
  /** On the pod template. */
  readonly template?: Annotations;
  /** On what is between the two, in a CronJob. */
  readonly jobTemplate?: Annotations;
  readonly podSpec?: Partial<V1PodSpec>;
  /** More of the object's own spec. */
  readonly spec?: object;
}

export interface PodTemplate {
  readonly metadata?: V1ObjectMeta;
  readonly spec: V1PodSpec;
}

export interface WorkloadObject {
  readonly metadata: V1ObjectMeta;
  readonly spec: {
    readonly template?: PodTemplate;
    readonly jobTemplate?: { readonly spec: { readonly template: PodTemplate } };
  };
}

export function workloadOf(kind: WorkloadKind, options: WorkloadOptions = {}): WorkloadObject & object {
  const {
    name = 'web',
    annotations = {},
    template = {},
    jobTemplate = {},
    podSpec = {},
    spec = {},
  } = options;
  const ends: Partial<V1PodSpec> = kind === 'Job' || kind === 'CronJob' ? { restartPolicy: 'Never' } : {};
  const podTemplate = {
    metadata: {
      labels: { app: name },
      ...(Object.keys(template).length > 0 ? { annotations: template } : {}),
    },
    spec: podOf('web', undefined, { ...ends, ...podSpec }).spec,
  };
  return {
    apiVersion: kind === 'Job' || kind === 'CronJob' ? 'batch/v1' : 'apps/v1',
    kind,
    metadata: { name, ...(Object.keys(annotations).length > 0 ? { annotations } : {}) },
    spec: { ...specs[kind](podTemplate, jobTemplate), ...spec },
  } as WorkloadObject & object;
}

const specs: Readonly<
  Record<WorkloadKind, (template: LabelledTemplate, jobTemplate: Annotations) => object>
> = {
  Deployment: template => ({ selector: selectorOf(template), template }),
  StatefulSet: template => ({ selector: selectorOf(template), serviceName: 'web', template }),
  DaemonSet: template => ({ selector: selectorOf(template), template }),
  Job: template => ({ template }),
  CronJob: (template, annotations) => ({
    schedule: '0 0 1 1 *',
    jobTemplate: { metadata: { annotations }, spec: { template } },
  }),
};

interface LabelledTemplate {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
}

function selectorOf({ metadata: { labels } }: LabelledTemplate): object {
  return { matchLabels: labels };
}

/** The pod template of a workload, wherever its kind keeps it. */
export function templateIn({ spec }: WorkloadObject): PodTemplate {
  const template = spec.template ?? spec.jobTemplate?.spec.template;
  if (template === undefined) throw new Error('there is no pod template');
  return template;
}

/** The annotations of the pod template; none where it has none. */
export function templateAnnotations(workload: WorkloadObject): Annotations {
  return templateIn(workload).metadata?.annotations ?? {};
}
