import { type AuditFinding, isRefusal, type Seen } from './audit-finding.ts';

/** Where something was seen. */
export interface Place {
  readonly namespace: string;
  readonly object: string;
  /** The pod, where it was seen in one. */
  readonly pod?: string;
}

/**
 * Gathers what was seen, object by object. What several pods of one object have is one finding. Of a refusal that the object
 * itself has, its pods say nothing more.
 */
export class GatheredFindings {
  readonly #findings = new Map<string, Gathered>();

  add({ namespace, object, pod }: Place, seen: readonly Seen[]): void {
    for (const { sidecar, code, message, about, from } of seen) {
      const key = JSON.stringify([namespace, object, sidecar, code, message]);
      const found = this.#findings.get(key);
      if (found === undefined) {
        const pods = pod === undefined ? [] : [pod];
        const origin = from === undefined ? {} : { from };
        this.#findings.set(key, { namespace, object, sidecar, code, message, about, pods, ...origin });
      } else if (pod !== undefined) found.pods.push(pod);
    }
  }

  /** All of them: what stands in the way of pods to come first, then what is wrong with those that run. */
  all(): readonly AuditFinding[] {
    const findings = [...this.#findings.values()];
    const ofObjects = new Set(findings.filter(({ pods }) => pods.length === 0).map(keyOf));
    const isSaid = (finding: Gathered) =>
      finding.pods.length > 0 && isRefusal(finding.code) && ofObjects.has(keyOf(finding));
    return findings
      .filter(finding => !isSaid(finding))
      .sort((a, b) => rankOf(a) - rankOf(b) || compare(keyOf(a), keyOf(b)));
  }
}

interface Gathered extends AuditFinding {
  readonly pods: string[];
}

function keyOf({ namespace, object, sidecar, code }: AuditFinding): string {
  return [namespace, object, sidecar, code].join('\n');
}

function rankOf({ code, about }: AuditFinding): number {
  if (code === 'pod-bare') return 1;
  if (about === 'present') return 3;
  return isRefusal(code) ? 0 : 2;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
