import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { createKubectl, type Kubectl } from '../e2e/kubectl.ts';
import { type ClusterAccess, type ClusterSettings, readClusterSettings } from './cluster-access.ts';
import { lockCluster } from './cluster-lock.ts';
import { gitSyncImage, imageOf, runsOnNode } from './image-probe.ts';
import { Containerd } from './images/containerd.ts';
import { helperImage, importHelperImage } from './images/helper-image.ts';
import { importInjectorImage } from './images/injector-image.ts';
import { importSidecarImages, toolSidecars } from './images/sidecar-images.ts';
import { installInjector, uninstallInjector } from './injector.ts';
import { namespaceManifest } from './scene.ts';
import { Servers } from './servers.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Undefined where there is none to test with. */
    cluster: ClusterAccess | undefined;
  }
}

/** Brings the images to the cluster, installs the injector as pods, and takes it out again after the run. */
export default async function setUp(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const settings = readClusterSettings(process.env);
  if (settings === undefined) {
    console.warn(
      `\ntest:cluster skips everything: KUBECONFIG names no cluster; test/cluster/README.md says how\n`,
    );
    project.provide('cluster', undefined);
    return undefined;
  }
  const directory = await mkdtemp(join(tmpdir(), 'sidecar-injector-cluster-'));
  const kubectl = createKubectl({ kubeconfig: settings.kubeconfig, directory });
  const unlock = await lockCluster(kubectl);
  const tearDown = async () => {
    await kubectl(`delete namespace ${serversNamespace} --ignore-not-found --wait=false`);
    await uninstallInjector(kubectl);
    await unlock();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const helper = await bringImages(settings);
    await installInjector(kubectl, settings.injectorImage, directory);
    const hasGitSync = await runsOnNode(kubectl, gitSyncImage);
    if (!hasGitSync) {
      console.warn(
        `\ntest:cluster skips what needs git-sync: the nodes have no ${gitSyncImage} and cannot pull it\n`,
      );
    }
    const hasSidecars = await haveAll(kubectl, toolSidecars.map(imageOf));
    await kubectl('apply --server-side -f -', namespaceManifest(serversNamespace, {}));
    const { address: servers } = await Servers.start(kubectl, serversNamespace, helper);
    const { kubeconfig, restartKubelet } = settings;
    project.provide('cluster', {
      directory,
      kubeconfig,
      helperImage: helper,
      hasGitSync,
      hasSidecars,
      servers,
      restartKubelet,
    });
  } catch (error) {
    await tearDown();
    throw error;
  }
  return tearDown;
}

const serversNamespace = `case-servers-${randomBytes(4).toString('hex')}`;

async function haveAll(kubectl: Kubectl, images: readonly string[]): Promise<boolean> {
  const found = await Promise.all(images.map(image => runsOnNode(kubectl, image)));
  const missing = images.filter((_, index) => !found[index]);
  if (missing.length > 0) {
    console.warn(`\ntest:cluster skips what needs ${missing.join(', ')}: the nodes have no such image\n`);
  }
  return missing.length === 0;
}

async function bringImages(settings: ClusterSettings): Promise<string> {
  const { containerdSocket, injectorImage } = settings;
  if (containerdSocket === undefined) return settings.helperImage ?? helperImage;
  const containerd = new Containerd(containerdSocket);
  // The name as containerd knows it, without which the kubelet would not find the image.
  const name = injectorImage.includes('/') ? injectorImage : `docker.io/library/${injectorImage}`;
  await importInjectorImage(containerd, name);
  await importSidecarImages(containerd);
  await containerd.nameByDigest(gitSyncImage);
  if (settings.helperImage === undefined) await importHelperImage(containerd);
  return settings.helperImage ?? helperImage;
}
