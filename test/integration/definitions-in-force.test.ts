/** Which definitions `status` and `upgrade` go by, with an API over real TLS behind which an injector answers. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { status } from '../../src/cli/running-pods/status.ts';
import { upgrade } from '../../src/cli/running-pods/upgrade.ts';
import { definitionsInForce } from '../../src/diagnosis/versions/definitions-in-force.ts';
import { emptySidecarSet, nextSidecarSet, type SidecarFile } from '../../src/sidecars/sidecar-set.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { capturedOutput } from '../unit/cli/captured-output.ts';
import { injectedPod, switchedOn } from '../unit/running-pods/pods.ts';
import { definitionText } from '../unit/sidecars/definition-text.ts';
import { kubeconfigFile, startFakeApiServer } from './fake-api-server.ts';
import { issueTestCertificates, type TestCertificates } from './in-process-webhook.ts';

let certificates: TestCertificates;
beforeAll(async () => {
  certificates = await issueTestCertificates();
});

const fileOf = (tag: string) => ({
  name: 'logs.yaml',
  text: definitionText(`container: {image: "example.com/logs:${tag}"}`),
});
const [older, newer] = [fileOf('v1'), fileOf('v2')];
const setOf = (file: SidecarFile) => nextSidecarSet(emptySidecarSet, [file]);
const podFrom = (file: SidecarFile) => injectedPod({ annotations: switchedOn, sidecars: setOf(file) });

interface Injector {
  /** What it has in force; the next ones count for each time that it is asked again. */
  readonly inForce: readonly (SidecarFile & { readonly text: string })[];
  readonly imageRegistry?: string;
  /** What its ConfigMap has; 403 where it may not be read. */
  readonly stored?: (SidecarFile & { readonly text: string }) | 403;
  /** The status of the answer to who asks it; 200 where it is not named. */
  readonly answers?: number;
}

/** Runs commands in a directory with `sidecars/`, with an API that holds a pod and passes on what an injector says. */
async function clusterWith(pod: ReturnType<typeof podFrom>, injector: Injector) {
  const { inForce, imageRegistry, stored = inForce[0], answers = 200 } = injector;
  let asked = 0;
  const patches: string[] = [];
  const version = () => {
    const file = inForce[Math.min(asked++, inForce.length - 1)] ?? newer;
    const definitions = definitionsInForce(setOf(file), { imageRegistry });
    return { version: '1.0.0', node: 'v24.0.0', nativeSidecars: true, definitions };
  };
  const no = { message: 'no' };
  const definitions = () =>
    stored === 403 ? ([403, no] as const) : ([200, { data: { 'logs.yaml': stored?.text ?? '' } }] as const);
  const byEnd: readonly (readonly [end: string, answer: () => readonly [status: number, answer: object]])[] =
    [
      ['/proxy/version', () => (answers === 200 ? [200, version()] : [answers, no])],
      ['/configmaps/sidecar-injector-sidecars', definitions],
      ['/namespaces/shop/pods', () => [200, { items: [pod] }]],
      ['/pods/web', () => [200, pod]],
      ['/namespaces/sidecar-injector/pods', () => [200, { items: [replica] }]],
      ['/namespaces', () => [200, { items: [] }]],
    ];
  // Nobody owns the pod.
  const listsOwners = (path: string) => /^\/apis\/(?:apps|batch)\/v1\/namespaces\/shop\//.test(path);
  const others = (path: string): readonly [status: number, answer: object] =>
    listsOwners(path) ? [200, { items: [] }] : [404, no];
  const answerTo = (path: string) => byEnd.find(([end]) => path.endsWith(end))?.[1]() ?? others(path);
  const port = await startFakeApiServer(certificates, ({ method = '', url = '' }, response, body) => {
    if (method === 'PATCH') patches.push(body);
    const [code, answer] = answerTo(url.split('?', 1)[0] ?? '');
    response.statusCode = code;
    response.end(JSON.stringify(answer));
  });
  const kubeconfig = kubeconfigFile(certificates, port, { context: 'dev', namespace: 'shop', token: 'a' });
  const where = ['--kubeconfig', kubeconfig];
  return {
    patches,
    status: (...args: readonly string[]) => capturedOutput(() => status.run([...where, ...args])),
    upgrade: (...args: readonly string[]) =>
      capturedOutput(() => upgrade.run([...where, '--timeout=1s', ...args])),
  };
}

const replica = { metadata: { name: 'replica-a' }, status: { phase: 'Running' } };

function directoryWith(file: SidecarFile & { readonly text: string }): string {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, file.name), file.text);
  return directory;
}

