import { describe, expect, it } from 'vitest';
import type { Container, PodSpec, Volume, VolumeMount } from '../../../../src/kubernetes/pod.ts';
import {
  codes,
  decide,
  gitSync,
  podAfter,
  podWith,
  repository,
  sidecarsOf,
  told,
} from '../../../injection-fixture.ts';

const key = 'annotation sidecar.io/git-sync.mount';
const data: Volume = { name: 'data', emptyDir: {} };
const config: Volume = { name: 'config', configMap: { name: 'config' } };
const claim = { persistentVolumeClaim: { claimName: 'site' } };
const atData = (mountPath: string): VolumeMount => ({ name: 'data', mountPath });

/** What is said of a pod with these mounts in its container. */
function saidOf(
  parameters: Readonly<Record<string, string>>,
  volumeMounts: readonly VolumeMount[],
  spec: Partial<PodSpec> = {},
): readonly string[] {
  const containers = [{ name: 'app', volumeMounts }];
  const volumes = [data, config, ...(spec.volumes ?? [])];
  return told(decide(podWith(gitSync(parameters), { containers, ...spec, volumes })));
}

describe('a mount of the app below the path of .mount', () => {
  it.each<readonly [what: string, path: string, mount: VolumeMount, named: string]>([
    [
      'a file of a ConfigMap',
      '/etc/prometheus',
      { name: 'config', mountPath: '/etc/prometheus/prometheus.yml', subPath: 'prometheus.yml' },
      '"config" at /etc/prometheus/prometheus.yml, below the read-only /etc/prometheus',
    ],
    [
      'an emptyDir',
      '/usr/share/nginx/html',
      atData('/usr/share/nginx/html/cache'),
      '"data" at /usr/share/nginx/html/cache, below the read-only /usr/share/nginx/html',
    ],
    ['far below', '/site', atData('/site/a/b/c'), '"data" at /site/a/b/c, below the read-only /site'],
    ['with more slashes', '/site', atData('/site//a/'), '"data" at /site/a, below the read-only /site'],
    [
      'beside the link',
      '/site',
      atData('/site/currently'),
      '"data" at /site/currently, below the read-only /site',
    ],
  ])('is refused: %s', (_what, mount, volumeMount, named) => {
    expect(saidOf({ mount }, [volumeMount])).toEqual([
      `mount-path-taken: ${key}: container app mounts ${named}, so it could never start; choose another path`,
    ]);
  });

  it.each(['/site', '/site-x', '/', '/a/site/x', '/si'])('is none at %s', mountPath => {
    const lines = saidOf({ mount: '/site' }, [atData(mountPath)]);
    expect(lines.filter(line => line.includes('below'))).toEqual([]);
  });

  it('is refused over the content, whatever the volume is', () => {
    const line = `mount-path-taken: ${key}: container app mounts "data" at /site/live, over the content in /site; choose another path`;
    const asked = { mount: '/site', link: 'live' };
    expect(saidOf(asked, [atData('/site/live')])).toEqual([line]);
    const lines = saidOf(asked, [atData('/site/live')], { volumes: [{ name: 'git-sync', ...claim }] });
    expect(lines).toContain(line);
  });

  it('is told of inside the content, which may have that place', () => {
    expect(saidOf({ mount: '/site' }, [atData('/site/current/uploads')])).toEqual([
      `mount-point-missing: sidecar.io/git-sync.mount: app mounts "data" at /site/current/uploads; it starts only where /site has that already`,
    ]);
  });

  it.each<readonly [what: string, spec: Partial<PodSpec>]>([
    ['is a claim', { volumes: [{ name: 'git-sync', ...claim }] }],
    ['is of the node', { volumes: [{ name: 'git-sync', hostPath: { path: '/srv' } }] }],
    [
      'is written by an init container',
      {
        volumes: [{ name: 'git-sync', emptyDir: {} }],
        initContainers: [{ name: 'setup', volumeMounts: [{ name: 'git-sync', mountPath: '/work' }] }],
      },
    ],
  ])('is told of where the shared volume %s, which may have that place', (_what, spec) => {
    const lines = saidOf({ mount: '/site' }, [atData('/site/plugins')], spec);
    expect(lines.filter(line => line.startsWith('mount-p'))).toEqual([
      `mount-point-missing: sidecar.io/git-sync.mount: app mounts "data" at /site/plugins; it starts only where /site has that already`,
    ]);
    const pod = podWith(gitSync({ mount: '/site' }), { ...spec, volumes: [data, ...(spec.volumes ?? [])] });
    expect(decide(pod).outcome).toBe('injected');
  });

  it('counts in the containers that get the mount, and in no other', () => {
    const containers: readonly Container[] = [
      { name: 'app' },
      { name: 'other', volumeMounts: [atData('/site/x')] },
    ];
    const spec = { containers, volumes: [data] };
    expect(codes(decide(podWith(gitSync({ mount: '/site', containers: 'app' }), spec)))).toEqual([]);
    expect(codes(decide(podWith(gitSync({ mount: '/site', containers: 'app,other' }), spec)))).toEqual([
      'mount-path-taken',
    ]);
  });

  it('counts in an init container', () => {
    const initContainers = [{ name: 'setup', volumeMounts: [atData('/site/x')] }];
    const pod = podWith(gitSync({ mount: '/site', containers: 'setup' }), {
      initContainers,
      volumes: [data],
    });
    expect(told(decide(pod))).toEqual([
      `mount-path-taken: ${key}: container setup mounts "data" at /site/x, below the read-only /site, so it could never start; choose another path`,
    ]);
  });

  it('is fine below one that is fine, and told once', () => {
    const mounts = [atData('/site/a'), { name: 'config', mountPath: '/site/a/b' }, atData('/other')];
    expect(saidOf({ mount: '/site' }, mounts)).toHaveLength(1);
  });
});

