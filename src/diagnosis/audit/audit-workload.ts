import type { Warning } from '../../injection/reason.ts';
import type { Workload } from '../../kubernetes/workload.ts';
import { decideWorkload } from '../../workloads/decide-workload.ts';
import type { AuditEngine } from './audit-engine.ts';
import { isRefusal, type Seen, sidecarAt } from './audit-finding.ts';

/**
 * What is to be said of an object that makes pods: why those of its next rollout will be refused, and which sidecars of its
 * template no definition reaches. It is judged as an update that changes nothing, whose problems are told and stop nothing.
 */
export function auditWorkload(
  workload: Workload,
  { injector, workloads }: Pick<AuditEngine, 'injector' | 'workloads'>,
): readonly Seen[] {
  // Where the injector does not look at workloads, their pods are judged all the same.
  const mode = workloads === 'off' ? 'warn' : workloads;
  const decision = decideWorkload({ workload, before: workload }, injector, mode);
  const refusals = decision.outcome === 'refused' ? decision.refusals : [];
  return [...refusals, ...decision.warnings.filter(matters)].map(({ code, where, message }) => ({
    sidecar: sidecarAt(where),
    code,
    message,
    about: 'next',
  }));
}

/** The rest was told when it was written, and is so on purpose. */
function matters({ code }: Warning): boolean {
  return isRefusal(code) || code === 'template-copied' || code === 'definition-outdated';
}
