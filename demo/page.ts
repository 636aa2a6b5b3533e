import type { Spectator } from './spectator.ts';
import type { Site } from './stage.ts';
import { say, show, type Terminal } from './transcript.ts';
import { pageOf } from './working-copy.ts';

/** Shows the page, pushes a commit, and shows it change. */
export async function showPage(terminal: Terminal, site: Site, spectator: Spectator): Promise<void> {
  const url = await site.open();
  const page = `curl --silent --show-error --fail ${url}`;
  say(`The page, from Git: ${url}`);
  await show(terminal, page, { shows: ['version 1'], withinMs: 20_000 });
  await spectator.offer(url);
  say('A push.');
  const { workingCopy } = site;
  await show(terminal, `echo '${pageOf('version 2')}' > ${workingCopy}/index.html`, { shows: [] });
  await show(terminal, `git -C ${workingCopy} commit --all --message "Version 2"`, {
    shows: ['1 file changed'],
  });
  await show(terminal, `git -C ${workingCopy} push origin main`, { shows: ['main -> main'] });
  say('The page again. Nothing was restarted.');
  await show(terminal, page, { shows: ['version 2'], withinMs: 30_000 });
  if (site.isOnCluster) await countRestarts(terminal);
  if (spectator.isThere) say(`It stays at ${url} until the end; push what you like from ${workingCopy}`);
}

async function countRestarts(terminal: Terminal): Promise<void> {
  const columns = [
    'NAME:.metadata.name',
    'GIT-SYNC:.status.initContainerStatuses[*].restartCount',
    'WEB:.status.containerStatuses[*].restartCount',
  ];
  await show(terminal, `kubectl get pods --selector app=web --output custom-columns=${columns.join(',')}`, {
    shows: [/web-\S+\s+0\s+0\n/],
    withinMs: 10_000,
  });
}
