import type { V1Pod } from '@kubernetes/client-node';
import { buildPlayground } from '../scripts/playground-build.ts';
import { applyPatch } from '../src/injection/patch/apply-patch.ts';
import { gitSyncImage } from '../test/cluster/image-probe.ts';
import { cleanEnvironment, projectDirectory } from '../test/e2e/installation.ts';
import { findGitSync } from './git-sync-program.ts';
import { type App, LocalSite } from './local-site.ts';
import { showPage } from './page.ts';
import { showPlayground } from './playground.ts';
import { reviewOf } from './review.ts';
import type { Spectator } from './spectator.ts';
import { type Site, sayNoPage } from './stage.ts';
import { say, show, type Terminal } from './transcript.ts';
import { startWebhook, type WebhookAlone } from './webhook-alone.ts';

/**
 * What can be shown without an API server: the webhook, its answer to a review as the API server sends it, and the page
 * of the pod that the answer makes.
 */
export async function showWebhookAlone(
  missing: string,
  signal: AbortSignal,
  spectator: Spectator,
): Promise<void> {
  say(`Left out: the API server, so no kubectl and no rollout (${missing}).`);
  const terminal: Terminal = { directory: projectDirectory, env: cleanEnvironment, signal };
  await buildPlayground({ signal });
  const webhook = await startWebhook();
  const undo = [webhook.stop];
  try {
    await answerAndPage(webhook, terminal, { undo, spectator });
    await showPlayground(terminal, `${webhook.statusUrl}/`, spectator);
    await spectator.linger();
  } finally {
    say('Cleaning up.');
    for (const step of undo.toReversed()) await step();
  }
}

interface Surroundings {
  readonly undo: (() => Promise<void>)[];
  readonly spectator: Spectator;
}

async function answerAndPage(
  webhook: WebhookAlone,
  terminal: Terminal,
  { undo, spectator }: Surroundings,
): Promise<void> {
  const gitSync = findGitSync(gitSyncImage, terminal.env);
  if ('missing' in gitSync) {
    await showAnswer(webhook, terminal, undefined);
    return sayNoPage(gitSync.missing);
  }
  const local = await LocalSite.open(terminal);
  undo.push(() => local.close());
  const injected = await showAnswer(webhook, terminal, local.repository);
  const site: Site = {
    workingCopy: local.workingCopy,
    isOnCluster: false,
    open: () => local.run(injected, gitSync.program, app),
  };
  await showPage(terminal, site, spectator);
}

/** As nginx of the review has it. */
const app: App = { container: 'nginx', documentRoot: '/usr/share/nginx/html', page: '/' };

/** Shows the patch, and gives the pod that it makes. */
async function showAnswer(
  { url, directory }: WebhookAlone,
  terminal: Terminal,
  repository: string | undefined,
): Promise<V1Pod> {
  say('The webhook alone, answering a review of an annotated pod:');
  const { file, pod } = await reviewOf(repository, directory);
  const command = `curl --silent --show-error --cacert ${directory}/ca.crt --header 'content-type: application/json' \\
  --data-binary @${file} ${url}/mutate |
  node -p 'Buffer.from(JSON.parse(require("fs").readFileSync(0)).response.patch, "base64").toString()'`;
  const patch = await show(terminal, command, {
    shows: ['"op":"add","path":"/spec/initContainers"', '"name":"git-sync"'],
  });
  return applyPatch(pod, JSON.parse(patch));
}
