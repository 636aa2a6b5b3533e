/** The examples of commands that ask a cluster, typed as docs/cli.md shows them. */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exitCodes } from '../../src/cli/command.ts';
import { examplesOf, layOut } from '../cli-examples.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { cleanEnvironment } from './installation.ts';
import { createNode, deleteNode, startPod } from './kubelet.ts';
import type { Ended } from './pod-commands.ts';
import { gitSync, podOf } from './pod-manifests.ts';
import { deletePods, runAsPods } from './replicas.ts';
import {
  controlPlane,
  describeWithControllers,
  eventually,
  kubectl,
  reinstall,
  useWebhook,
} from './suite.ts';
import { namespaceNamed, type TestNamespace } from './test-namespace.ts';
import { workloadOf } from './workload-manifests.ts';

describeWithControllers('an example of a command, with a cluster', () => {
  const webhook = useWebhook();
  const shop = namespaceNamed('shop');
  beforeAll(async () => {
    await createNode();
    await runAsPods({ 'replica-a': webhook() });
    await kubectl('apply --server-side -f -', {
      apiVersion: 'v1',
      kind: 'List',
      items: [
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name: shop.name } },
        { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: shop.name } },
      ],
    });
    await makeUnknown(shop);
    await shop.createPod(podOf('web-0', gitSync));
    await startPod(shop, 'web-0');
    await shop.kubectl('create deployment web --image=nginx:1.29');
    await shop.kubectl(
      'annotate deployment web sidecar.io/git-sync=https://github.com/kubernetes/git-sync.git',
    );
    await eventually(async () => expect(await shop.pods('app=web')).not.toEqual([]));
  });
  afterAll(async () => {
    await kubectl(`delete namespace ${shop.name} --wait=false`);
    await kubectl('-n sidecar-injector delete secret sidecar-injector-tls --ignore-not-found');
    await deletePods();
    await deleteNode();
    // Examples have given the registration another authority, and deleted it.
    await reinstall();
  });

  // Those that replace the certificate come behind the others, and last those that delete the registration.
  const rank = (example: string) => ['certs', 'unregister'].indexOf(example.split(' ')[0] ?? '');
  const examples = examplesOf('cluster').toSorted(([one], [other]) => rank(one) - rank(other));

  it.each(examples)('does what it says: %s', async (example, { exitCode, prints }) => {
    // There is no kubelet, so that what is waited for never comes.
    const { stdout, stderr, ...ended } = await type(example.replace('--wait 2m', '--wait 2s'));
    expect(exitCodesOf(example, exitCode), stderr).toContain(ended.exitCode);
    expect(stdout + stderr).toMatch(prints);
    if (example.endsWith('-o json')) expect(JSON.parse(stdout)).toBeInstanceOf(Object);
  });
});

/** Other tests may have left pods behind that all namespaces show, and of which there is something to say. */
function exitCodesOf(example: string, exitCode: number): readonly number[] {
  const isAboutAll = / (?:-A|--all-namespaces)\b/.test(example);
  return isAboutAll ? [exitCode, exitCodes.findings] : [exitCode];
}

/** Something that an audit finds and status does not: it has no pods, and nobody asked the injector about it. */
async function makeUnknown(namespace: TestNamespace): Promise<void> {
  const template = { ...gitSync, 'sidecar.io/gitsync.ref': 'v1' };
  await kubectl(`label namespace ${namespace.name} sidecar.io/inject=disabled`);
  await namespace.kubectl(
    'create -f -',
    workloadOf('StatefulSet', { name: 'empty', template, spec: { replicas: 0 } }),
  );
  await kubectl(`label namespace ${namespace.name} sidecar.io/inject-`);
}

/** Types an example into a shell in a directory with the files that it names and a kubeconfig for the cluster. */
async function type(example: string): Promise<Ended> {
  const place = temporaryDirectory();
  layOut(place);
  const kubeconfig = join(place, 'kubeconfig');
  const { contexts, ...rest } = JSON.parse(await readFile(controlPlane().kubeconfig, 'utf8'));
  const context = { ...contexts[0].context, namespace: 'shop' };
  const staging = { ...rest, contexts: [{ name: 'staging', context }], 'current-context': 'staging' };
  await writeFile(kubeconfig, JSON.stringify(staging), { mode: 0o600 });
  const env = {
    ...cleanEnvironment,
    HOME: place,
    KUBECONFIG: kubeconfig,
    PATH: `${join(place, 'bin')}:${process.env['PATH']}`,
  };
  const options = { cwd: place, env, timeout: 60_000 };
  return new Promise(resolve => {
    execFile(
      'bash',
      ['-o', 'pipefail', '-c', `sidecar-injector ${example}`],
      options,
      (error, stdout, stderr) =>
        resolve({ exitCode: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}
