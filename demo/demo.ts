/** `npm run demo`: a site that comes from Git, on a control plane of this machine or on a cluster. */
import { parseArgs } from 'node:util';
import { findControlPlaneAssets } from '../test/e2e/control-plane-assets.ts';
import { cleanEnvironment } from '../test/e2e/installation.ts';
import { openClusterStage } from './cluster-stage.ts';
import { agreed, askOnTerminal, type Consent } from './consent.ts';
import { openLocalStage } from './local-stage.ts';
import { Spectator } from './spectator.ts';
import { defaultImage, type Stage } from './stage.ts';
import { tellStory } from './story.ts';
import { say } from './transcript.ts';
import { showWebhookAlone } from './without-api-server.ts';

const usage = `usage: npm run demo [-- --context NAME [--yes] [--image IMAGE]]

Shows an HTTP server whose pages come from Git: annotate, rollout, the injected pod, a refused mistake, and the page, which
a push changes. Every command is printed and run, and what it prints is checked. At a terminal the page stays until you
press Enter, and so does the playground of the webhook, where that runs on this machine.

Without --context it starts a control plane on this machine (from KUBEBUILDER_ASSETS, or built once with Go). No kubelet
runs the pod there, so the demonstration runs its container git-sync, with the program that GIT_SYNC_BIN names or that is
in ~/.cache/sidecar-injector; where there is none it says how to get one. With --context it goes to that cluster, in a
namespace of its own, and kubectl port-forward brings the page here. Where that cluster has no injector it installs one
from deploy/, after you have agreed, and takes it out again. Its image must be where the nodes find it before:
docs/install.md says how.

  --context NAME  a context of your kubeconfig
  --yes           agree beforehand that an injector is installed in that cluster
  --image IMAGE   an image with busybox that the nodes have or can pull (default: ${defaultImage})`;

process.exit(await run(process.argv.slice(2)));

async function run(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if ('problem' in options || options.help) {
    const text = 'problem' in options ? `${options.problem}\n\n${usage}` : usage;
    process.stdout.write(`${text}\n`);
    return 'problem' in options ? 2 : 0;
  }
  const interruption = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interruption.abort());
  try {
    const { signal } = interruption;
    const { context, image, yes } = options;
    const spectator = new Spectator({
      input: process.stdin,
      output: process.stdout,
      env: cleanEnvironment,
      signal,
    });
    if (context === undefined) await playHere(signal, spectator);
    else await play(openClusterStage({ context, image, consent: consentOf(yes, signal), signal }), spectator);
    return 0;
  } catch (error) {
    process.stdout.write(`\ndemo: ${interruption.signal.aborted ? 'interrupted' : inWords(error)}\n`);
    return 1;
  }
}

function consentOf(isGiven: boolean, signal: AbortSignal): Consent {
  return isGiven ? agreed : askOnTerminal(process.stdin, process.stdout, signal);
}

async function playHere(signal: AbortSignal, spectator: Spectator): Promise<void> {
  const assets = findControlPlaneAssets();
  if ('missing' in assets) await showWebhookAlone(assets.missing, signal, spectator);
  else if (!assets.hasControllerManager) {
    await showWebhookAlone(`there is no kube-controller-manager in ${assets.directory}`, signal, spectator);
  } else await play(openLocalStage(signal), spectator);
}

async function play(opening: Promise<Stage>, spectator: Spectator): Promise<void> {
  const stage = await opening;
  try {
    await tellStory(stage, spectator);
    await spectator.linger();
  } finally {
    say('Cleaning up.');
    await stage.close();
  }
}

function inWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}\n${error.cause.message}` : error.message;
}

function readOptions(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        context: { type: 'string' },
        image: { type: 'string', default: defaultImage },
        yes: { type: 'boolean', short: 'y', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return /^[\w./:@-]+$/.test(values.image)
      ? values
      : { problem: `--image: got "${values.image}"; use the name of an image` };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
