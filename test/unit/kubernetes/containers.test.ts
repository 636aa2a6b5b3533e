import { describe, expect, it } from 'vitest';
import { isNativeSidecar, placedContainers } from '../../../src/kubernetes/containers.ts';

describe('the containers of a pod', () => {
  it('are told with their places, init containers first', () => {
    const [a, b, c] = [{ name: 'a' }, { name: 'b' }, { name: 'c' }];
    expect(placedContainers({ containers: [b, c], initContainers: [a] })).toEqual([
      { list: 'initContainers', index: 0, container: a },
      { list: 'containers', index: 0, container: b },
      { list: 'containers', index: 1, container: c },
    ]);
  });

  it.each([null, undefined, []])('may be none in one list: %j', initContainers => {
    expect(placedContainers({ containers: [], initContainers })).toEqual([]);
  });

  it.each([null, undefined, []])('may be none in the other: %j', containers => {
    const initContainers = [{ name: 'a' }];
    expect(placedContainers({ containers, initContainers })).toEqual([
      { list: 'initContainers', index: 0, container: { name: 'a' } },
    ]);
  });
});

describe('a native sidecar', () => {
  it.each([
    ['Always', true],
    ['OnFailure', false],
    ['Never', false],
    ['always', false],
    ['', false],
    [null, false],
    [undefined, false],
  ])('is an init container with restartPolicy Always: %s', (restartPolicy, expected) => {
    expect(isNativeSidecar({ name: 'a', restartPolicy })).toBe(expected);
  });
});
