import type { ControlPlaneAccess } from '../test/e2e/control-plane.ts';
import { cleanEnvironment, install, projectDirectory } from '../test/e2e/installation.ts';
import { createKubectl } from '../test/e2e/kubectl.ts';
import { startControlPlane } from '../test/e2e/start-control-plane.ts';
import { Webhook } from '../test/e2e/webhook.ts';
import { defaultImage, type Stage } from './stage.ts';
import { say } from './transcript.ts';

/** The real control plane on this machine, without nodes, and the webhook as `deploy/` installs it. */
export async function openLocalStage(signal: AbortSignal): Promise<Stage> {
  say(
    'A control plane on this machine: etcd, kube-apiserver, kube-controller-manager, and deploy/ applied to it.',
  );
  const { access, stop } = await startControlPlane();
  const close = async (webhook?: Webhook) => {
    await webhook?.stop();
    await stop();
  };
  try {
    const kubectl = createKubectl(access);
    await install(kubectl);
    const webhook = new Webhook(kubectl, access);
    await webhook.start();
    await kubectl('create namespace demo');
    await kubectl('config set-context --current --namespace=demo');
    const terminal = { directory: projectDirectory, env: environmentFor(access), signal };
    return {
      terminal,
      repository: 'https://github.com/kubernetes/git-sync.git',
      workingCopy: undefined,
      hasOwnInjector: true,
      image: defaultImage,
      close: () => close(webhook),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function environmentFor({ kubeconfig, directory }: ControlPlaneAccess): NodeJS.ProcessEnv {
  return {
    ...cleanEnvironment,
    KUBECONFIG: kubeconfig,
    KUBERC: 'off',
    KUBECACHEDIR: `${directory}/kube-cache`,
  };
}
