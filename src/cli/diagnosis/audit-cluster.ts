import type { ApiClient } from '../../cluster/api-client.ts';
import { ApiError } from '../../cluster/api-error.ts';
import { ClusterPods, type PodSelection } from '../../cluster/cluster-pods.ts';
import { workloadPages } from '../../cluster/cluster-workloads.ts';
import type { AuditEngine } from '../../diagnosis/audit/audit-engine.ts';
import type { AuditFinding, Seen } from '../../diagnosis/audit/audit-finding.ts';
import {
  type AuditedKind,
  auditedKinds,
  auditedObject,
  auditObject,
} from '../../diagnosis/audit/audit-object.ts';
import { auditPod } from '../../diagnosis/audit/audit-pod.ts';
import { GatheredFindings } from '../../diagnosis/audit/gathered-findings.ts';
import { Owners, objectName } from '../../diagnosis/audit/owners.ts';
import { inheriting } from '../../diagnosis/inheriting.ts';
import type { JsonObject } from '../../kubernetes/json.ts';
import type { NamedWorkloadKind } from '../../kubernetes/workload.ts';
import type { SourcesInCluster } from '../../namespaces/sources-in-cluster.ts';

export interface ClusterAudit {
  readonly findings: readonly AuditFinding[];
  /** How many were looked at. */
  readonly pods: number;
  readonly workloads: number;
  /** Kinds of the configuration that the cluster does not have. */
  readonly missingKinds: readonly string[];
}

export interface AuditOptions {
  readonly client: Pick<ApiClient, 'request' | 'openLines'>;
  readonly selection: PodSelection;
  readonly engine: AuditEngine;
  readonly sourcesIn: SourcesInCluster;
  readonly workloadKinds: readonly NamedWorkloadKind[];
}

/**
 * Looks through what makes pods, and through the pods. Lists are read in pages, and of each page nothing is kept but what
 * was found and who controls what, so that a large cluster takes no more memory than a small one.
 *
 * @throws ApiError where something may not be listed: what was not looked at cannot be said to be right.
 */
export async function auditCluster(options: AuditOptions): Promise<ClusterAudit> {
  const pods = new ClusterPods(options.client);
  const leftAlone = await pods.namespacesLeftAlone(options.selection.namespace);
  const audit = { ...options, leftAlone, found: new GatheredFindings(), owners: new Owners() };
  const kinds = auditedKinds(options.workloadKinds);
  const known = new Set(kinds.map(({ kind }) => kind));
  const missingKinds: string[] = [];
  let workloads = 0;
  for (const kind of kinds) {
    const count = await auditKind(kind, known, audit);
    if (count === undefined) missingKinds.push(`${kind.resource}.${kind.group}`);
    workloads += count ?? 0;
  }
  return { pods: await auditPods(pods, audit), findings: audit.found.all(), workloads, missingKinds };
}

interface RunningAudit extends AuditOptions {
  /** The namespaces whose pods never reach the injector. */
  readonly leftAlone: ReadonlySet<string>;
  readonly found: GatheredFindings;
  readonly owners: Owners;
}

/** How many objects were judged; undefined where the cluster has no such kind. */
async function auditKind(
  kind: AuditedKind,
  known: ReadonlySet<string>,
  audit: RunningAudit,
): Promise<number | undefined> {
  let count = 0;
  try {
    for await (const page of workloadPages(audit.client, kind, audit.selection))
      count += page.filter(object => isLookedAt(object, kind, { known, audit })).length;
    return count;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

/** Judges an object, or only remembers whose it is. */
function isLookedAt(
  object: JsonObject,
  kind: AuditedKind,
  { known, audit }: { readonly known: ReadonlySet<string>; readonly audit: RunningAudit },
): boolean {
  const { namespace, self, controller, isJudged } = auditedObject(object, kind, known);
  if (controller !== undefined) audit.owners.remember(namespace, self, controller);
  if (!isJudged || audit.leftAlone.has(namespace)) return false;
  const place = { namespace, object: objectName(controller ?? self) };
  audit.found.add(place, auditObject(object, kind, engineIn(namespace, audit)));
  return true;
}

async function auditPods(pods: ClusterPods, audit: RunningAudit): Promise<number> {
  const { leftAlone, found, owners } = audit;
  let count = 0;
  for await (const page of pods.pages(audit.selection)) {
    count += page.length;
    for (const pod of page) {
      const { namespace, name } = pod.metadata;
      const engine = engineIn(namespace, audit);
      const seen = auditPod(pod, engine).filter(sight => !leftAlone.has(namespace) || isAnywhere(sight));
      found.add({ namespace, object: owners.ofPod(pod.metadata), pod: name }, seen);
    }
  }
  return count;
}

/** What judges there, where the injector is asked about pods. */
function engineIn(namespace: string, { engine, sourcesIn, leftAlone }: RunningAudit): AuditEngine {
  return inheriting(engine, pod => (leftAlone.has(namespace) ? [] : sourcesIn(namespace, pod)));
}

/** Also in a namespace that the injector leaves alone. */
function isAnywhere({ code, about }: Seen): boolean {
  return about === 'present' && code !== 'pod-bare';
}
