import { InjectorError } from '../injector-error.ts';

/** What an answer says beside its message. */
export interface ApiErrorOptions extends ErrorOptions {
  readonly retryAfterMs?: number | undefined;
  readonly restOfList?: string | undefined;
}

/** An answer of the API server that is not a success, or none at all (status 0). */
export class ApiError extends InjectorError {
  override name = 'ApiError' as const;
  readonly status: number;
  /** What the API server said, in its own words. */
  readonly answer: string;
  /** After which time it asks to be asked again. */
  readonly retryAfterMs: number | undefined;
  /** Where the rest of a list can be had whose version is no longer kept (status 410), as of now. */
  readonly restOfList: string | undefined;

  constructor(request: string, status: number, message: string, options: ApiErrorOptions = {}) {
    super(`${request}: ${status === 0 ? '' : `${status} `}${message}`, options);
    this.status = status;
    this.answer = message;
    this.retryAfterMs = options.retryAfterMs;
    this.restOfList = options.restOfList;
  }
}

/** Whether whoever asked lacks a right. What admission refuses has the same status, and other words. */
export function lacksRight(error: unknown): boolean {
  return error instanceof ApiError && error.status === 403 && error.answer.includes(' is forbidden: User "');
}

/** Whether something may not be done, or is not there to be done. */
export function isRefused(error: unknown): error is ApiError {
  return error instanceof ApiError && (error.status === 403 || error.status === 404);
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
