import { showPage } from './page.ts';
import { showPlayground } from './playground.ts';
import type { Spectator } from './spectator.ts';
import { defaultImage, type Stage, sayNoPage } from './stage.ts';
import { say, show } from './transcript.ts';

/** Tells the story of a site that comes from Git. Every step shows a command, runs it and checks what it printed. */
export async function tellStory(stage: Stage, spectator: Spectator): Promise<void> {
  const { terminal, site, playground } = stage;
  await deploy(stage);
  await annotate(stage);
  await lookAtPods(stage);
  await makeMistake(stage);
  if ('missing' in site) sayNoPage(site.missing);
  else await showPage(terminal, site, spectator);
  if (playground !== undefined) await showPlayground(terminal, playground, spectator);
}

async function deploy({ terminal, image }: Stage): Promise<void> {
  say('An HTTP server that knows nothing of Git.');
  const command =
    image === defaultImage
      ? 'kubectl apply --filename demo/site.yaml'
      : `sed 's|${defaultImage}|${image}|' demo/site.yaml | kubectl apply --filename -`;
  await show(terminal, command, { shows: ['deployment.apps/web created'] });
}

async function annotate({ terminal, repository, site }: Stage): Promise<void> {
  say('Annotate it: its pods shall have the repository in the volume "site".');
  const annotations = [
    `sidecar.io/git-sync=${repository}`,
    'sidecar.io/git-sync.volume=site',
    // Plain files over HTTP have no short histories; nobody wants to watch for a minute.
    ...('missing' in site ? [] : ['sidecar.io/git-sync.depth=0', 'sidecar.io/git-sync.period=2s']),
  ];
  await show(terminal, ['kubectl annotate deployment web', ...annotations].join(' \\\n  '), {
    shows: ['deployment.apps/web annotated', "web's pods will get git-sync"],
  });
  if ('missing' in site || !site.isOnCluster) return;
  await show(terminal, 'kubectl rollout status deployment/web --timeout=60s', {
    shows: ['successfully rolled out'],
  });
}

async function lookAtPods({ terminal, hasOwnInjector }: Stage): Promise<void> {
  say(
    'The new pod has git-sync, as a native sidecar that starts first; its container "web" is the one you wrote.',
  );
  const columns = [
    'NAME:.metadata.name',
    'SIDECARS:.spec.initContainers[*].name',
    'RESTART:.spec.initContainers[*].restartPolicy',
    'CONTAINERS:.spec.containers[*].name',
  ];
  await show(terminal, `kubectl get pods --selector app=web --output custom-columns=${columns.join(',')}`, {
    shows: [/web-\S+\s+git-sync\s+Always\s+web\n/],
    withinMs: 30_000,
  });
  // Another injector may have other definitions than this project.
  if (!hasOwnInjector) return;
  // Where no kubelet runs the injector, as with an API server of our own, nobody can ask it through that.
  await show(terminal, 'npx sidecar-injector status --sidecars sidecars', {
    shows: [/Deployment\/web\s+git-sync\s+1\s+0\s+0/, '1 injected'],
  });
}

async function makeMistake({ terminal }: Stage): Promise<void> {
  say('A mistake is told at once, with what to write instead.');
  await show(terminal, 'kubectl annotate deployment web sidecar.io/git-sync.perod=30s', {
    shows: ['sidecar.io/git-sync.perod', 'did you mean sidecar.io/git-sync.period?'],
    fails: true,
  });
}
