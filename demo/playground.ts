import type { Spectator } from './spectator.ts';
import { say, show, type Terminal } from './transcript.ts';

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
