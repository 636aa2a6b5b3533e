import { describe, expect, it } from 'vitest';
import { propagatedText, readPropagated } from '../../../src/workloads/propagated-annotations.ts';

const key = 'sidecar.io/propagated';

describe('the memory', () => {
  it('is written in the order of its keys, and read again', () => {
    const memory = new Map([
      ['sidecar.io/b', '2'],
      ['sidecar.io/a', '"1"'],
    ]);
    const text = propagatedText(memory);
    expect(text).toBe('{"sidecar.io/a":"\\"1\\"","sidecar.io/b":"2"}');
    expect(readPropagated({ [key]: text ?? '' })).toEqual(memory);
  });

  it('of nothing is not written', () => {
    expect(propagatedText(new Map())).toBeUndefined();
    expect(readPropagated({})).toEqual(new Map());
  });

  it.each([
    '',
    'lost',
    '[]',
    'null',
    '"x"',
    '{"sidecar.io/a":1}',
    '{"other.io/a":"1"}',
    '{"sidecar.io/status":"1"}',
  ])('that somebody wrote over cannot be read: %s', text => {
    expect(readPropagated({ [key]: text })).toBeUndefined();
  });
});
