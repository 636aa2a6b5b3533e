import { exitCodes, tellFailure } from './command.ts';
import { tell } from './print.ts';
import { UsageError } from './usage-error.ts';

/** What a command does where one of several contexts fails, and what it was called with. */
export interface ManyContexts {
  readonly atFailure: 'go on' | 'stop';
  readonly args: readonly string[];
}

/**
 * Runs a command for each context that somebody has named, one after the other, as in `--context a,b,c`; once for the current
 * one where nobody has named any. Resolves with the worst exit code.
 *
 * @throws UsageError where a name is empty or stands there twice; of one context alone whatever `run` throws.
 */
export async function inContexts(
  text: string | undefined,
  { atFailure, args }: ManyContexts,
  run: (context: string | undefined) => Promise<number>,
): Promise<number> {
  const contexts = readContexts(text);
  if (contexts.length < 2) return run(contexts[0]);
  let worst: number = exitCodes.ok;
  for (const [index, context] of contexts.entries()) {
    const exitCode = await run(context).catch(error => {
      if (error instanceof UsageError) throw error;
      return tellFailure(error, { args, where: `context ${context}: ` });
    });
    worst = badness.indexOf(exitCode) > badness.indexOf(worst) ? exitCode : worst;
    const others = contexts.slice(index + 1);
    if (exitCode === exitCodes.failure && atFailure === 'stop' && others.length > 0) {
      tell(`not begun: context ${others.join(', ')}`);
      return worst;
    }
  }
  return worst;
}

/** The exit codes from the best to the worst. */
const badness: readonly number[] = [exitCodes.ok, exitCodes.findings, exitCodes.failure];

/** Whether `--context` names more than one. */
export function hasManyContexts(text: string | undefined): boolean {
  return text?.includes(',') === true;
}

/** @throws UsageError */
function readContexts(text: string | undefined): readonly (string | undefined)[] {
  if (text === undefined) return [undefined];
  const names = text.split(',');
  if (names.length > 1 && names.some(name => name === '')) {
    throw new UsageError(`--context: got "${text}"; use names with one comma between two`);
  }
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw new UsageError(`--context: "${twice}" stands there twice`);
  return names;
}