describe('what else is in a container', () => {
  const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount';
  const token = { name: 'kube-api-access-x7k2p', mountPath: tokenPath, readOnly: true };

  it.each(['/var', '/var/run', '/run', '/run/secrets', '/var/run/secrets', '/var/run/secrets/kubernetes.io'])(
    'is the token, which keeps the mount away from %s',
    mount => {
      const [line, ...others] = saidOf({ mount }, [token]).filter(text => text.startsWith('mount-path'));
      expect(line).toContain(`below the read-only ${mount}, so it could never start;`);
      expect(line).toMatch(/; choose another path, or set automountServiceAccountToken: false$/);
      expect(others).toEqual([]);
      expect(saidOf({ mount }, []).filter(text => text.startsWith('mount-path'))).toEqual([]);
    },
  );

  it.each([['/etc', 'gets what the kubelet mounts at /etc/hosts']])(
    'is of the kubelet, which keeps the mount away from %s',
    (mount, what) => {
      expect(saidOf({ mount }, []).filter(text => text.startsWith('mount-path'))).toEqual([
        `mount-path-taken: ${key}: container app ${what}, below the read-only ${mount}, so it could never start; choose another path`,
      ]);
    },
  );

  it('is left out by the kubelet where the container mounts something there itself', () => {
    expect(saidOf({ mount: '/etc/hosts' }, [])).toEqual([]);
  });

  it('is its termination message, where that is', () => {
    const containers = [{ name: 'app', terminationMessagePath: '/site/result' }];
    expect(saidOf({ mount: '/site' }, [], { containers })).toEqual([
      `mount-path-taken: ${key}: container app has its terminationMessagePath at /site/result, below the read-only /site, so it could never start; choose another path`,
    ]);
    const none = [{ name: 'app', terminationMessagePath: '' }];
    expect(saidOf({ mount: '/site' }, [], { containers: none })).toEqual([]);
  });

  it('is a device', () => {
    const volumeDevices = [{ name: 'disk', devicePath: '/site/disk' }];
    expect(saidOf({ mount: '/site' }, [], { containers: [{ name: 'app', volumeDevices }] })).toEqual([
      `mount-path-taken: ${key}: container app has the device "disk" at /site/disk, below the read-only /site, so it could never start; choose another path`,
    ]);
  });
});

