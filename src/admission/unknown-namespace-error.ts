import { InjectorError } from '../injector-error.ts';

/**
 * Nobody can say which rules count for a pod that asks for nothing itself. It is not refused: the answer is no decision, and
 * the registration, which says Ignore for such pods, lets it in.
 */
export class UnknownNamespaceError extends InjectorError {
  override name = 'UnknownNamespaceError' as const;

  constructor(problem: string) {
    super(`which rules count for the pod is not known: ${problem}`);
  }
}
