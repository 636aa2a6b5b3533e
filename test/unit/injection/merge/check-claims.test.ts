import { describe, expect, it } from 'vitest';
import type { PodSpec, Volume } from '../../../../src/kubernetes/pod.ts';
import { codes, decide, gitSync, podWith, sidecarsOf, told } from '../../../injection-fixture.ts';

const containers = [{ name: 'app', volumeMounts: [{ name: 'git-sync', mountPath: '/site' }] }];
const claim: Volume = { name: 'git-sync', persistentVolumeClaim: { claimName: 'site' } };
const ephemeral = (spec: object): Volume => ({
  name: 'git-sync',
  ephemeral: { volumeClaimTemplate: { spec } },
});
const grouped = { securityContext: { fsGroup: 65533 } };

const podOf = (volume: Volume, spec: Partial<PodSpec> = {}, parameters = {}) =>
  podWith(gitSync(parameters), { containers, volumes: [volume], ...spec });

describe('a claim that is shared', () => {
  it.each([
    [{ volumeMode: 'Block' }, 'is a claim with volumeMode: Block'],
    [{ accessModes: ['ReadOnlyMany'] }, 'is a claim that is ReadOnlyMany only'],
  ])('is refused where no files can be written to it: %j', (spec, what) => {
    expect(told(decide(podOf(ephemeral(spec))))).toEqual([
      `volume-read-only: sidecar.io/git-sync: the volume "git-sync" ${what}; declare a file system that can be written, or name another with sidecar.io/git-sync.volume`,
    ]);
  });

  it.each([
    {},
    { volumeMode: 'Filesystem' },
    { accessModes: [] },
    { accessModes: null },
    { accessModes: ['ReadWriteOnce'] },
    { accessModes: ['ReadOnlyMany', 'ReadWriteOnce'] },
  ])('is taken: %j', spec => {
    expect(codes(decide(podOf(ephemeral(spec), grouped)))).toEqual([]);
  });

  it('is refused where a container has it as a device', () => {
    const volumeDevices = [{ name: 'git-sync', devicePath: '/dev/xvda' }];
    const spec = { containers: [...containers, { name: 'disk', volumeDevices }] };
    expect(told(decide(podOf(claim, spec)))[0]).toBe(
      'volume-read-only: sidecar.io/git-sync: the volume "git-sync" is a block device of container disk; declare a file system that can be written, or name another with sidecar.io/git-sync.volume',
    );
    const others = {
      containers: [...containers, { name: 'disk', volumeDevices: [{ name: 'other', devicePath: '/x' }] }],
    };
    expect(codes(decide(podOf(ephemeral({}), { ...others, ...grouped })))).toEqual([]);
  });
});

describe('the group of a claim', () => {
  const line =
    'fs-group-missing: sidecar.io/git-sync: UID 65533 may be unable to write the claim "git-sync"; set securityContext.fsGroup: 65533';

  it.each([
    [claim, ['claim-shared']],
    [ephemeral({}), []],
  ])('is missed where the pod names none: %j', (volume, others) => {
    const lines = told(decide(podOf(volume)));
    expect(lines).toContain(line);
    expect(codes(decide(podOf(volume)))).toEqual([...others, 'fs-group-missing']);
    expect(told(decide(podOf(volume, { securityContext: { runAsUser: 0 } })))).toContain(line);
  });

  it.each<readonly [what: string, volume: Volume, spec: Partial<PodSpec>, parameters: object]>([
    ['the pod names it', ephemeral({}), grouped, {}],
    ['the pod names the group of root', ephemeral({}), { securityContext: { fsGroup: 0 } }, {}],
    ['the cluster chooses the user', ephemeral({}), {}, { 'run-as-user': 'none' }],
    ['the volume is no claim', { name: 'git-sync', emptyDir: {} }, {}, {}],
    ['the volume is of the node', { name: 'git-sync', hostPath: { path: '/srv' } }, {}, {}],
  ])('is not missed where %s', (_what, volume, spec, parameters) => {
    expect(codes(decide(podOf(volume, spec, parameters)))).toEqual([]);
  });

  it('is told with the user that the sidecar has', () => {
    const said = told(decide(podOf(ephemeral({}), {}, { 'run-as-user': '1000' })));
    expect(said).toEqual([line.replaceAll('65533', '1000')]);
    const none = { securityContext: { runAsUser: 2000 } };
    expect(told(decide(podOf(ephemeral({}), none, { 'run-as-user': 'none' })))).toEqual([
      line.replaceAll('65533', '2000'),
    ]);
  });

  it.each([
    ['runs as root', { securityContext: { runAsUser: 0 } }, {}],
    ['only reads', { securityContext: { runAsUser: 1000 } }, { readOnly: true }],
  ])('does not matter to a sidecar that %s', (_what, container, mount) => {
    const volumeMounts = [{ name: '${volume}', mountPath: '/x', ...mount }];
    const sidecars = sidecarsOf({
      cache: {
        volumes: [{ name: '${volume}', emptyDir: {}, shared: true }],
        container: { image: 'a:1', volumeMounts, ...container },
      },
    });
    const annotations = { 'sidecar.io/cache': 'true', 'sidecar.io/cache.volume': 'git-sync' };
    const pod = podWith(annotations, { containers, volumes: [ephemeral({})] });
    expect(codes(decide(pod, { sidecars }))).toEqual([]);
  });
});