describe('a mount of ours', () => {
  it('is refused below that of another sidecar, in every order', () => {
    const asked = (first: string, second: string) =>
      podWith({
        ...gitSync({ mount: first }),
        'sidecar.io/git-sync_plugins': repository,
        'sidecar.io/git-sync_plugins.mount': second,
      });
    expect(told(decide(asked('/site', '/site/plugins')))).toEqual([
      'mount-path-taken: annotation sidecar.io/git-sync_plugins.mount: container app mounts "git-sync-plugins" at /site/plugins, below the read-only /site, so it could never start; choose another path',
    ]);
    expect(told(decide(asked('/site/plugins', '/site')))).toEqual([
      `mount-path-taken: ${key}: container app mounts "git-sync" at /site/plugins, below the read-only /site, so it could never start; choose another path`,
    ]);
  });

  it('is told of below the mount of a sidecar that came before', () => {
    const first = podAfter(podWith(gitSync({ mount: '/site' })));
    const annotations = {
      ...first.metadata.annotations,
      'sidecar.io/git-sync_docs': repository,
      'sidecar.io/git-sync_docs.mount': '/site/docs',
    };
    const second = decide({ ...first, metadata: { ...first.metadata, annotations } });
    expect([second.outcome, codes(second)]).toEqual(['injected', ['mount-point-missing']]);
    expect(decide(first)).toMatchObject({ outcome: 'skipped', warnings: [] });
  });

  it.each<readonly [source: object, mount: Partial<VolumeMount>, outcome: string, codes: readonly string[]]>([
    [{ emptyDir: {} }, { readOnly: true }, 'refused', ['mount-path-taken']],
    [{ emptyDir: {} }, { readOnly: true, subPath: 'a' }, 'injected', ['mount-point-missing']],
    [{ image: { reference: 'a' } }, {}, 'injected', ['mount-point-missing']],
    [claim, { readOnly: true }, 'injected', ['mount-point-missing']],
    [{ emptyDir: {} }, {}, 'injected', []],
    [claim, {}, 'injected', []],
    // The kubelet makes the place in these, however they are mounted.
    [{ configMap: { name: 'c' } }, {}, 'injected', []],
    [{ configMap: { name: 'c' } }, { readOnly: true }, 'injected', []],
    [{ secret: { secretName: 'c' } }, {}, 'injected', []],
    [{ projected: { sources: [] } }, {}, 'injected', []],
    [{ downwardAPI: { items: [] } }, {}, 'injected', []],
  ])('below %j, mounted as %j, is %s', (source, mount, outcome, expected) => {
    const containers = [{ name: 'app', volumeMounts: [{ name: 'own', mountPath: '/etc/app', ...mount }] }];
    const volumes = [{ name: 'own', ...source } as Volume];
    const decision = decide(podWith(gitSync({ mount: '/etc/app/sub' }), { containers, volumes }));
    expect([decision.outcome, codes(decision)]).toEqual([outcome, expected]);
  });

  it('is told of below an emptyDir that another container writes', () => {
    const mountPath = '/etc/app';
    const containers = [
      { name: 'app', volumeMounts: [{ name: 'data', mountPath, readOnly: true }] },
      { name: 'writer', volumeMounts: [{ name: 'data', mountPath }] },
    ];
    const asked = gitSync({ mount: '/etc/app/sub', containers: 'app' });
    const decision = decide(podWith(asked, { containers, volumes: [data] }));
    expect([decision.outcome, codes(decision)]).toEqual(['injected', ['mount-point-missing']]);
  });
});

describe('a shared volume that the app mounts itself', () => {
  it('is held against what lies below it where it is read-only', () => {
    const mounts = [{ name: 'git-sync', mountPath: '/site', readOnly: true }, atData('/site/x')];
    expect(saidOf({}, mounts)).toEqual([
      'mount-path-taken: container app mounts "data" at /site/x, below the read-only /site, so it could never start; mount one of them elsewhere',
    ]);
  });

  it('has room for anything where it can be written', () => {
    const mounts = [{ name: 'git-sync', mountPath: '/site' }, atData('/site/x'), atData('/site/current')];
    expect(saidOf({}, mounts)).toEqual([]);
  });

  it('is no concern of ours where no sidecar shares it', () => {
    const mounts = [
      { name: 'git-sync', mountPath: '/site' },
      { name: 'data', mountPath: '/data', readOnly: true },
      { name: 'config', mountPath: '/data/x' },
    ];
    expect(saidOf({}, mounts)).toEqual([]);
  });
});

describe('the volume of a sidecar', () => {
  const definition = (more: object) => ({
    maker: {
      volumes: [{ name: '${volume}', emptyDir: {}, shared: true }],
      container: { image: 'a:1', volumeMounts: [{ name: '${volume}', mountPath: '/out' }] },
      ...more,
    },
  });
  const asked = { 'sidecar.io/maker': 'true', 'sidecar.io/maker.mount': '/site' };

  it.each<readonly [what: string, more: object, outcome: string, codes: readonly string[]]>([
    ['may have directories where its definition says nothing', {}, 'injected', ['mount-point-missing']],
    [
      'may have directories where all of it is content',
      { content: '/out' },
      'injected',
      ['mount-point-missing'],
    ],
    ['has the content in a place of its own', { content: '/out/live' }, 'refused', ['mount-path-taken']],
    ['can be written by the app', { mount: { readOnly: false } }, 'injected', []],
  ])('%s', (_what, more, outcome, expected) => {
    const containers = [{ name: 'app', volumeMounts: [atData('/site/x')] }];
    const decision = decide(podWith(asked, { containers, volumes: [data] }), {
      sidecars: sidecarsOf(definition(more)),
    });
    expect([decision.outcome, codes(decision)]).toEqual([outcome, expected]);
  });
});
