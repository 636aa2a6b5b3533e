/** One verb of the program. */
export interface Command {
  readonly usage: string;
  /** Resolves with the exit code. */
  readonly run: (args: readonly string[]) => Promise<number>;
}

export const exitCodes = { ok: 0, failure: 1, usage: 2, findings: 3 } as const;

/** Tells a person on standard error what is wrong with a call. */
export function complain(problems: readonly string[]): void {
  for (const problem of problems) process.stderr.write(`sidecar-injector: ${problem}\n`);
}
