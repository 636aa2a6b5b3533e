import { UsageError } from '../usage-error.ts';

/** What is to be explained: manifests, or one object of a cluster. */
export type ExplainTarget =
  | { readonly paths: readonly string[] }
  | { readonly paths?: never; readonly kind: string; readonly name: string };

/**
 * Reads what a call names: `-f FILE`, `KIND/NAME` or `KIND NAME`.
 *
 * @throws UsageError where it names nothing, or both.
 */
export function explainTarget(filenames: readonly string[], operands: readonly string[]): ExplainTarget {
  if (filenames.length > 0) {
    if (operands.length === 0) return { paths: filenames };
    throw new UsageError(
      `"${operands.join(' ')}": name an object of a cluster, or manifests with -f, not both`,
    );
  }
  if (operands.length === 0)
    throw new UsageError('name a KIND/NAME such as deployment/web, or manifests with -f FILE');
  const parts = operands.length === 1 ? operands.flatMap(operand => operand.split('/')) : operands;
  const [kind = '', name = ''] = parts;
  if (parts.length !== 2 || parts.some(part => part === '' || part.includes('/'))) {
    throw new UsageError(
      `"${operands.join(' ')}": use KIND/NAME, such as deployment/web, or -f FILE for manifests`,
    );
  }
  return { kind, name };
}
