import { describe, expect, it } from 'vitest';
import type { ObjectMeta, PodSpec, Volume } from '../../../../src/kubernetes/pod.ts';
import {
  codes,
  decide,
  gitSync,
  injected,
  podAfter,
  podWith,
  repository,
  sidecarsOf,
  told,
} from '../../../injection-fixture.ts';

const mounted = { containers: [{ name: 'app', volumeMounts: [{ name: 'git-sync', mountPath: '/site' }] }] };

/** So that a claim can be written. */
const grouped = { securityContext: { fsGroup: 65533 } };

function saidOf(
  volume: object,
  parameters: Readonly<Record<string, string>> = {},
  metadata: ObjectMeta = {},
) {
  const volumes = [{ name: 'git-sync', ...volume } as Volume];
  const spec: Partial<PodSpec> = { ...mounted, ...grouped, volumes };
  const pod = podWith(gitSync(parameters), spec);
  return codes(decide({ ...pod, metadata: { ...pod.metadata, ...metadata } }));
}

describe('a shared volume that the pod declares', () => {
  it.each<[object, readonly string[]]>([
    [{ emptyDir: {} }, []],
    [{ emptyDir: { medium: 'Memory' } }, []],
    [{ emptyDir: null }, []],
    [{}, []],
    [{ hostPath: { path: '/srv' } }, []],
    [{ nfs: { server: 'a', path: '/b' } }, []],
    [{ ephemeral: { volumeClaimTemplate: {} } }, []],
    [{ csi: { driver: 'x' } }, []],
    [{ futureSource: { a: 1 } }, []],
    [{ configMap: { name: 'a' } }, ['volume-read-only']],
    [{ secret: { secretName: 'a' } }, ['volume-read-only']],
    [{ downwardAPI: { items: [] } }, ['volume-read-only']],
    [{ projected: { sources: [] } }, ['volume-read-only']],
    [{ image: { reference: 'a' } }, ['volume-read-only']],
    [{ nfs: { server: 'a', path: '/b', readOnly: true } }, ['volume-read-only']],
    [{ csi: { driver: 'x', readOnly: true } }, ['volume-read-only']],
    [{ emptyDir: null, configMap: { name: 'a' } }, ['volume-read-only']],
    [{ persistentVolumeClaim: { claimName: 'a' } }, ['claim-shared']],
    [{ persistentVolumeClaim: { claimName: 'a', readOnly: true } }, ['volume-read-only', 'claim-shared']],
  ])('%j', (volume, expected) => {
    expect(saidOf(volume)).toEqual(expected);
  });

  it('names kind, volume and way out where it cannot be written', () => {
    const spec = { ...mounted, volumes: [{ name: 'git-sync', secret: {} }] };
    expect(told(decide(podWith(gitSync(), spec)))).toEqual([
      'volume-read-only: sidecar.io/git-sync: the volume "git-sync" is a read-only secret; declare an emptyDir, or name another with sidecar.io/git-sync.volume',
    ]);
  });

  it('names who writes it where it is a claim of several pods', () => {
    const claim = { name: 'git-sync', persistentVolumeClaim: { claimName: 'a' } };
    const spec = { ...mounted, ...grouped, volumes: [claim] };
    expect(told(decide(podWith(gitSync(), spec)))).toEqual([
      'claim-shared: sidecar.io/git-sync: every pod with the claim of volume "git-sync" writes to it; an emptyDir is each pod\'s own',
    ]);
  });

  it('may have the size that is asked for, as in a template where the injector declared it', () => {
    expect(saidOf({ emptyDir: { sizeLimit: '1Gi' } }, { size: '1024Mi' })).toEqual([]);
    expect(saidOf({ emptyDir: { sizeLimit: '1Gi' } }, { size: '2Gi' })).toEqual(['size-unused']);
  });

  it('is used as it is: the size has no effect', () => {
    expect(saidOf({ emptyDir: {} }, { size: '1Gi' })).toEqual(['size-unused']);
    const spec = { ...mounted, volumes: [{ name: 'git-sync', emptyDir: {} }] };
    const { operations } = injected(podWith(gitSync({ size: '1Gi' }), spec));
    expect(JSON.stringify(operations)).not.toContain('sizeLimit');
  });
});

describe('a claim', () => {
  const ownedBy = (kind: string, name: string) => ({ name, ownerReferences: [{ kind, name: 'web' }] });
  const claim = (claimName: string) => ({ persistentVolumeClaim: { claimName } });

  it.each([
    ['of a pod of a StatefulSet, made for it', ownedBy('StatefulSet', 'web-0'), 'data-web-0', []],
    [
      'of a pod of a StatefulSet, made for another',
      ownedBy('StatefulSet', 'web-0'),
      'data-web-1',
      ['claim-shared'],
    ],
    ['of a pod of a StatefulSet, shared by all', ownedBy('StatefulSet', 'web-0'), 'data', ['claim-shared']],
    ['of a pod of a ReplicaSet', ownedBy('ReplicaSet', 'web-x7k2p'), 'data-web-x7k2p', ['claim-shared']],
    ['of a pod of nobody', { name: 'web' }, 'data', ['claim-shared']],
    ['of a pod whose owners are null', { name: 'web', ownerReferences: null }, 'data', ['claim-shared']],
  ])('%s', (_what, metadata, claimName, expected) => {
    expect(saidOf(claim(claimName), {}, metadata)).toEqual(expected);
  });
});

