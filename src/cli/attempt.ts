import { InjectorError } from '../injector-error.ts';

/** Waits for a step of the start; where it fails, says which step it was. */
export async function attempt<T>(problem: string, step: Promise<T>): Promise<T> {
  try {
    return await step;
  } catch (cause) {
    throw new InjectorError(`${problem}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}
