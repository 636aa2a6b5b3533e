import jsonPatch from 'fast-json-patch';
import { describe, expect, it } from 'vitest';
import { jsonPointer } from '../../../src/kubernetes/json-pointer.ts';

describe('a JSON Pointer', () => {
  it.each([
    [[], ''],
    [['a'], '/a'],
    [['a', 'b'], '/a/b'],
    [['a/b'], '/a~1b'],
    [['a~b'], '/a~0b'],
    [['~1'], '/~01'],
    [['/~'], '/~1~0'],
    [['', ''], '//'],
    [['sidecar.io/git-sync.ref'], '/sidecar.io~1git-sync.ref'],
    [['~~//'], '/~0~0~1~1'],
  ])('of %j is %j', (keys, pointer) => {
    expect(jsonPointer(...keys)).toBe(pointer);
  });

  it.each(['a/b', '~', '~1', '~01', '', '"', '\\', 'ключ', ' '])(
    'finds the key that it was made of: %j',
    key => {
      expect(jsonPatch.getValueByPointer({ [key]: 'found' }, jsonPointer(key))).toBe('found');
    },
  );
});
