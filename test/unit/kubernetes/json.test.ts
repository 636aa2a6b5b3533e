import { describe, expect, it } from 'vitest';
import { isObject } from '../../../src/kubernetes/json.ts';

describe('a JSON object', () => {
  it.each([[{}], [{ a: 1 }], [JSON.parse('{"__proto__":1}')], [Object.create(null)]])('%j', value => {
    expect(isObject(value)).toBe(true);
  });

  it.each([[null], [undefined], [[]], ['{}'], [1], [true]])('%j is none', value => {
    expect(isObject(value)).toBe(false);
  });
});
