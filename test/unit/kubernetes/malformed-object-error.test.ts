import { describe, expect, it } from 'vitest';
import { InjectorError } from '../../../src/injector-error.ts';
import { MalformedObjectError } from '../../../src/kubernetes/malformed-object-error.ts';

describe('an object that is malformed', () => {
  it.each([
    [undefined, 'nothing'],
    [null, 'null'],
    [[1], 'a list'],
    [{ a: 1 }, 'an object'],
    ['secret', 'a string'],
    [1, 'a number'],
    [false, 'a boolean'],
  ])('is told by path, by what was expected and by the kind of what was seen: %j', (seen, kind) => {
    const error = new MalformedObjectError('request.object', 'a list', seen);
    expect(error).toBeInstanceOf(InjectorError);
    expect(error.name).toBe('MalformedObjectError');
    expect(error.path).toBe('request.object');
    expect(error.message).toBe(`request.object: expected a list, got ${kind}`);
  });
});
