import { describe, expect, it } from 'vitest';
import type { PodSpec, Volume } from '../../../src/kubernetes/pod.ts';
import { annotationsAfter, templatePod } from '../../../src/workloads/template-pod.ts';
import { workloadWith } from '../../workload-fixture.ts';

const volumeMounts = [{ name: 'content', mountPath: '/www' }];
const containers = [{ name: 'app', image: 'nginx:1.29', volumeMounts }];

const withoutToken = { automountServiceAccountToken: false };

/** The specification of a pod of a StatefulSet with claims of these names. */
function podSpecOf(claims: readonly string[], podSpec: Partial<PodSpec>): PodSpec {
  const volumeClaimTemplates = claims.map(name => ({ metadata: { name }, spec: claimSpec }));
  const set = workloadWith({
    kind: 'StatefulSet',
    podSpec: { ...podSpec, ...withoutToken },
    spec: { volumeClaimTemplates },
  });
  const { automountServiceAccountToken: _, ...spec } = templatePod(set, {}).spec;
  return spec;
}

const claimSpec = { accessModes: ['ReadWriteOnce'] };
const claimed = (name: string): Volume => ({ name, ephemeral: { volumeClaimTemplate: { spec: claimSpec } } });
const emptyVolume = (name: string): Volume => ({ name, emptyDir: {} });

describe('the pod of a template', () => {
  it('has its specification and labels, the annotations that it will have, and the workload as its owner', () => {
    const annotations = { 'sidecar.io/logs': 'true' };
    const podSpec = { containers, ...withoutToken };
    expect(templatePod(workloadWith({ template: { a: 'b' }, podSpec }), annotations)).toEqual({
      metadata: {
        name: 'web-0',
        annotations,
        labels: { app: 'web' },
        ownerReferences: [{ kind: 'Deployment', name: 'web', controller: true }],
      },
      spec: podSpec,
    });
  });

  it.each<readonly [what: string, claims: readonly string[], given: readonly Volume[], after: Volume[]]>([
    [
      'in the place of the volume of that name, and leaves the others',
      ['content'],
      [emptyVolume('cache'), emptyVolume('content'), emptyVolume('tmp')],
      [emptyVolume('cache'), emptyVolume('tmp'), claimed('content')],
    ],
    [
      'beside volumes of other names',
      ['content'],
      [emptyVolume('cache')],
      [emptyVolume('cache'), claimed('content')],
    ],
    [
      'each in the place of its volume',
      ['content', 'cache'],
      [emptyVolume('content'), emptyVolume('cache'), emptyVolume('tmp')],
      [emptyVolume('tmp'), claimed('content'), claimed('cache')],
    ],
    [
      'even where the volume is a claim already',
      ['content'],
      [{ name: 'content', persistentVolumeClaim: { claimName: 'shared' } }],
      [claimed('content')],
    ],
  ])('has the claims of its own %s', (_where, claims, volumes, after) => {
    expect(podSpecOf(claims, { containers, volumes })).toEqual({ containers, volumes: after });
  });

  it.each([undefined, null, []])(
    'has the claims of its own where the template has no volumes: %j',
    volumes => {
      expect(podSpecOf(['content'], { containers, volumes })).toEqual({
        containers,
        volumes: [claimed('content')],
      });
    },
  );

  it('has the token in every container, unless it says that it wants none or mounts something there', () => {
    const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount';
    const token = { name: 'kube-api-access', mountPath, readOnly: true };
    const own = { name: 'own', volumeMounts: [{ name: 'content', mountPath }] };
    const podSpec = { containers: [{ name: 'app' }, own], initContainers: [{ name: 'setup', volumeMounts }] };
    const specOf = (more: Partial<PodSpec>) =>
      templatePod(workloadWith({ podSpec: { ...podSpec, ...more } }), {}).spec;
    for (const automountServiceAccountToken of [undefined, null, true])
      expect(specOf({ automountServiceAccountToken })).toMatchObject({
        containers: [{ name: 'app', volumeMounts: [token] }, own],
        initContainers: [{ name: 'setup', volumeMounts: [...volumeMounts, token] }],
        volumes: [{ name: 'kube-api-access', projected: {} }],
      });
    expect(specOf(withoutToken)).toEqual({ ...podSpec, ...withoutToken });
  });

  it('has the volumes of the template where there is no claim', () => {
    const volumes = [emptyVolume('cache')];
    expect(podSpecOf([], { containers, volumes })).toEqual({ containers, volumes });
    expect(podSpecOf([], { containers })).toEqual({ containers });
  });
});

describe('the annotations of a template', () => {
  const workload = workloadWith({ template: { 'sidecar.io/a': '1', 'sidecar.io/b': '2' } });

  it('are those that it has where nothing changes', () => {
    expect(annotationsAfter(workload, new Map())).toEqual({ 'sidecar.io/a': '1', 'sidecar.io/b': '2' });
    expect(annotationsAfter(workloadWith(), new Map())).toEqual({});
  });

  it('come, change and go', () => {
    const changes = new Map([
      ['sidecar.io/a', undefined],
      ['sidecar.io/b', '3'],
      ['sidecar.io/c', '4'],
      ['sidecar.io/never', undefined],
    ]);
    expect(annotationsAfter(workload, changes)).toEqual({ 'sidecar.io/b': '3', 'sidecar.io/c': '4' });
    expect(annotationsAfter(workloadWith(), new Map([['sidecar.io/c', '4']]))).toEqual({
      'sidecar.io/c': '4',
    });
  });
});
