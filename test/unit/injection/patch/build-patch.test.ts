import { describe, expect, it } from 'vitest';
import { type Additions, buildPatch } from '../../../../src/injection/patch/build-patch.ts';
import type { PodSpec } from '../../../../src/kubernetes/pod.ts';

const nothing: Additions = {
  initContainers: [],
  initContainerIndex: 0,
  containers: [],
  volumes: [],
  mounts: [],
  variables: [],
  annotations: [],
};
const app = { name: 'app' };

function patch(
  spec: Partial<PodSpec>,
  additions: Partial<Additions>,
): readonly (readonly [string, unknown])[] {
  const operations = buildPatch({ containers: [app], ...spec }, { ...nothing, ...additions });
  expect(operations.every(({ op }) => op === 'add')).toBe(true);
  return operations.map(({ path, value }) => [path, value]);
}

describe('the operations that add to a pod', () => {
  it('are none where nothing is added', () => {
    expect(patch({}, {})).toEqual([]);
  });

  it.each([undefined, null])('add a whole list where it is %s', absent => {
    const spec = { volumes: absent, initContainers: absent };
    expect(patch(spec, { volumes: ['v', 'w'], initContainers: ['a', 'b'] })).toEqual([
      ['/spec/volumes', ['v', 'w']],
      ['/spec/initContainers', ['a', 'b']],
    ]);
  });

  it('add to the end of a list that is there, even an empty one', () => {
    expect(patch({ volumes: [] }, { volumes: ['v', 'w'] })).toEqual([
      ['/spec/volumes/-', 'v'],
      ['/spec/volumes/-', 'w'],
    ]);
  });

  it('add init containers one after the other from their index on', () => {
    expect(patch({ initContainers: [] }, { initContainers: ['a', 'b'] })).toEqual([
      ['/spec/initContainers/0', 'a'],
      ['/spec/initContainers/1', 'b'],
    ]);
    const spec = { initContainers: [app, app, app] };
    expect(patch(spec, { initContainers: ['a', 'b'], initContainerIndex: 2 })).toEqual([
      ['/spec/initContainers/2', 'a'],
      ['/spec/initContainers/3', 'b'],
    ]);
  });

  it('add containers last', () => {
    expect(patch({}, { containers: ['a', 'b'] })).toEqual([
      ['/spec/containers/-', 'a'],
      ['/spec/containers/-', 'b'],
    ]);
  });

  it('add mounts by container, as a list only where it has none', () => {
    const mount = { name: 'v', mountPath: '/v' };
    const containers = [app, { name: 'web', volumeMounts: [mount] }, { name: 'job', volumeMounts: null }];
    const mounts = [
      { list: 'containers', index: 1, value: 'm1' },
      { list: 'containers', index: 0, value: 'm2' },
      { list: 'containers', index: 1, value: 'm3' },
      { list: 'containers', index: 2, value: 'm4' },
      { list: 'containers', index: 0, value: 'm5' },
    ] as const;
    expect(patch({ containers }, { mounts })).toEqual([
      ['/spec/containers/1/volumeMounts/-', 'm1'],
      ['/spec/containers/1/volumeMounts/-', 'm3'],
      ['/spec/containers/0/volumeMounts', ['m2', 'm5']],
      ['/spec/containers/2/volumeMounts', ['m4']],
    ]);
  });

  it('add mounts to init containers before others are put in and move them', () => {
    const mounts = [
      { list: 'containers', index: 0, value: 'm1' },
      { list: 'initContainers', index: 1, value: 'm2' },
    ] as const;
    const additions = { mounts, initContainers: ['new'], initContainerIndex: 0 };
    expect(patch({ initContainers: [app, app], containers: [app] }, additions)).toEqual([
      ['/spec/initContainers/1/volumeMounts', ['m2']],
      ['/spec/initContainers/0', 'new'],
      ['/spec/containers/0/volumeMounts', ['m1']],
    ]);
  });

  it('add annotations one by one, their keys escaped', () => {
    const annotations = [
      ['example.com/a~b', '1'],
      ['plain', '2'],
    ] as const;
    expect(patch({}, { annotations })).toEqual([
      ['/metadata/annotations/example.com~1a~0b', '1'],
      ['/metadata/annotations/plain', '2'],
    ]);
  });
});
