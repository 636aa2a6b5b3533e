import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { V1Pod, V1PodSpec } from '@kubernetes/client-node';
import { expect, it } from 'vitest';
import { initContainerNames } from './pod-containers.ts';
import { gitSync, podOf, repository } from './pod-manifests.ts';
import { controlPlane, describeWithApiServer, useWebhook } from './suite.ts';
import { createNamespace, createPod } from './test-namespace.ts';

/** A pod that uses much of what a pod can be. Without a token, whose volume has a random name. */
const elaborate: V1PodSpec = {
  automountServiceAccountToken: false,
  initContainers: [
    { name: 'migrate', image: 'example.com/migrate:1', command: ['./migrate', '--to=$(VERSION)'] },
    { name: 'proxy', image: 'example.com/proxy:2', restartPolicy: 'Always' },
  ],
  containers: [
    {
      name: 'web',
      image: 'example.com/web@sha256:0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9',
      args: ['--title=a "quoted" title', '$(NOT_EXPANDED)', ''],
      env: [
        { name: 'EMPTY', value: '' },
        { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      ],
      ports: [{ name: 'http', containerPort: 80 }],
      livenessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 7 },
      lifecycle: { preStop: { sleep: { seconds: 5 } } },
      resources: { requests: { cpu: '0.25', memory: '64Mi' }, limits: { memory: '128Mi' } },
      volumeMounts: [
        { name: 'site', mountPath: '/site', readOnly: true },
        { name: 'scratch', mountPath: '/tmp' },
      ],
    },
    { name: 'logs', image: 'example.com/logs:3', volumeMounts: [{ name: 'scratch', mountPath: '/in' }] },
  ],
  volumes: [
    { name: 'scratch', emptyDir: { sizeLimit: '1Gi' } },
    { name: 'site', configMap: { name: 'site', optional: true } },
  ],
  tolerations: [{ key: 'dedicated', operator: 'Exists' }],
  hostAliases: [{ ip: '192.0.2.1', hostnames: ['example.test'] }],
  topologySpreadConstraints: [
    {
      maxSkew: 1,
      topologyKey: 'zone',
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: {} },
    },
  ],
};