/** Where definitions lie that nobody has named: what `serve` reads without a flag, by its variable. */
async function beside<T>(file: SidecarFile & { readonly text: string }, run: () => Promise<T>): Promise<T> {
  process.env['SIDECAR_INJECTOR_SIDECARS'] = directoryWith(file);
  try {
    return await run();
  } finally {
    delete process.env['SIDECAR_INJECTOR_SIDECARS'];
  }
}

const about =
  'context dev, namespace shop\ncompared with what the injector in namespace sidecar-injector has in force\n';

describe('an older checkout', () => {
  it('does not move pods backwards, and status calls them injected', async () => {
    const cluster = await clusterWith(podFrom(newer), { inForce: [newer] });
    await beside(older, async () => {
      expect(await cluster.status()).toMatchObject({
        exitCode: 0,
        stderr: `${about}1 injected, 0 outdated, 0 bare\n`,
      });
      expect(await cluster.upgrade()).toEqual({
        exitCode: 0,
        stdout: '',
        stderr: `${about}nothing to upgrade\n`,
      });
    });
    expect(cluster.patches).toEqual([]);
  });

  it('counts where somebody names it, and says that it is not what is in force', async () => {
    const cluster = await clusterWith(podFrom(newer), { inForce: [newer] });
    const directory = directoryWith(older);
    const { stdout, stderr } = await cluster.upgrade('--dry-run', '--sidecars', directory);
    expect(stdout).toContain('would move example.com/logs:v2 to example.com/logs:v1');
    expect(stderr).toContain(`compared with the definitions in ${directory} (--sidecars)\n`);
    expect(stderr).toContain('the definitions here are not those that the cluster has in force: logs (');
  });
});

describe('what is in force', () => {
  it('counts whatever its number is, and whatever lies here', async () => {
    const cluster = await clusterWith(podFrom(newer), { inForce: [older] });
    const { stdout } = await beside(newer, () => cluster.upgrade('--dry-run'));
    expect(stdout).toContain('would move example.com/logs:v2 to example.com/logs:v1');
  });

  it('counts before what the ConfigMap has since', async () => {
    const cluster = await clusterWith(podFrom(newer), { inForce: [newer], stored: older });
    expect(await cluster.status()).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringMatching(/whose text is not found: logs \([0-9a-f]{16}\); ConfigMap .* a minute/),
    });
    expect(await beside(newer, () => cluster.status())).toMatchObject({ exitCode: 0 });
  });

  it('is known by its hash to who may not read the ConfigMap', async () => {
    const cluster = await clusterWith(podFrom(newer), { inForce: [newer], stored: 403 });
    expect(await beside(newer, () => cluster.status())).toMatchObject({ exitCode: 0 });
    const { exitCode, stderr } = await beside(older, () => cluster.status());
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /ConfigMap sidecar-injector\/sidecar-injector-sidecars: forbidden: no; --sidecars DIR/,
    );
  });

  it('is not taken for what has another image by the settings here', async () => {
    const injector = { inForce: [newer], imageRegistry: 'mirror.example.com' };
    const cluster = await clusterWith(podFrom(newer), injector);
    expect(await cluster.upgrade()).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(
        'other images are in force than the settings here give: logs (image example.com/logs:v2 by the settings ' +
          'here, mirror.example.com/logs:v2 in force)',
      ),
    });
    const config = join(temporaryDirectory(), 'config.yaml');
    writeFileSync(config, 'imageRegistry: mirror.example.com\n');
    const { stdout } = await cluster.upgrade('--dry-run', '--config', config);
    expect(stdout).toContain('would move example.com/logs:v2 to mirror.example.com/logs:v2');
    expect(cluster.patches).toEqual([]);
  });

  it('stops an upgrade where it changes meanwhile', async () => {
    const cluster = await clusterWith(podFrom(older), { inForce: [newer, older] });
    expect(await cluster.upgrade()).toMatchObject({
      exitCode: 1,
      stdout: expect.stringMatching(
        /^shop\/web: failed: the injector has other definitions in force meanwhile: logs \(.*; run it again$/m,
      ),
    });
    expect(cluster.patches).toEqual([]);
  });

  it.each([403, 404, 500, 503])('is asked for, and nothing else is taken instead: %i', async answers => {
    const cluster = await clusterWith(podFrom(older), { inForce: [newer], answers });
    for (const command of [cluster.status, cluster.upgrade]) {
      const { exitCode, stdout, stderr } = await beside(newer, () => command());
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
      expect(stderr).toMatch(
        /^sidecar-injector: context dev: what the injector has in force is not known: .*the Role sidecar-injector-status.*--sidecars DIR/,
      );
    }
    expect(cluster.patches).toEqual([]);
  });
});
