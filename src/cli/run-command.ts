import { nearestName } from '../nearest-name.ts';
import { type Command, exitCodes } from './command.ts';

/** The commands, each loaded only when it is run: the webhook is to start fast and to hold no more than it needs. */
const commands: ReadonlyMap<string, { readonly summary: string; readonly load: () => Promise<Command> }> =
  new Map([
    [
      'serve',
      { summary: 'runs the admission webhook', load: async () => (await import('./serve/serve.ts')).serve },
    ],
    [
      'validate',
      {
        summary: 'checks definitions',
        load: async () => (await import('./definitions/validate.ts')).validate,
      },
    ],
    [
      'render',
      {
        summary: 'prints what a definition puts into a pod',
        load: async () => (await import('./definitions/render.ts')).render,
      },
    ],
    ['certs', { summary: 'makes certificates', load: async () => (await import('./certs.ts')).certs }],
    [
      'status',
      {
        summary: 'lists the sidecars of running pods: injected, outdated, bare',
        load: async () => (await import('./running-pods/status.ts')).status,
      },
    ],
    [
      'upgrade',
      {
        summary: 'moves the sidecars of running pods to the image of their definition',
        load: async () => (await import('./running-pods/upgrade.ts')).upgrade,
      },
    ],
  ]);

/** Runs the command that the first argument names; resolves with the exit code. */
export async function runCommand([verb, ...args]: readonly string[]): Promise<number> {
  const command = await commands.get(verb ?? '')?.load();
  if (command && (args.includes('--help') || args.includes('-h'))) {
    process.stdout.write(`${command.usage}\n`);
    return exitCodes.ok;
  }
  if (command) return command.run(args);
  if (verb === 'help' || verb === '--help' || verb === '-h') {
    process.stdout.write(`${overview()}\n`);
    return exitCodes.ok;
  }
  const nearest = verb === undefined ? undefined : nearestName(verb, commands.keys());
  const complaint = verb === undefined ? 'a command is missing' : `no command "${verb}"`;
  process.stderr.write(`${complaint}${nearest ? `; did you mean "${nearest}"?` : ''}\n\n${overview()}\n`);
  return exitCodes.usage;
}

function overview(): string {
  const lines = [...commands].map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}`);
  return [
    'usage: sidecar-injector <command> [options]',
    '',
    ...lines,
    '',
    'sidecar-injector <command> --help tells more.',
  ].join('\n');
}
