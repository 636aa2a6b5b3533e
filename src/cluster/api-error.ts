import { InjectorError } from '../injector-error.ts';

/** An answer of the API server that is not a success, or none at all (status 0). */
export class ApiError extends InjectorError {
  override name = 'ApiError' as const;
  readonly status: number;
  /** What the API server said, in its own words. */
  readonly answer: string;

  constructor(request: string, status: number, message: string, options?: ErrorOptions) {
    super(`${request}: ${status === 0 ? '' : `${status} `}${message}`, options);
    this.status = status;
    this.answer = message;
  }
}

/** Whether whoever asked lacks a right. What admission refuses has the same status, and other words. */
export function lacksRight(error: unknown): boolean {
  return error instanceof ApiError && error.status === 403 && error.answer.includes(' is forbidden: User "');
}

/** The page that lists what each command needs. */
export const rightsPage = 'docs/operations.md#rights';

/** Passes on what is found, or undefined where the API server says that there is no such object. */
export async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: unknown) => {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  });
}

/** Passes on what was written, or `conflict` where somebody else has written meanwhile. */
export async function unlessConflict<T>(answer: Promise<T>): Promise<T | 'conflict'> {
  return answer.catch((error: unknown) => {
    if (error instanceof ApiError && error.status === 409) return 'conflict';
    throw error;
  });
}
