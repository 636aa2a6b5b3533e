import type { V1Pod } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { containerProcess, mountedDirectory } from '../../demo/container-process.ts';

/** A pod with one container, beside what the case says of it. */
function podOf(container: object, volumes: readonly object[] = [{ name: 'data', emptyDir: {} }]): V1Pod {
  return {
    metadata: { name: 'web', namespace: 'shop', uid: '1' },
    spec: { volumes, containers: [{ name: 'sync', image: 'registry.example/tools/sync:v1', ...container }] },
  } as V1Pod;
}

const atGit = [{ name: 'data', mountPath: '/git' }];

describe('a container as a process of this machine', () => {
  it('has the paths below its mounts in directories, and no others', () => {
    const pod = podOf({
      command: ['sh', '-c', 'exec "/git/bin" /gitter'],
      args: ['--root=/git/.sync', '--link=/git', '--url=http://127.0.0.1/git/site', '/git/a'],
      env: [{ name: 'HOME', value: '/git' }],
      volumeMounts: atGit,
    });
    expect(containerProcess(pod, 'sync', '/here')).toEqual({
      imageProgram: 'sync',
      command: ['sh', '-c', 'exec "/here/data/bin" /gitter'],
      args: [
        '--root=/here/data/.sync',
        '--link=/here/data',
        '--url=http://127.0.0.1/git/site',
        '/here/data/a',
      ],
      env: { HOME: '/here/data' },
      places: new Map([['/git', '/here/data']]),
    });
  });

  it('has a directory of its own for a subPath', () => {
    const volumeMounts = [...atGit, { name: 'data', mountPath: '/git/none', subPath: 'empty' }];
    const { args } = containerProcess(
      podOf({ args: ['/git/none/x', '/git/x'], volumeMounts }),
      'sync',
      '/here',
    );
    expect(args).toEqual(['/here/data/empty/x', '/here/data/x']);
  });

  it('has references put in as the kubelet does', () => {
    const env = [
      { name: 'NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: 'PLACE', value: '$(NAME).$(OTHER)' },
    ];
    const { args, env: variables } = containerProcess(
      podOf({ env, args: ['$(PLACE)', '$$(NAME)', '${x#y}', '$${x}'] }),
      'sync',
      '/here',
    );
    expect(variables).toEqual({ NAME: 'web', PLACE: 'web.$(OTHER)' });
    expect(args).toEqual(['web.$(OTHER)', '$(NAME)', '${x#y}', '${x}']);
  });

  it.each([
    ['git-sync', 'registry.k8s.io/git-sync/git-sync:v4.7.1'],
    ['git-sync', 'mirror.example:5000/git-sync'],
    ['git-sync', 'git-sync@sha256:00'],
    ['git-sync', 'registry.k8s.io/git-sync/git-sync:v4.7.1@sha256:00'],
  ])('runs %s of the image %s', (program, image) => {
    expect(containerProcess(podOf({ image }), 'sync', '/here').imageProgram).toBe(program);
  });

  it.each([
    [
      'a Secret as a volume',
      { volumeMounts: atGit },
      [{ name: 'data', secret: {} }],
      /volume data .* no emptyDir/,
    ],
    ['a volume that is not there', { volumeMounts: atGit }, [], /volume data .* no emptyDir/],
    [
      'a path of variables',
      { volumeMounts: [{ name: 'data', mountPath: '/git', subPathExpr: '$(NAME)' }] },
      undefined,
      /no emptyDir/,
    ],
    [
      'a variable of a Secret',
      { env: [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'login', key: 'password' } } }] },
      undefined,
      /variable PASSWORD: .*"login".* kubelet/,
    ],
    [
      'the address of the pod',
      { env: [{ name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }] },
      undefined,
      /variable IP: .*status\.podIP/,
    ],
    ['variables of a ConfigMap', { envFrom: [{ configMapRef: { name: 'all' } }] }, undefined, /envFrom/],
  ])('is refused with %s', (_what, container, volumes, message) => {
    expect(() => containerProcess(podOf(container, volumes), 'sync', '/here')).toThrow(message);
  });

  it('that is not in the pod is named, with those that are', () => {
    expect(() => containerProcess(podOf({}), 'other', '/here')).toThrow(
      'no container other in the pod, but sync',
    );
  });
});

describe('what an app has of a volume', () => {
  const pod = podOf({ volumeMounts: [{ name: 'data', mountPath: '/usr/share/nginx' }] });

  it.each([
    ['/usr/share/nginx', '/here/data'],
    ['/usr/share/nginx/html', '/here/data/html'],
  ])('%s is %s', (path, directory) => {
    expect(mountedDirectory(pod, { container: 'sync', path }, '/here')).toBe(directory);
  });

  it('is nothing beside its mounts', () => {
    expect(() =>
      mountedDirectory(pod, { container: 'sync', path: '/usr/share/nginx-other' }, '/here'),
    ).toThrow('mounts nothing at or above /usr/share/nginx-other');
  });
});
