import { jsonText } from '../render/rendered-text.ts';
import type { PatchOperation } from './patch-operation.ts';

/** A patch as JSON. What was rendered for many pods is not written again. */
export function patchText(operations: readonly PatchOperation[]): string {
  return `[${operations.map(operationText).join()}]`;
}

function operationText(operation: PatchOperation): string {
  if (operation.op !== 'add') return JSON.stringify(operation);
  return `{"op":"add","path":${JSON.stringify(operation.path)},"value":${jsonText(operation.value)}}`;
}
