import type { PatchOperation } from '../injection/patch/patch-operation.ts';
import { propagatedAnnotation } from '../injection/request/annotation-keys.ts';
import { type RemovalDecision, uninject } from '../injection/uninject.ts';
import { jsonPointer } from '../kubernetes/json-pointer.ts';
import type { Workload } from '../kubernetes/workload.ts';
import { belowTemplate } from './below-template.ts';
import { readPropagated } from './propagated-annotations.ts';

/**
 * Decides what to take out of a workload: what the status of its template names, and what was carried there, as the object
 * remembers it. A carried value that somebody has changed since is no longer ours. The workload is only read.
 */
export function uninjectWorkload(workload: Workload): RemovalDecision {
  const { template } = workload;
  const decision = uninject({ metadata: template.metadata ?? {}, spec: template.spec });
  if (decision.outcome === 'refused') return decision;
  const carried = takeBack(workload);
  if (decision.outcome === 'skipped' && carried.length === 0) return decision;
  const { sidecars, operations } = { sidecars: [], operations: [], ...decision };
  const added = belowTemplate(workload, operations);
  // Nothing can be taken out twice, whoever claims it.
  const gone = new Set(added.map(({ path }) => path));
  return {
    outcome: 'uninjected',
    sidecars,
    operations: [...added, ...carried.filter(({ path }) => !gone.has(path))],
  };
}

function takeBack({ metadata, template, templatePath }: Workload): readonly PatchOperation[] {
  const present = metadata.annotations ?? {};
  const memory = readPropagated(present);
  if (memory === undefined || !Object.hasOwn(present, propagatedAnnotation)) return [];
  const inTemplate = template.metadata?.annotations ?? {};
  const ours = [...memory].filter(
    ([key, value]) => Object.hasOwn(inTemplate, key) && inTemplate[key] === value,
  );
  return [
    ...ours.map(([key]) => jsonPointer(...templatePath, 'metadata', 'annotations', key)),
    jsonPointer('metadata', 'annotations', propagatedAnnotation),
  ].map(path => ({ op: 'remove', path }));
}
