import type { Spectator } from './spectator.ts';
import { execute, say, show, type Terminal } from './transcript.ts';

/**
 * Makes the page that a webhook finds when it starts after that.
 *
 * @throws Error with what the build says, where it fails.
 */
export async function buildPlayground(terminal: Terminal): Promise<void> {
  const { exitCode, output } = await execute(terminal, 'npm run --silent build:playground');
  if (exitCode !== 0) throw new Error(`npm run build:playground:\n${output.trimEnd()}`);
}

/** Shows where the playground of a webhook is, and that it is there. */
export async function showPlayground(terminal: Terminal, url: string, spectator: Spectator): Promise<void> {
  say(`The playground of this webhook, which shows what it does with whatever you write: ${url}`);
  await show(
    terminal,
    `curl --silent --show-error --fail ${url} | grep --only-matching '<title>.*</title>'`,
    {
      shows: ['<title>sidecar-injector playground</title>'],
    },
  );
  await spectator.offer(url);
}