describe('a shared volume that nobody mounts', () => {
  it('is warned of, with the annotation that mounts it', () => {
    expect(told(decide(podWith(gitSync())))).toEqual([
      'volume-not-mounted: set sidecar.io/git-sync.mount to a path: no container mounts the volume "git-sync"',
    ]);
  });

  it.each<[string, Partial<PodSpec>, Readonly<Record<string, string>>]>([
    ['mounted by a container', mounted, {}],
    [
      'mounted by an init container',
      { initContainers: [{ name: 'build', volumeMounts: [{ name: 'git-sync', mountPath: '/x' }] }] },
      {},
    ],
    ['mounted by annotation', {}, { mount: '/site' }],
  ])('is none that is %s', (_how, spec, parameters) => {
    expect(codes(decide(podWith(gitSync(parameters), spec)))).toEqual([]);
  });

  it('is none that only another sidecar mounts', () => {
    const definition = {
      volumes: [{ name: '${volume}', emptyDir: {}, shared: true }],
      container: { image: 'example.com/x:v1', volumeMounts: [{ name: '${volume}', mountPath: '/x' }] },
    };
    const sidecars = sidecarsOf({ writer: definition, reader: definition });
    const writer = { 'sidecar.io/writer': 'true', 'sidecar.io/writer.volume': 'content' };
    const first = podAfter(podWith(writer, { volumes: [{ name: 'content', emptyDir: {} }] }), { sidecars });
    const reader = { 'sidecar.io/reader': 'true', 'sidecar.io/reader.volume': 'content' };
    const annotations = { ...first.metadata.annotations, ...reader };
    const second = { ...first, metadata: { ...first.metadata, annotations } };
    expect(codes(decide(second, { sidecars }))).toEqual(['volume-not-mounted']);
  });

  it('is no matter of a sidecar without a shared volume', () => {
    const sidecars = sidecarsOf({ plain: { volumes: [{ name: 'scratch', emptyDir: {} }] } });
    expect(codes(decide(podWith({ 'sidecar.io/plain': 'true' }), { sidecars }))).toEqual([]);
  });
});

describe('a mount of one path in the shared volume', () => {
  it.each([
    [{ subPath: 'current' }, ['mount-sub-path']],
    [{ subPathExpr: '$(POD)' }, ['mount-sub-path']],
    [{ subPath: '' }, []],
    [{ subPath: null, subPathExpr: null }, []],
  ])('never sees an update: %j', (field, expected) => {
    const volumeMounts = [{ name: 'git-sync', mountPath: '/site', ...field }];
    expect(codes(decide(podWith(gitSync(), { containers: [{ name: 'app', volumeMounts }] })))).toEqual(
      expected,
    );
  });

  it('is warned of although another container mounts the whole volume', () => {
    const containers = [
      { name: 'app', volumeMounts: [{ name: 'git-sync', mountPath: '/site' }] },
      { name: 'web', volumeMounts: [{ name: 'git-sync', mountPath: '/site', subPath: 'a' }] },
    ];
    expect(told(decide(podWith(gitSync(), { containers })))[0]).toMatch(/^mount-sub-path: container web: /);
  });

  it('is no matter of other volumes', () => {
    const volumeMounts = [{ name: 'data', mountPath: '/data', subPath: 'a' }];
    expect(
      codes(decide(podWith(gitSync({ mount: '/site' }), { containers: [{ name: 'app', volumeMounts }] }))),
    ).toEqual([]);
  });
});

describe('one volume for two instances', () => {
  const both = (second: Readonly<Record<string, string>>) => ({
    ...gitSync({ volume: 'content' }),
    'sidecar.io/git-sync_docs': repository,
    ...second,
  });

  it('is refused, because they would overwrite each other', () => {
    const pod = podWith(both({ 'sidecar.io/git-sync_docs.volume': 'content' }), {
      volumes: [{ name: 'content', emptyDir: {} }],
    });
    expect(codes(decide(pod))).toContain('volume-shared-twice');
  });

  it('is fine for two different sidecars, where the pod declares it', () => {
    const volumes = [{ name: '${volume}', emptyDir: {}, shared: true }];
    const sidecars = sidecarsOf({ writer: { volumes }, reader: { volumes } });
    const annotations = {
      'sidecar.io/writer': 'true',
      'sidecar.io/writer.volume': 'content',
      'sidecar.io/reader': 'true',
      'sidecar.io/reader.volume': 'content',
    };
    const pod = podWith(annotations, { volumes: [{ name: 'content', emptyDir: {} }] });
    expect(decide(pod, { sidecars })).toMatchObject({ outcome: 'injected' });
  });
});
