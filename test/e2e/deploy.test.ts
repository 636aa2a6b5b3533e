import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type {
  V1ConfigMap,
  V1Deployment,
  V1MutatingWebhookConfiguration,
  V1Pod,
  V1PodDisruptionBudget,
  V1PriorityClass,
  V1Secret,
  V1Service,
} from '@kubernetes/client-node';
import { afterAll, beforeEach, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import {
  baseDirectory,
  certificateDirectory,
  cleanEnvironment,
  install,
  installCertificates,
  projectDirectory,
  trustAuthority,
} from './installation.ts';
import {
  controlPlane,
  createNamespace,
  createPod,
  describeWithApiServer,
  describeWithControllers,
  gitSync,
  kubectl,
  kubectlJson,
  podOf,
} from './suite.ts';

const inNamespace = '-n sidecar-injector get';
const applied = [
  'namespace/sidecar-injector',
  'serviceaccount/sidecar-injector',
  'configmap/sidecar-injector-sidecars',
  'service/sidecar-injector',
  'priorityclass/sidecar-injector',
  'deployment/sidecar-injector',
  'poddisruptionbudget/sidecar-injector',
  'mutatingwebhookconfiguration/sidecar-injector',
];

describeWithApiServer('deploy/base', () => {
  it('once applied shows no difference', async () => {
    expect((await kubectl(['diff', '--kustomize', baseDirectory])).stdout).toBe('');
  });

  it('applied again leaves every object as it is', async () => {
    const before = await versions();
    await kubectl(['apply', '--kustomize', baseDirectory]);
    expect(await versions()).toEqual(before);
  });

  it('applied again keeps the caBundle, which it does not name', async () => {
    await trustAuthority(kubectl, '-----BEGIN CERTIFICATE-----');
    const before = await registeredAuthority();
    expect(before).toMatch(/^LS0t/);
    await kubectl(['apply', '--kustomize', baseDirectory]);
    await kubectl(['apply', '--server-side', '--kustomize', baseDirectory]);
    await kubectl(['apply', '--kustomize', baseDirectory]);
    expect(await registeredAuthority()).toBe(before);
  });

  it('has a ConfigMap with the definitions as they are in sidecars/', async () => {
    const { data } = await kubectlJson<V1ConfigMap>(`${inNamespace} configmap sidecar-injector-sidecars`);
    const files = (await readdir(join(projectDirectory, 'sidecars'))).filter(
      file => file.endsWith('.yaml') && file !== 'kustomization.yaml',
    );
    const texts = files.map(file => readFile(join(projectDirectory, 'sidecars', file), 'utf8'));
    const definitions = await Promise.all(texts);
    expect(data).toEqual(Object.fromEntries(files.map((file, index) => [file, definitions[index]])));
  });

  it('registers two webhooks that fail closed within five seconds, for pods and for what makes pods', async () => {
    const { webhooks } = await registration();
    const rule = (group: string, operations: readonly string[], resources: readonly string[]) => ({
      apiGroups: [group],
      apiVersions: ['v1'],
      operations,
      resources,
      scope: 'Namespaced',
    });
    const changes = ['CREATE', 'UPDATE'];
    expect(webhooks?.map(({ name, rules }) => [name, rules])).toEqual([
      ['pods.sidecar.io', [rule('', ['CREATE'], ['pods'])]],
      [
        'workloads.sidecar.io',
        [
          rule('apps', changes, ['deployments', 'statefulsets', 'daemonsets']),
          rule('batch', changes, ['jobs', 'cronjobs']),
        ],
      ],
    ]);
    for (const webhook of webhooks ?? []) {
      expect(webhook).toMatchObject({
        failurePolicy: 'Fail',
        matchPolicy: 'Equivalent',
        reinvocationPolicy: 'IfNeeded',
        sideEffects: 'None',
        timeoutSeconds: 5,
        namespaceSelector: webhooks?.[0]?.namespaceSelector,
      });
      expect(webhook.clientConfig.service).toEqual({
        namespace: 'sidecar-injector',
        name: 'sidecar-injector',
        path: '/mutate',
        port: 443,
      });
    }
  });

  it('has the PriorityClass and the PodDisruptionBudget that its Deployment relies on', async () => {
    const { spec } = await kubectlJson<V1Deployment>(`${inNamespace} deployment sidecar-injector`);
    const priority = await kubectlJson<V1PriorityClass>('get priorityclass sidecar-injector');
    expect(spec?.template.spec?.priorityClassName).toBe(priority.metadata?.name);
    expect(priority.value).toBe(1_000_000_000);
    const budget = await kubectlJson<V1PodDisruptionBudget>(`${inNamespace} pdb sidecar-injector`);
    expect(budget.spec?.selector?.matchLabels).toEqual(spec?.selector.matchLabels);
    expect(budget.spec?.maxUnavailable).toBe(1);
  });
});

describeWithApiServer('the Service', () => {
  it('leads to the port on which the configuration lets the program listen', async () => {
    const { spec: service } = await kubectlJson<V1Service>(`${inNamespace} service sidecar-injector`);
    const { spec } = await kubectlJson<V1Deployment>(`${inNamespace} deployment sidecar-injector`);
    const [container] = spec?.template.spec?.containers ?? [];
    const ports = Object.fromEntries((container?.ports ?? []).map(port => [port.name, port.containerPort]));
    const configuration = parse(await readFile(join(baseDirectory, 'config.yaml'), 'utf8'));
    expect(configuration.listen).toBe(`[::]:${ports[String(service?.ports?.[0]?.targetPort)]}`);
    expect(configuration.statusListen).toBe(
      `[::]:${ports[String(container?.readinessProbe?.httpGet?.port)]}`,
    );
    expect(spec?.template.metadata?.labels).toMatchObject(service?.selector ?? {});
  });
});

describeWithControllers('the Deployment', () => {
  it('gets its two pods in its restricted namespace, without a webhook that answers', async () => {
    await vi.waitFor(async () => {
      const { items } = await kubectlJson<{ items: readonly V1Pod[] }>(`${inNamespace} pods`);
      expect(items).toHaveLength(2);
      for (const { spec } of items) expect(spec?.priority).toBe(1_000_000_000);
    }, waiting);
    const { stdout } = await kubectl('-n sidecar-injector events --types=Warning');
    expect(stdout).not.toContain('FailedCreate');
  });
});

describeWithApiServer('the certificates for deploy/base', () => {
  beforeEach(async () => {
    await kubectl('delete mutatingwebhookconfiguration sidecar-injector --ignore-not-found');
    await kubectl('-n sidecar-injector delete secret sidecar-injector-tls --ignore-not-found');
    await kubectl(['apply', '--kustomize', baseDirectory]);
  });
  afterAll(() => installCertificates(kubectl, certificateDirectory(controlPlane())));

  it('come by the commands of the documentation, and applying deploy/base again keeps them', async () => {
    await applyCertificates();
    const authority = await readFile(join(certificateDirectory(controlPlane()), 'ca.crt'), 'utf8');
    await kubectl(['apply', '--kustomize', baseDirectory]);
    expect(Buffer.from((await registeredAuthority()) ?? '', 'base64').toString()).toBe(authority);
    const { type, data } = await kubectlJson<V1Secret>(`${inNamespace} secret sidecar-injector-tls`);
    expect(type).toBe('kubernetes.io/tls');
    expect(Object.keys(data ?? {}).sort()).toEqual(['tls.crt', 'tls.key']);
  });

  it('come by the commands of the documentation a second time too', async () => {
    await applyCertificates();
    await applyCertificates();
    const { webhooks } = await registration();
    expect(webhooks?.[0]?.rules).toHaveLength(1);
    expect(webhooks?.[0]?.clientConfig.caBundle).toMatch(/^LS0t/);
  });

  /** As a person would, with the commands that `certs --help` names for each of its outputs. */
  async function applyCertificates(): Promise<void> {
    const { stdout: help } = await sh('npx sidecar-injector certs --help');
    const commands = [...help.matchAll(/--output (\w+) [^"]*"(kubectl [^"]+)"/g)];
    expect(commands).not.toHaveLength(0);
    const certs = `npx sidecar-injector certs --dir '${certificateDirectory(controlPlane())}'`;
    for (const [, output, command] of commands) await sh(`${certs} --output ${output} | ${command}`);
  }

  async function sh(command: string) {
    const env = { ...cleanEnvironment, KUBECONFIG: controlPlane().kubeconfig };
    const options = { cwd: projectDirectory, env, timeout: 60_000 };
    return promisify(execFile)('bash', ['-o', 'pipefail', '-c', command], options);
  }
});

describeWithControllers('the injector', () => {
  afterAll(() => install(kubectl));

  it('is removed, guard and registration first, without standing in the way, and comes back by server-side apply', async () => {
    const namespace = await createNamespace();
    await expect(createPod(namespace, podOf('web', gitSync))).rejects.toThrow('failed calling webhook');
    await kubectl(
      'delete validatingadmissionpolicybinding/sidecar-injector-guard mutatingwebhookconfiguration/sidecar-injector',
    );
    await vi.waitFor(() => createPod(namespace, podOf('web', gitSync)), waiting);
    await kubectl(['delete', '--kustomize', baseDirectory, '--ignore-not-found', '--timeout=60s']);
    await kubectl(['apply', '--server-side', '--kustomize', baseDirectory]);
    await installCertificates(kubectl, certificateDirectory(controlPlane()));
    await kubectl(['apply', '--server-side', '--kustomize', baseDirectory]);
    expect(await registeredAuthority()).toMatch(/^LS0t/);
    expect((await kubectl(['diff', '--server-side', '--kustomize', baseDirectory])).stdout).toBe('');
  });
});

const waiting = { timeout: 30_000, interval: 200 };

function registration(): Promise<V1MutatingWebhookConfiguration> {
  return kubectlJson('get mutatingwebhookconfiguration sidecar-injector');
}

async function registeredAuthority(): Promise<string | undefined> {
  return (await registration()).webhooks?.[0]?.clientConfig.caBundle;
}

/** The generation of each object, or its version where the kind has none: a status changes only the latter. */
async function versions(): Promise<readonly string[]> {
  const { items } = await kubectlJson<{ items: readonly V1Pod[] }>(
    `-n sidecar-injector get ${applied.join(' ')}`,
  );
  return items.map(({ kind, metadata }) => `${kind} ${metadata?.generation ?? metadata?.resourceVersion}`);
}
