import { describe, expect, it } from 'vitest';
import { applyPatch } from '../../../../src/injection/patch/apply-patch.ts';
import { UnappliablePatchError } from '../../../../src/injection/patch/unappliable-patch-error.ts';
import { deepFreeze } from '../../../deep-freeze.ts';
import { podWith } from '../../../injection-fixture.ts';

describe('applying a patch', () => {
  it('gives a new pod and leaves pod and patch as they are', () => {
    const pod = deepFreeze(podWith({ a: 'b' }, { initContainers: [{ name: 'first' }] }));
    const operations = deepFreeze([
      { op: 'add', path: '/spec/initContainers/0', value: { name: 'new', args: ['x'] } },
      { op: 'add', path: '/spec/initContainers/0/args/-', value: 'y' },
      { op: 'add', path: '/metadata/annotations/x.io~1y', value: 'z' },
    ] as const);
    const after = applyPatch(pod, operations);
    expect(after.spec.initContainers).toEqual([{ name: 'new', args: ['x', 'y'] }, { name: 'first' }]);
    expect(after.metadata.annotations).toEqual({ a: 'b', 'x.io/y': 'z' });
  });

  it('keeps keys that JavaScript treats in its own way', () => {
    const pod = JSON.parse(
      '{"metadata":{"__proto__":{"a":1}},"spec":{"containers":[],"constructor":{"prototype":1}}}',
    );
    const after = applyPatch(pod, [{ op: 'add', path: '/spec/volumes', value: [] }]);
    expect(JSON.stringify(after)).toBe(
      '{"metadata":{"__proto__":{"a":1}},"spec":{"containers":[],"constructor":{"prototype":1},"volumes":[]}}',
    );
  });

  it.each([
    ['past the end of a list', '/spec/containers/5'],
    ['below something that is not there', '/spec/volumes/-'],
    ['at an index that is none', '/spec/containers/x'],
  ])('fails with the path where it does not apply: %s', (_how, path) => {
    const apply = () => applyPatch(podWith({}), [{ op: 'add', path, value: {} }]);
    expect(apply).toThrow(UnappliablePatchError);
    expect(apply).toThrow(path);
  });
});
