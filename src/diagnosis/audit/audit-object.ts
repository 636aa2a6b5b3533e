import { at, isObject, type JsonObject } from '../../kubernetes/json.ts';
import { MalformedObjectError } from '../../kubernetes/malformed-object-error.ts';
import { type NamedWorkloadKind, readWorkload, type WorkloadKind } from '../../kubernetes/workload.ts';
import { readPodMaker } from '../../written-objects/pod-maker.ts';
import type { AuditEngine } from './audit-engine.ts';
import { type Seen, sidecarAt } from './audit-finding.ts';
import { auditWorkload } from './audit-workload.ts';
import { type Controller, controllerOf } from './owners.ts';

/** A kind of objects that an audit looks through, as the API server lists it. */
export interface AuditedKind {
  readonly kind: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly template: WorkloadKind | NamedWorkloadKind;
  /** Whether others make objects of this kind to have their pods made; then those others are judged. */
  readonly isBetween?: boolean;
  /** Whether annotations on the object itself reach no pod, because nobody asks the injector about it. */
  readonly isUnwatched?: boolean;
}

const apps = { group: 'apps', version: 'v1' } as const;
const batch = { group: 'batch', version: 'v1' } as const;

/** Those of Kubernetes itself; what others make comes last. */
export function auditedKinds(named: readonly NamedWorkloadKind[]): readonly AuditedKind[] {
  return [
    { ...apps, kind: 'Deployment', resource: 'deployments', template: 'Deployment' },
    { ...apps, kind: 'StatefulSet', resource: 'statefulsets', template: 'StatefulSet' },
    { ...apps, kind: 'DaemonSet', resource: 'daemonsets', template: 'DaemonSet' },
    { ...batch, kind: 'CronJob', resource: 'cronjobs', template: 'CronJob' },
    ...named.map(kind => ({ ...kind, template: kind })),
    { ...batch, kind: 'Job', resource: 'jobs', template: 'Job', isBetween: true },
    {
      ...apps,
      kind: 'ReplicaSet',
      resource: 'replicasets',
      template: { ...apps, kind: 'ReplicaSet', resource: 'replicasets', template: 'spec.template' },
      isBetween: true,
      isUnwatched: true,
    },
  ];
}

/** What an object is, as far as it is to be judged, and what a person knows it by. */
export interface AuditedObject {
  readonly namespace: string;
  readonly self: Controller;
  readonly controller: Controller | undefined;
  /** False where it makes no pods any more, or another object is judged in its place. */
  readonly isJudged: boolean;
}

/** Reads what an object is; `known` are the kinds that are looked through. */
export function auditedObject(
  object: JsonObject,
  { kind, isBetween = false }: AuditedKind,
  known: ReadonlySet<string>,
): AuditedObject {
  const { metadata } = object;
  const controller = isBetween ? controllerOf(metadata) : undefined;
  return {
    namespace: String(at(metadata, ['namespace']) ?? ''),
    self: { kind, name: String(at(metadata, ['name']) ?? '') },
    controller,
    isJudged:
      controller === undefined ? !isFinished(object) : !known.has(controller.kind) && isActive(object),
  };
}

/** A Job that is over makes no pods any more. */
function isFinished({ status }: JsonObject): boolean {
  const conditions = at(status, ['conditions']);
  return (Array.isArray(conditions) ? conditions : [])
    .filter(isObject)
    .some(({ type, status: state }) => (type === 'Complete' || type === 'Failed') && state === 'True');
}

/** Of what others make only what has pods counts: the rest are earlier revisions, and Jobs that are over. */
function isActive(object: JsonObject): boolean {
  return !isFinished(object) && at(object, ['spec', 'replicas']) !== 0;
}

/** What is to be said of an object that makes pods. */
export function auditObject(
  object: JsonObject,
  { template, isUnwatched = false }: AuditedKind,
  engine: AuditEngine,
): readonly Seen[] {
  if (isUnwatched) return auditWorkload(readWorkload(template, object), { ...engine, workloads: 'warn' });
  if (typeof template === 'string') return auditWorkload(readWorkload(template, object), engine);
  return auditNamed(object, template, engine);
}

/** Kubernetes promises nothing of what such an object holds. */
function auditNamed(object: JsonObject, kind: NamedWorkloadKind, engine: AuditEngine): readonly Seen[] {
  try {
    const maker = readPodMaker(object, kind);
    if ('workload' in maker) return auditWorkload(maker.workload, engine);
    if (!('warnings' in maker)) return [];
    return maker.warnings.map(({ code, where, message }) => ({
      sidecar: sidecarAt(where),
      code,
      message,
      about: 'next',
    }));
  } catch (error) {
    if (error instanceof MalformedObjectError) return [];
    throw error;
  }
}
