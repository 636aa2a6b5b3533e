/**
 * Prints what a command is asked for on standard output; resolves when the system has taken all of it. A reader that has
 * gone, or a full disk, ends the process: `main.ts` says how.
 */
export function print(text: string): Promise<void> {
  return new Promise(resolve => {
    process.stdout.write(text, () => resolve());
  });
}

/** Tells a person something beside the output, on standard error, as a line. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
