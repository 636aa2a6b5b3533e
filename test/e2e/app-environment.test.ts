/** Variables for the app, and volumes that a sidecar shares with it, on a real API server. */
import { readFileSync } from 'node:fs';
import type { V1ConfigMap, V1Pod } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { limitContainers } from './container-limits.ts';
import { type Annotations, podOf } from './pod-manifests.ts';
import { describeWithApiServer, reinstall, startWebhook } from './suite.ts';
import { createNamespace, injectorNamespace, useNamespace } from './test-namespace.ts';
import type { Webhook } from './webhook.ts';

const configMap = 'configmap sidecar-injector-sidecars';
const image = 'nginx:1.29';
/** So that the app mounts what is put in here alone. */
const withoutToken = { automountServiceAccountToken: false };

const agent: Annotations = {
  'sidecar.io/java-agent': 'true',
  'sidecar.io/java-agent.mount': '/agent',
};
const askedAgent: Annotations = { ...agent, 'sidecar.io/java-agent.env': 'true' };
const options = { name: 'JAVA_TOOL_OPTIONS', value: '-javaagent:/agent/javaagent.jar' };

const kerberos: Annotations = {
  'sidecar.io/kerberos': 'web@EXAMPLE.COM',
  'sidecar.io/kerberos.keytab': 'web-keytab',
  'sidecar.io/kerberos.config': 'krb5',
};

describeWithApiServer('a sidecar that has something for the app', () => {
  let webhook: Webhook | undefined;
  const namespace = useNamespace();
  beforeAll(async () => {
    const { data = {} } = await injectorNamespace.json<V1ConfigMap>(`get ${configMap}`);
    const own = {
      'java-agent.yaml': readFileSync('sidecars/contrib/java-agent.yaml', 'utf8'),
      'kerberos.yaml': readFileSync('test/real-sidecars/kerberos.yaml', 'utf8'),
    };
    const metadata = { name: 'sidecar-injector-sidecars' };
    await injectorNamespace.kubectl('replace -f -', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata,
      data: { ...data, ...own },
    });
    webhook = await startWebhook();
  });
  // As deploy/ has it, with what kubectl notes about it.
  afterAll(async () => {
    await webhook?.stop();
    await injectorNamespace.kubectl(`delete ${configMap}`);
    await reinstall();
  });

  it('adds its variables behind those of the app where the annotation asks, and changes nothing else of it', async () => {
    const env = [{ name: 'OWN', value: 'x' }];
    const spec = { ...withoutToken, containers: [{ name: 'web', image, env }] };
    const { pod: plain } = await namespace().createPod(podOf('plain', agent, spec));
    const { pod: asked } = await namespace().createPod(podOf('asked', askedAgent, spec));
    expect(appOf(asked)).toEqual({ ...appOf(plain), env: [...env, options] });
    expect(appOf(plain)?.env).toEqual(env);
    expect(statusOf(asked, 'java-agent')).toMatchObject({ env: ['web:JAVA_TOOL_OPTIONS'] });
  });

  it('refuses a pod that has the variable with another value, and says what to add to it', async () => {
    const env = [{ name: options.name, value: '-Xmx1g' }];
    const refusal = await namespace().refusalOf(
      podOf('taken', askedAgent, { containers: [{ name: 'web', image, env }] }),
    );
    expect(refusal).toContain('(env-name-taken)');
    expect(refusal).toContain(options.value);
    const { pod } = await namespace().createPod(
      podOf('same', askedAgent, { containers: [{ name: 'web', image, env: [options] }] }),
    );
    expect(appOf(pod)?.env).toEqual([options]);
  });

  it('adds them once where the API server shows the pod again', async () => {
    const limited = await createNamespace();
    await limitContainers(limited, { default: { cpu: '300m' } });
    const { pod } = await limited.createPod(podOf('again', askedAgent));
    expect(appOf(pod)?.env).toEqual([options]);
  });

  it('mounts all its shared volumes where one annotation asks, its own where the app has none', async () => {
    const asked = {
      ...kerberos,
      'sidecar.io/kerberos.mount': '/run/tickets',
      'sidecar.io/kerberos.env': 'true',
    };
    const { pod } = await namespace().createPod(podOf('tickets', asked, withoutToken));
    expect(appOf(pod)?.volumeMounts).toMatchObject([
      { name: 'kerberos', mountPath: '/run/tickets', readOnly: true },
      { name: 'kerberos-config', mountPath: '/etc/krb5', readOnly: true },
    ]);
    expect(appOf(pod)?.env).toContainEqual({ name: 'KRB5CCNAME', value: 'FILE:/run/tickets/cache' });
  });

  it('writes to the volume that the app reads at its place', async () => {
    const volumes = [{ name: 'mine', emptyDir: {} }];
    const volumeMounts = [{ name: 'mine', mountPath: '/krb5cc', readOnly: true }];
    const { pod } = await namespace().createPod(
      podOf('own', kerberos, { volumes, containers: [{ name: 'web', image, volumeMounts }] }),
    );
    const [sidecar] = pod.spec?.initContainers ?? [];
    expect(sidecar?.volumeMounts).toContainEqual({ name: 'mine', mountPath: '/krb5cc' });
    expect(pod.spec?.volumes?.map(({ name }) => name)).not.toContain('kerberos');
  });
});

function appOf({ spec }: V1Pod) {
  return spec?.containers.find(({ name }) => name === 'web');
}

function statusOf({ metadata }: V1Pod, name: string): unknown {
  return JSON.parse(metadata?.annotations?.['sidecar.io/status'] ?? '{}')[name];
}
