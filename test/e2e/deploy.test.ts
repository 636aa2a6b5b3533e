import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type {
  V1ConfigMap,
  V1Deployment,
  V1PodDisruptionBudget,
  V1PodList,
  V1PriorityClass,
  V1Secret,
  V1Service,
} from '@kubernetes/client-node';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  baseDirectory,
  certificateDirectory,
  cleanEnvironment,
  installCertificates,
  projectDirectory,
  trustAuthority,
} from './installation.ts';
import { gitSync, podOf } from './pod-manifests.ts';
import { kubectlBase, publishedBundle, registration, remakeRegistration } from './registration.ts';
import {
  controlPlane,
  describeWithApiServer,
  describeWithControllers,
  eventually,
  kubectl,
  kubectlJson,
  reinstall,
} from './suite.ts';
import { createNamespace, injectorNamespace } from './test-namespace.ts';

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
    expect((await kubectlBase('diff')).stdout).toBe('');
  });

  it('applied again leaves every object as it is', async () => {
    const before = await versions();
    await kubectlBase('apply');
    expect(await versions()).toEqual(before);
  });

  it('applied again keeps the caBundle, which it does not name', async () => {
    await trustAuthority(kubectl, '-----BEGIN CERTIFICATE-----');
    const before = await registeredAuthority();
    expect(before).toMatch(/^LS0t/);
    await kubectlBase('apply');
    await kubectlBase('apply', '--server-side');
    await kubectlBase('apply');
    expect(await registeredAuthority()).toBe(before);
  });

  it('has a ConfigMap with the definitions as they are in sidecars/', async () => {
    const { data } = await injectorNamespace.json<V1ConfigMap>('get configmap sidecar-injector-sidecars');
    const files = (await readdir(join(projectDirectory, 'sidecars'))).filter(
      file => file.endsWith('.yaml') && file !== 'kustomization.yaml',
    );
    const texts = files.map(file => readFile(join(projectDirectory, 'sidecars', file), 'utf8'));
    const definitions = await Promise.all(texts);
    expect(data).toEqual(Object.fromEntries(files.map((file, index) => [file, definitions[index]])));
  });

  it('registers two webhooks that fail closed within five seconds, for pods and for what makes pods', async () => {
    const webhooks = (await registration()).webhooks?.slice(0, 2);
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

  it('registers three more, for what is in labelled namespaces and for namespaces themselves', async () => {
    const webhooks = (await registration()).webhooks ?? [];
    const selectors = new Set(webhooks.map(({ namespaceSelector }) => JSON.stringify(namespaceSelector)));
    expect(selectors.size).toBe(3);
    expect(webhooks.slice(2)).toEqual([
      expect.objectContaining({
        name: 'pods-in-namespaces.sidecar.io',
        rules: webhooks[0]?.rules,
        failurePolicy: 'Fail',
        reinvocationPolicy: 'IfNeeded',
      }),
      expect.objectContaining({
        name: 'workloads-in-namespaces.sidecar.io',
        rules: webhooks[1]?.rules,
        failurePolicy: 'Ignore',
        reinvocationPolicy: 'Never',
        namespaceSelector: webhooks[2]?.namespaceSelector,
      }),
      expect.objectContaining({
        name: 'namespaces.sidecar.io',
        rules: [
          {
            apiGroups: [''],
            apiVersions: ['v1'],
            operations: ['CREATE', 'UPDATE'],
            resources: ['namespaces'],
            scope: 'Cluster',
          },
        ],
        failurePolicy: 'Ignore',
        reinvocationPolicy: 'Never',
        namespaceSelector: {},
      }),
    ]);
    for (const webhook of webhooks.slice(2)) {
      expect(webhook).toMatchObject({ matchPolicy: 'Equivalent', sideEffects: 'None', timeoutSeconds: 5 });
      expect(webhook.clientConfig.service).toEqual({
        namespace: 'sidecar-injector',
        name: 'sidecar-injector',
        path: '/mutate/namespaces',
        port: 443,
      });
    }
  });

  it('has the PriorityClass and the PodDisruptionBudget that its Deployment relies on', async () => {
    const { spec } = await injectorNamespace.json<V1Deployment>('get deployment sidecar-injector');
    const priority = await kubectlJson<V1PriorityClass>('get priorityclass sidecar-injector');
    expect(spec?.template.spec?.priorityClassName).toBe(priority.metadata?.name);
    expect(priority.value).toBe(1_000_000_000);
    const budget = await injectorNamespace.json<V1PodDisruptionBudget>('get pdb sidecar-injector');
    expect(budget.spec?.selector?.matchLabels).toEqual(spec?.selector.matchLabels);
    expect(budget.spec?.maxUnavailable).toBe(1);
  });
});

describeWithApiServer('the Service', () => {
  it('leads to the port on which the configuration lets the program listen', async () => {
    const { spec: service } = await injectorNamespace.json<V1Service>('get service sidecar-injector');
    const { spec } = await injectorNamespace.json<V1Deployment>('get deployment sidecar-injector');
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
    await eventually(async () => {
      const pods = await injectorNamespace.pods();
      expect(pods).toHaveLength(2);
      for (const { spec } of pods) expect(spec?.priority).toBe(1_000_000_000);
    });
    expect(await injectorNamespace.warningEvents()).not.toContain('FailedCreate');
  });
});

describeWithApiServer('the certificates for deploy/base', () => {
  beforeEach(async () => {
    await injectorNamespace.kubectl('delete secret sidecar-injector-tls --ignore-not-found');
    await remakeRegistration();
  });
  afterAll(() => installCertificates(kubectl, certificateDirectory(controlPlane())));

  it('come by the commands of the documentation, and applying deploy/base again keeps them', async () => {
    await applyCertificates();
    const authority = await readFile(join(certificateDirectory(controlPlane()), 'ca.crt'), 'utf8');
    await kubectlBase('apply');
    expect(await publishedBundle()).toBe(authority);
    const { type, data } = await injectorNamespace.json<V1Secret>('get secret sidecar-injector-tls');
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
    const commands = [...help.matchAll(/certs --output (\w+) \| (kubectl .+)$/gm)];
    expect(commands).toHaveLength(2);
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
  afterAll(reinstall);

  it('is removed, guard and registration first, without standing in the way, and comes back by server-side apply', async () => {
    const namespace = await createNamespace();
    await expect(namespace.createPod(podOf('web', gitSync))).rejects.toThrow('failed calling webhook');
    await kubectl(
      'delete validatingadmissionpolicybinding/sidecar-injector-guard mutatingwebhookconfiguration/sidecar-injector',
    );
    await eventually(() => namespace.createPod(podOf('web', gitSync)));
    await kubectlBase('delete', '--ignore-not-found', '--timeout=60s');
    await kubectlBase('apply', '--server-side');
    await installCertificates(kubectl, certificateDirectory(controlPlane()));
    await kubectlBase('apply', '--server-side');
    expect(await registeredAuthority()).toMatch(/^LS0t/);
    expect((await kubectlBase('diff', '--server-side')).stdout).toBe('');
  });
});

async function registeredAuthority(): Promise<string | undefined> {
  return (await registration()).webhooks?.[0]?.clientConfig.caBundle;
}

/** The generation of each object, or its version where the kind has none: a status changes only the latter. */
async function versions(): Promise<readonly string[]> {
  const { items } = await injectorNamespace.json<V1PodList>(['get', ...applied]);
  return items.map(({ kind, metadata }) => `${kind} ${metadata?.generation ?? metadata?.resourceVersion}`);
}
