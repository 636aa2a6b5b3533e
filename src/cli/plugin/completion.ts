import { Argument } from '@commander-js/extra-typings';
import { defineCommand, exitCodes } from '../command.ts';
import { print } from '../print.ts';
import { completionScripts } from './completion-scripts.ts';

/** Prints what a shell needs to complete the program's arguments. */
export const completion = defineCommand({
  name: 'completion',
  description: `Prints a script with which a shell completes commands, options and values: forms of output, names of
sidecars, contexts and namespaces. The program is asked while you type, so the script stays as it is when the program changes.

It is for sidecar-injector. kubectl completes "kubectl sidecar-injector" by itself where kubectl_complete-sidecar_injector is
on the PATH, as it is beside the plugin.`,
  examples: [
    ['completion bash > ~/.local/share/bash-completion/completions/sidecar-injector', 'for bash'],
    [
      'completion zsh > ~/.zfunc/_sidecar-injector',
      'for zsh, where fpath has ~/.zfunc before compinit is called',
    ],
    ['completion fish > ~/.config/fish/completions/sidecar-injector.fish', 'for fish'],
  ],
  exits: { ok: 'the script is printed', failure: 'it cannot be written' },
  parser: parser =>
    parser.addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish'] as const)),
  run: async ({ operands: [shell] }) => {
    await print(completionScripts[shell]);
    return exitCodes.ok;
  },
});
