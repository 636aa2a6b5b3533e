import { expect, it } from 'vitest';
import { containerNames, initContainer, initContainerNames } from './pod-containers.ts';
import { gitSync, podOf, repository } from './pod-manifests.ts';
import { describeWithApiServer, useWebhook } from './suite.ts';
import { createPod, refusalOf } from './test-namespace.ts';

const fullHash = '0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d';

describeWithApiServer('a sidecar', () => {
  useWebhook();

  it('is a native sidecar, whose restartPolicy and startup probe the API server keeps', async () => {
    const { pod } = await createPod(podOf('web', gitSync));
    expect(initContainer(pod, 'git-sync')).toMatchObject({
      restartPolicy: 'Always',
      startupProbe: { timeoutSeconds: 300, failureThreshold: 12 },
    });
    expect(containerNames(pod)).toEqual(['web']);
  });

  it('is in mode classic an init container that runs once and the same container after those of the app', async () => {
    const annotations = { ...gitSync, 'sidecar.io/git-sync.mode': 'classic' };
    const own = { initContainers: [{ name: 'migrate', image: 'example.com/migrate:1' }] };
    const { pod } = await createPod(podOf('web', annotations, own));
    expect(initContainerNames(pod)).toEqual(['git-sync-init', 'migrate']);
    expect(containerNames(pod)).toEqual(['web', 'git-sync']);
    const once = initContainer(pod, 'git-sync-init');
    expect(once).not.toHaveProperty('restartPolicy');
    expect(once).not.toHaveProperty('startupProbe');
    expect(once?.args).toEqual(expect.arrayContaining(['--one-time', '--max-failures=10']));
    const last = pod.spec?.containers.at(-1);
    expect(last).not.toHaveProperty('restartPolicy');
    expect(last?.args).toEqual(expect.arrayContaining(['--max-failures=-1']));
    expect(last?.args).not.toContain('--one-time');
  });

  it('is in mode init only the init container that runs once', async () => {
    const annotations = { ...gitSync, 'sidecar.io/git-sync.mode': 'init' };
    const { pod } = await createPod(podOf('web', annotations));
    expect(initContainerNames(pod)).toEqual(['git-sync']);
    expect(containerNames(pod)).toEqual(['web']);
  });

  it('runs once for a full hash, which never changes', async () => {
    const annotations = { ...gitSync, 'sidecar.io/git-sync.ref': fullHash };
    const { pod } = await createPod(podOf('web', annotations));
    expect(initContainerNames(pod)).toEqual(['git-sync']);
    expect(initContainer(pod, 'git-sync')).not.toHaveProperty('restartPolicy');
    expect(initContainer(pod, 'git-sync')?.args).toEqual(
      expect.arrayContaining(['--one-time', `--ref=${fullHash}`]),
    );
  });

  it('can be there several times, each with a volume of its own', async () => {
    const annotations = { ...gitSync, 'sidecar.io/git-sync_docs': 'https://github.com/org/docs.git' };
    const { pod } = await createPod(podOf('web', annotations));
    expect(initContainerNames(pod)).toEqual(['git-sync', 'git-sync-docs']);
    const volumes = pod.spec?.volumes?.map(({ name }) => name).filter(name => name.startsWith('git-sync'));
    expect(volumes).toEqual(['git-sync', 'git-sync-tmp', 'git-sync-docs', 'git-sync-docs-tmp']);
    expect(initContainer(pod, 'git-sync')?.args).toContain(`--repo=${repository}`);
    expect(initContainer(pod, 'git-sync-docs')?.args).toContain('--repo=https://github.com/org/docs.git');
    const status = JSON.parse(pod.metadata?.annotations?.['sidecar.io/status'] ?? '');
    expect(Object.keys(status)).toEqual(['git-sync', 'git-sync-docs']);
  });

  it('with every parameter set is a container that the API server accepts', async () => {
    const { pod } = await createPod(podOf('web', everyParameter));
    const sidecar = initContainer(pod, 'git-sync');
    expect(sidecar?.ports).toEqual([{ name: 'gitsync-metrics', containerPort: 19420, protocol: 'TCP' }]);
    expect(sidecar?.env?.find(({ name }) => name === 'GITSYNC_USERNAME')?.valueFrom).toEqual({
      secretKeyRef: { name: 'site-login', key: 'user' },
    });
    expect(sidecar?.securityContext?.runAsUser).toBe(1000);
    expect(pod.spec?.volumes).toEqual(
      expect.arrayContaining([
        { name: 'git-sync-secret', secret: { secretName: 'site-login', defaultMode: 0o444 } },
        { name: 'git-sync-ca', configMap: { name: 'company-ca', defaultMode: 0o644 } },
        { name: 'git-sync-sparse', configMap: { name: 'site-patterns', defaultMode: 0o644 } },
        { name: 'content', emptyDir: { sizeLimit: '1Gi' } },
      ]),
    );
    expect(pod.spec?.containers[0]?.volumeMounts).toContainEqual({
      name: 'content',
      mountPath: '/site',
      readOnly: true,
    });
  });

  it('over ssh is a container that the API server accepts', async () => {
    const annotations = {
      'sidecar.io/git-sync': 'git@github.com:org/site.git',
      'sidecar.io/git-sync.secret': 'deploy-key',
      'sidecar.io/git-sync.known-hosts': 'github-hosts',
    };
    const { pod } = await createPod(podOf('web', annotations));
    expect(initContainer(pod, 'git-sync')?.env?.map(({ name }) => name)).toContain('GIT_SSH_COMMAND');
    expect(pod.spec?.volumes).toContainEqual({
      name: 'git-sync-known-hosts',
      configMap: { name: 'github-hosts', defaultMode: 0o644 },
    });
  });
});

