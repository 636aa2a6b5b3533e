import type { PatchOperation } from '../injection/patch/patch-operation.ts';
import { jsonPointer } from '../kubernetes/json-pointer.ts';
import type { Workload } from '../kubernetes/workload.ts';

/** The operations on a pod as operations on the workload whose template makes it. */
export function belowTemplate(
  { templatePath }: Workload,
  operations: readonly PatchOperation[],
): readonly PatchOperation[] {
  const template = jsonPointer(...templatePath);
  return operations.map(operation => ({ ...operation, path: `${template}${operation.path}` }));
}
