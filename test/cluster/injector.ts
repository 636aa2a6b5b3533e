import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { defaultDirectory } from '../e2e/installation.ts';
import type { Kubectl } from '../e2e/kubectl.ts';
import { shippedImage } from './cluster-access.ts';

/** On the namespace of an injector that a run of the tests installed. */
const mark = 'sidecar-injector-test';

/**
 * Installs the injector from `deploy/` as it is and waits until its pods are ready.
 *
 * @throws Error where there is one already that the tests did not install: they take theirs out again.
 */
export async function installInjector(kubectl: Kubectl, image: string, directory: string): Promise<void> {
  await refuseForeignInstallation(kubectl);
  await kubectl(['apply', '--kustomize', await kustomization(image, directory)]);
  await kubectl(`label --overwrite namespace sidecar-injector ${mark}=true`);
  await rolledOut(kubectl);
}

/** Takes it out again, guard and registration first. */
export async function uninstallInjector(kubectl: Kubectl): Promise<void> {
  const first =
    'validatingadmissionpolicybinding/sidecar-injector-guard mutatingwebhookconfiguration/sidecar-injector';
  await kubectl(`delete ${first} --ignore-not-found`);
  await kubectl(['delete', '--kustomize', defaultDirectory, '--ignore-not-found', '--wait=false']);
}

/** Waits until the pods of the newest template are ready. */
export async function rolledOut(kubectl: Kubectl): Promise<void> {
  await kubectl(
    '--namespace sidecar-injector rollout status deployment/sidecar-injector --timeout=55s',
  ).catch(async error => {
    const { stdout } = await kubectl('--namespace sidecar-injector get pods,events -o wide');
    throw new Error(`the injector did not become ready:\n${stdout}`, { cause: error });
  });
}

async function refuseForeignInstallation(kubectl: Kubectl): Promise<void> {
  for (let attempt = 0; attempt < goneAttempts; attempt++) {
    const { stdout } = await kubectl('get namespace sidecar-injector --ignore-not-found -o json');
    if (stdout === '') return;
    const { metadata, status } = JSON.parse(stdout);
    if (metadata.labels?.[mark] !== 'true') {
      throw new Error(
        'the cluster has a sidecar-injector of its own, which the tests would remove; uninstall it first',
      );
    }
    // The one of a run before is on its way out, or was left behind.
    if (status?.phase !== 'Terminating') return;
    await sleep(intervalMs);
  }
}

/** The base itself, or one on top of it that names another image. */
async function kustomization(image: string, directory: string): Promise<string> {
  if (image === shippedImage) return defaultDirectory;
  const overlay = join(directory, 'overlay');
  await mkdir(overlay, { recursive: true });
  const [, newName = image, newTag = 'latest'] = /^(.*?)(?::([^:/]+))?$/.exec(image) ?? [];
  const content = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [relative(overlay, defaultDirectory)],
    images: [{ name: shippedImage.split(':')[0], newName, newTag }],
  };
  await writeFile(join(overlay, 'kustomization.yaml'), JSON.stringify(content));
  return overlay;
}

const intervalMs = 500;
const goneAttempts = 120;
