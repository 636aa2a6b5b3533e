import { buildPlayground } from '../scripts/playground-build.ts';
import { gitSyncImage } from '../test/cluster/image-probe.ts';
import { addSettings } from '../test/e2e/add-settings.ts';
import type { ControlPlaneAccess } from '../test/e2e/control-plane.ts';
import { cleanEnvironment, install, projectDirectory } from '../test/e2e/installation.ts';
import { createKubectl } from '../test/e2e/kubectl.ts';
import { startControlPlane } from '../test/e2e/start-control-plane.ts';
import { Webhook } from '../test/e2e/webhook.ts';
import { findGitSync } from './git-sync-program.ts';
import { injectedPod } from './injected-pod.ts';
import { type App, LocalSite } from './local-site.ts';
import { defaultImage, type Site, type Stage } from './stage.ts';
import { say, type Terminal } from './transcript.ts';

/** The real control plane on this machine, without nodes, and the webhook as `deploy/` installs it. */
export async function openLocalStage(signal: AbortSignal): Promise<Stage> {
  say(
    'A control plane on this machine: etcd, kube-apiserver, kube-controller-manager, and deploy/ applied to it, with the playground.',
  );
  await buildPlayground({ signal });
  const { access, stop } = await startControlPlane();
  const undo: (() => Promise<unknown>)[] = [stop];
  const close = async () => {
    for (const step of undo.toReversed()) await step();
  };
  try {
    const kubectl = createKubectl(access);
    await install(kubectl);
    await addSettings(kubectl, { playground: true });
    const webhook = new Webhook(kubectl, access);
    undo.push(() => webhook.stop());
    await webhook.start();
    await kubectl('create namespace demo');
    await kubectl('config set-context --current --namespace=demo');
    const terminal = { directory: projectDirectory, env: environmentFor(access), signal };
    return {
      terminal,
      ...(await openSite(terminal, undo)),
      playground: `http://127.0.0.1:${webhook.statusPort}/`,
      hasOwnInjector: true,
      image: defaultImage,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A repository that git-sync checks out here, or where it cannot be run one that nobody will read. */
async function openSite(
  terminal: Terminal,
  undo: (() => Promise<unknown>)[],
): Promise<Pick<Stage, 'repository' | 'site'>> {
  const found = findGitSync(gitSyncImage, terminal.env);
  if ('missing' in found) return { repository: 'https://github.com/gabrielecirulli/2048.git', site: found };
  const local = await LocalSite.open(terminal);
  undo.push(() => local.close());
  const site: Site = {
    workingCopy: local.workingCopy,
    isOnCluster: false,
    open: async () => local.run(await injectedPod(terminal), found.program, app),
  };
  return { repository: local.repository, site };
}

/** As `site.yaml` has it. */
const app: App = { container: 'web', documentRoot: '/site', page: '/current/' };

function environmentFor({ kubeconfig, directory }: ControlPlaneAccess): NodeJS.ProcessEnv {
  return {
    ...cleanEnvironment,
    KUBECONFIG: kubeconfig,
    KUBERC: 'off',
    KUBECACHEDIR: `${directory}/kube-cache`,
  };
}
