import { createInterface } from 'node:readline/promises';

/** Asks a question that is answered with yes or no, where there is somebody to be asked. */
export type Consent = (question: string) => Promise<'yes' | 'no' | 'nobody to ask'>;

/** Somebody has agreed beforehand. */
export const agreed: Consent = async () => 'yes';

/** Asks at a terminal. Whatever is not a yes is a no, and so is the end of the input. */
export function askOnTerminal(
  input: NodeJS.ReadableStream & { readonly isTTY?: boolean },
  output: NodeJS.WritableStream,
  signal: AbortSignal,
): Consent {
  return async question => {
    if (input.isTTY !== true) return 'nobody to ask';
    const terminal = createInterface({ input, output });
    // Who ends the input, or interrupts, has not agreed.
    const ending = new AbortController();
    terminal.once('close', () => ending.abort());
    try {
      const either = AbortSignal.any([signal, ending.signal]);
      const answer = await terminal.question(`${question} [y/N] `, { signal: either });
      return ['y', 'yes'].includes(answer.trim().toLowerCase()) ? 'yes' : 'no';
    } catch {
      return 'no';
    } finally {
      terminal.close();
    }
  };
}