const everyParameter = Object.fromEntries(
  Object.entries({
    ref: 'refs/heads/main',
    depth: '0',
    submodules: 'shallow',
    filter: 'blob:none',
    sparse: 'site-patterns',
    period: '2m',
    timeout: '10m',
    stale: '1h',
    link: 'site',
    secret: 'site-login',
    'username-key': 'user',
    'password-key': 'token',
    ca: 'company-ca',
    webhook: 'http://127.0.0.1:8080/reload',
    'touch-file': 'changed',
    metrics: 'true',
    'metrics-port': '19420',
    verbose: '5',
    mode: 'native',
    wait: 'false',
    volume: 'content',
    size: '1Gi',
    mount: '/site',
    containers: 'web',
    cpu: '50m',
    memory: '128Mi',
    'cpu-limit': '1',
    'memory-limit': '1Gi',
    'run-as-user': '1000',
  }).map(([parameter, value]) => [`sidecar.io/git-sync.${parameter}`, value]),
);
Object.assign(everyParameter, gitSync);

describeWithApiServer('where native sidecars are switched off', () => {
  useWebhook('--native-sidecars=never');

  it('a pod that keeps running gets the sidecar in mode classic', async () => {
    const { pod } = await createPod(podOf('web', gitSync));
    expect(initContainerNames(pod)).toEqual(['git-sync-init']);
    expect(initContainer(pod, 'git-sync-init')).not.toHaveProperty('restartPolicy');
    expect(containerNames(pod)).toEqual(['web', 'git-sync']);
  });

  it.each(['Never', 'OnFailure'])('a pod with restartPolicy %s gets only what ends', async restartPolicy => {
    const { pod } = await createPod(podOf('report', gitSync, { restartPolicy }));
    expect(initContainerNames(pod)).toEqual(['git-sync']);
    expect(initContainer(pod, 'git-sync')).not.toHaveProperty('restartPolicy');
    expect(containerNames(pod)).toEqual(['web']);
  });

  it('a pod that asks for a native one is refused', async () => {
    const annotations = { ...gitSync, 'sidecar.io/git-sync.mode': 'native' };
    const problem = await refusalOf(podOf('web', annotations));
    expect(problem).toContain('set sidecar.io/git-sync.mode to classic or init');
    expect(problem).toContain('(native-unavailable)');
  });
});
