import { describe, expect, it } from 'vitest';
import type { PodSpec, Volume } from '../../../src/kubernetes/pod.ts';
import { annotationsAfter, templatePod } from '../../../src/workloads/template-pod.ts';
import { workloadWith } from '../../workload-fixture.ts';

const volumeMounts = [{ name: 'content', mountPath: '/www' }];
const containers = [{ name: 'app', image: 'nginx:1.29', volumeMounts }];

/** The specification of a pod of a StatefulSet with claims of these names. */
function podSpecOf(claims: readonly string[], podSpec: Partial<PodSpec>): PodSpec {
  const volumeClaimTemplates = claims.map(name => ({ metadata: { name } }));
  const set = workloadWith({ kind: 'StatefulSet', podSpec, spec: { volumeClaimTemplates } });
  return templatePod(set, {}).spec;
}

const claimed = (name: string): Volume => ({ name, persistentVolumeClaim: { claimName: `${name}-web-0` } });
const emptyVolume = (name: string): Volume => ({ name, emptyDir: {} });

describe('the pod of a template', () => {
  it('has its specification, the annotations that it will have, and the workload as its owner', () => {
    const annotations = { 'sidecar.io/logs': 'true' };
    expect(templatePod(workloadWith({ template: { a: 'b' }, podSpec: { containers } }), annotations)).toEqual(
      {
        metadata: {
          name: 'web-0',
          annotations,
          ownerReferences: [{ kind: 'Deployment', name: 'web', controller: true }],
        },
        spec: { containers },
      },
    );
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
