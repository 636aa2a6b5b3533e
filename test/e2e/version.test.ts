/** What the replicas of the injector say of themselves, asked by the proxy of the API server as people do. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { programVersion } from '../../src/program-version.ts';
import { createKubectl, type Kubectl } from './kubectl.ts';
import { newerDefinitions, runProgram } from './pod-commands.ts';
import { deletePods, runAsPods } from './replicas.ts';
import { controlPlane, describeWithControllers, eventually, kubectl, useWebhook } from './suite.ts';
import { Webhook } from './webhook.ts';

const place = '/api/v1/namespaces/sidecar-injector';
const status = `${place}/services/http:sidecar-injector-status:status/proxy`;
const hash = expect.stringMatching(/^[0-9a-f]{16}$/);

describeWithControllers('the version of an injector', () => {
  const webhook = useWebhook();
  let newer: string;
  let other: Webhook;
  let reader: Kubectl;
  let readerKubeconfig: string;
  beforeAll(async () => {
    newer = await newerDefinitions();
    other = new Webhook(kubectl, controlPlane(), [`--sidecars=${newer}`]);
    await other.launch('listening');
    await runAsPods({ 'replica-a': webhook() });
    ({ kubectl: reader, kubeconfig: readerKubeconfig } = await reading());
  });
  afterAll(async () => {
    await deletePods();
    await other?.stop();
  });

  const own = { version: programVersion, node: process.version };
  const gitSync = { sidecar: 'git-sync', hash, image: expect.stringMatching(/git-sync:v4\.7\.1$/) };

  it('is told with the definitions in force, beside that of the program', async () => {
    const { exitCode, stdout, stderr } = await runProgram('version', '-o', 'json');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: 'context e2e\n' });
    expect(JSON.parse(stdout)).toEqual({
      client: own,
      context: 'e2e',
      injector: {
        namespace: 'sidecar-injector',
        replicas: [
          {
            pod: 'replica-a',
            ...own,
            nativeSidecars: true,
            clientCertificates: { areRequired: false, shown: expect.any(String) },
            definitions: expect.arrayContaining([{ ...gitSync, file: 'git-sync.yaml' }]),
          },
        ],
      },
      mismatches: [],
    });
  });

  it('is told in a table for people', async () => {
    const { exitCode, stdout } = await runProgram('version');
    expect(exitCode).toBe(0);
    const [client, injector, header, ...rows] = stdout.split('\n');
    expect(client).toBe(`client: ${programVersion} (Node.js ${process.version})`);
    expect(injector).toBe(
      `injector: ${programVersion} (Node.js ${process.version}), native sidecars, pod replica-a`,
    );
    expect(header?.split(/ {3,}/)).toEqual(['SIDECAR', 'HASH', 'IMAGE', 'FILE']);
    expect(rows.some(row => /^git-sync +[0-9a-f]{16} +\S+git-sync:v4\.7\.1 +git-sync\.yaml$/.test(row))).toBe(
      true,
    );
  });

  it('reads what replicas say of themselves, and nothing else, by the Role', async () => {
    expect(JSON.parse((await reader(`get --raw ${status}/version`)).stdout)).toMatchObject(own);
    expect((await reader(`get --raw ${status}/readyz`)).stdout).toContain('ready\n');
    expect((await reader(`get --raw ${status}/metrics`)).stdout).toContain('sidecar_injector_definitions');
    const elsewhere = [
      `${place}/services/sidecar-injector-status:status/proxy/version`,
      `${place}/services/http:sidecar-injector-status:8080/proxy/version`,
      `${place}/services/https:sidecar-injector:admission/proxy/mutate`,
      `${place}/pods/http:replica-a:8080/proxy/version`,
      `${place}/pods`,
    ];
    for (const path of elsewhere)
      await expect(reader(`get --raw ${path}`), path).rejects.toThrow(/[Ff]orbidden/);
    await expect(reader(['create', '--raw', `${status}/version`, '-f', '-'], {})).rejects.toThrow(
      /[Ff]orbidden/,
    );
  });

  it('shows no page of the definitions as it is installed, to nobody', async () => {
    for (const ask of [kubectl, reader]) {
      for (const path of ['/', '/playground.json']) {
        const asked = ask(`get --raw ${status}${path}`);
        await expect(asked, path).rejects.toThrow('(NotFound)');
      }
    }
  });

  it('is told by the Role alone', async () => {
    const { exitCode, stdout } = await runProgram('version', '-o', 'json', '--kubeconfig', readerKubeconfig);
    expect(exitCode).toBe(0);
    const { replicas } = JSON.parse(stdout).injector;
    expect(replicas).toEqual([expect.objectContaining({ ...own, nativeSidecars: true })]);
    expect(replicas[0]).not.toHaveProperty('pod');
  });

  it('is told of replicas that differ, with what differs', async () => {
    await runAsPods({ 'replica-a': webhook(), 'replica-b': other });
    const differ =
      /^replicas differ: (.*) have other definitions in force: (?:.*, )?git-sync \([0-9a-f]{16} in the first, [0-9a-f]{16} in the second\)/m;
    const { exitCode, stdout, stderr } = await runProgram('version');
    expect(exitCode).toBe(0);
    expect(differ.exec(stderr)?.[1]).toBe('pod replica-a and pod replica-b');
    expect(stdout.match(/^injector: /gm)).toHaveLength(2);
    // Of two replicas that are asked by chance one may be missed.
    await eventually(async () => {
      const { stderr: told } = await runProgram('version', '--kubeconfig', readerKubeconfig);
      expect(differ.exec(told)?.[1]).toBe('a replica and a replica');
    });
    await runAsPods({ 'replica-a': webhook() });
  });

  it('is compared with the definitions of status and upgrade, whose results stay as they are', async () => {
    const note =
      /^the definitions here are not those that the cluster has in force: (?:.*, )?git-sync \([0-9a-f]{16} here, [0-9a-f]{16} there\)/m;
    for (const command of [['status'], ['upgrade', '--dry-run']]) {
      const here = await runProgram(...command, '-n', 'default', '-l', 'none=here');
      expect(here.exitCode).toBe(0);
      expect(here.stderr).not.toMatch(note);
      const elsewhere = await runProgram(...command, '-n', 'default', '-l', 'none=here', '--sidecars', newer);
      expect(elsewhere).toMatchObject({ exitCode: 0, stdout: '', stderr: expect.stringMatching(note) });
    }
  });

  it('is not told to who may not ask, and the Role is named', async () => {
    const { kubeconfig } = await reading('stranger', false);
    const { exitCode, stdout, stderr } = await runProgram('version', '--kubeconfig', kubeconfig);
    expect({ exitCode, stdout }).toEqual({
      exitCode: 1,
      stdout: `client: ${programVersion} (Node.js ${process.version})\n`,
    });
    expect(stderr).toMatch(
      /forbidden: .*; the Role sidecar-injector-status allows it: docs\/operations\.md\n$/,
    );
  });

  it('is told where no replica runs, and where no cluster answers', async () => {
    await deletePods();
    const none = 'Service sidecar-injector-status in namespace sidecar-injector has no replica that runs';
    await eventually(async () => {
      const { exitCode, stderr } = await runProgram('version');
      expect({ exitCode, stderr }).toEqual({
        exitCode: 1,
        stderr: `context e2e\nsidecar-injector: ${none}\n`,
      });
    });
    const away = await runProgram('version', '--kubeconfig', await elsewhereKubeconfig());
    expect(away).toMatchObject({
      exitCode: 1,
      stdout: `client: ${programVersion} (Node.js ${process.version})\n`,
      stderr: expect.stringContaining('the API server does not answer: '),
    });
    await runAsPods({ 'replica-a': webhook() });
  });
});

/** Somebody with a token, to whom the Role is bound or not. */
async function reading(name = 'reader', isBound = true) {
  const { directory, kubeconfig: admin } = controlPlane();
  await kubectl(`-n default create serviceaccount ${name}`);
  if (isBound)
    await kubectl(
      `-n sidecar-injector create rolebinding ${name} --role sidecar-injector-status --serviceaccount default:${name}`,
    );
  const { stdout } = await kubectl(`-n default create token ${name}`);
  const kubeconfig = join(directory, `kubeconfig-of-${name}`);
  await writeKubeconfig(admin, kubeconfig, config => {
    config.users[0].user = { token: stdout.trim() };
  });
  return { kubectl: createKubectl({ directory, kubeconfig }), kubeconfig };
}

/** One that leads to a port where nobody listens. */
async function elsewhereKubeconfig(): Promise<string> {
  const { directory, kubeconfig } = controlPlane();
  const file = join(directory, 'kubeconfig-of-nobody');
  await writeKubeconfig(kubeconfig, file, config => {
    config.clusters[0].cluster.server = 'https://127.0.0.1:9';
  });
  return file;
}

interface Kubeconfig {
  readonly users: [{ user: object }];
  readonly clusters: [{ cluster: { server: string } }];
}

async function writeKubeconfig(
  from: string,
  to: string,
  change: (config: Kubeconfig) => void,
): Promise<void> {
  const config = JSON.parse(await readFile(from, 'utf8')) as Kubeconfig;
  change(config);
  await writeFile(to, JSON.stringify(config), { mode: 0o600 });
}