describeWithApiServer('an annotated pod', () => {
  useWebhook();

  it('gets exactly the container that the definition promises', async () => {
    const { pod } = await createPod(podOf('web', gitSync));
    expect(pod.spec?.initContainers).toEqual([
      {
        name: 'git-sync',
        image: 'registry.k8s.io/git-sync/git-sync:v4.7.1',
        imagePullPolicy: 'IfNotPresent',
        restartPolicy: 'Always',
        // The scripts are run in test/integration/git-sync-scripts.test.ts.
        command: ['sh', '-c', expect.stringMatching(/^\[ "\$0" = git-sync \] && trap /), 'git-sync'],
        args: [
          '--repo=https://github.com/org/site.git',
          '--ref=HEAD',
          '--root=/git/.git-sync',
          '--link=/git/current',
          '--depth=1',
          '--submodules=recursive',
          '--period=60s',
          '--sync-timeout=5m',
          '--max-failures=-1',
          '--stale-worktree-timeout=5m',
          '--git-config=http.lowSpeedLimit:1,http.lowSpeedTime:300',
          '--error-file=/tmp/error',
        ],
        env: [
          { name: 'HOME', value: '/tmp' },
          { name: 'GITSYNC_INIT_PERIOD', value: '2s' },
        ],
        resources: { requests: { cpu: '20m', memory: '64Mi' }, limits: { memory: '512Mi' } },
        volumeMounts: [
          { name: 'git-sync', mountPath: '/git' },
          { name: 'git-sync-tmp', mountPath: '/tmp' },
          {
            name: 'git-sync-tmp',
            mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
            subPath: 'no-token',
            readOnly: true,
          },
        ],
        startupProbe: {
          exec: {
            command: [
              'sh',
              '-c',
              expect.stringContaining('sleep 0.5'),
              'ready',
              '/git/current/.',
              '/tmp/error',
            ],
          },
          periodSeconds: 1,
          timeoutSeconds: 300,
          failureThreshold: 12,
          successThreshold: 1,
        },
        securityContext: {
          runAsUser: 65533,
          runAsGroup: 65533,
          runAsNonRoot: true,
          privileged: false,
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
          seccompProfile: { type: 'RuntimeDefault' },
        },
        terminationMessagePath: '/dev/termination-log',
        terminationMessagePolicy: 'FallbackToLogsOnError',
      },
    ]);
  });

  it('gets it as the first init container, its volumes last, and what was done as an annotation', async () => {
    const { pod } = await createPod(podOf('web', gitSync, elaborate));
    expect(initContainerNames(pod)).toEqual(['git-sync', 'migrate', 'proxy']);
    expect(pod.spec?.volumes?.slice(2)).toEqual([
      { name: 'git-sync', emptyDir: {} },
      { name: 'git-sync-tmp', emptyDir: {} },
    ]);
    const { annotations = {} } = pod.metadata ?? {};
    expect(Object.keys(annotations).sort()).toEqual([
      'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes',
      'sidecar.io/git-sync',
      'sidecar.io/status',
    ]);
    expect(annotations['cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes']).toBe(
      'git-sync,git-sync-tmp',
    );
    expect(JSON.parse(annotations['sidecar.io/status'] ?? '')).toEqual({
      'git-sync': {
        definition: expect.stringMatching(/^[0-9a-f]{16}$/),
        parameters: expect.stringMatching(/^[0-9a-f]{16}$/),
        mode: 'native',
        containers: ['git-sync'],
        volumes: ['git-sync', 'git-sync-tmp'],
        content: '/git/current',
        annotations: ['cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes'],
      },
    });
  });

  it('is but for what was added the pod that it is without the annotation', async () => {
    const [bare, injected] = await createTwins();
    expect(JSON.stringify(withoutAdditions(injected))).toBe(JSON.stringify(withoutIdentity(bare)));
  });

  it('has the containers that it has without the annotation, as git diff sees it', async () => {
    const directory = await mkdtemp(join(controlPlane().directory, 'twins-'));
    const files = ['bare.json', 'injected.json'].map(name => join(directory, name));
    for (const [index, pod] of (await createTwins()).entries())
      await writeFile(files[index] ?? '', JSON.stringify(pod.spec?.containers, null, 2));
    const { stdout } = await promisify(execFile)('git', ['diff', '--no-index', '--exit-code', ...files]);
    expect(stdout).toBe('');
  });

  it('keeps the order and the API token of an app that has init containers of its own', async () => {
    const { automountServiceAccountToken: _none, ...spec } = elaborate;
    const { pod } = await createPod(podOf('web', gitSync, spec));
    const withToken = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])]
      .filter(({ volumeMounts = [] }) => volumeMounts.some(({ name }) => name.startsWith('kube-api-access-')))
      .map(({ name }) => name);
    expect(withToken).toEqual(['migrate', 'proxy', 'web', 'logs']);
  });

  it('gets it also where it has neither volumes nor init containers of its own', async () => {
    const spec = { automountServiceAccountToken: false };
    const { pod } = await createPod(podOf('web', gitSync, spec));
    expect(initContainerNames(pod)).toEqual(['git-sync']);
    expect(pod.spec?.volumes?.map(({ name }) => name)).toEqual(['git-sync', 'git-sync-tmp']);
  });

  it('gets it also where it is as large as a pod can be', async () => {
    const env = Array.from({ length: 1000 }, (_, index) => ({ name: `V${index}`, value: 'x'.repeat(1000) }));
    const app = { containers: [{ name: 'web', image: 'nginx:1.29', env }] };
    const { pod } = await createPod(podOf('web', gitSync, app));
    expect(initContainerNames(pod)).toEqual(['git-sync']);
    expect(pod.spec?.containers[0]?.env).toEqual(env);
  });

  it('can be made with kubectl run', async () => {
    const namespace = await createNamespace();
    const annotation = `--annotations=sidecar.io/git-sync=${repository}`;
    await namespace.kubectl(`run web --image=nginx ${annotation}`);
    expect(initContainerNames(await namespace.pod('web'))).toEqual(['git-sync']);
  });
});

/** The same pod without and with the annotation. */
async function createTwins(): Promise<readonly [V1Pod, V1Pod]> {
  const own = { 'example.com/team': 'web' };
  const bare = await createPod(podOf('web', own, elaborate));
  const injected = await createPod(podOf('web', { ...own, ...gitSync }, elaborate));
  return [bare.pod, injected.pod];
}

/** A pod without the fields in which any two pods differ. */
function withoutIdentity(pod: V1Pod): V1Pod {
  const { uid, resourceVersion, creationTimestamp, namespace, ...metadata } = pod.metadata ?? {};
  return { ...pod, metadata };
}

/** What is left when all that the injector adds is taken away, in the same order. */
function withoutAdditions(pod: V1Pod): V1Pod {
  const stripped = withoutIdentity(pod);
  const { metadata, spec } = stripped;
  const { annotations = {} } = metadata ?? {};
  const { initContainers = [], volumes = [] } = spec ?? {};
  const own = Object.entries(annotations).filter(([key]) => key.startsWith('example.com/'));
  return {
    ...stripped,
    metadata: { ...metadata, annotations: Object.fromEntries(own) },
    spec: {
      ...spec,
      initContainers: initContainers.filter(({ name }) => name !== 'git-sync'),
      volumes: volumes.filter(({ name }) => !['git-sync', 'git-sync-tmp'].includes(name)),
    } as V1PodSpec,
  };
}
