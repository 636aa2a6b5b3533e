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
  if (toldBy === undefined) process.stderr.write(`${line}\n`);
  else toldBy(line);
}

/** There is one standard error, and who draws on it for a while knows where a line has room. */
let toldBy: ((line: string) => void) | undefined;

/** Has somebody else tell the lines from now on; undefined: nobody any more. */
export function tellThrough(teller: ((line: string) => void) | undefined): void {
  toldBy = teller;
}
