import type { Command as Parser } from '@commander-js/extra-typings';
import { type Command, exitCodes } from '../command.ts';
import type { ProgramName } from '../command-page.ts';
import { shownHelp } from '../help.ts';
import { tell } from '../print.ts';

/** Explains a command to who has called it in a terminal without a manifest: nothing would ever come from there. */
export function missingInput(command: Command, program: ProgramName): Promise<number> {
  tell(shownHelp(command, command.parser() as unknown as Parser, program));
  tell('sidecar-injector: a manifest is missing; name one with -f, or pipe one in');
  return Promise.resolve(exitCodes.usage);
}
