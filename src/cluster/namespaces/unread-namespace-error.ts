import { InjectorError } from '../../injector-error.ts';
import { ApiError } from '../api-error.ts';
import { names } from '../names.ts';

/** A namespace had to be read and could not be; says what to do about it. */
export class UnreadNamespaceError extends InjectorError {
  override name = 'UnreadNamespaceError' as const;

  constructor(problem: unknown) {
    const said = problem instanceof Error ? problem.message : String(problem);
    super(
      `${said}; ${isForbidden(problem) ? `the ClusterRole ${names.namespacesRole} allows it` : 'try again'}`,
      {
        cause: problem,
      },
    );
  }
}

function isForbidden(problem: unknown): boolean {
  return problem instanceof ApiError && (problem.status === 401 || problem.status === 403);
}
