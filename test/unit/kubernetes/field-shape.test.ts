import { describe, expect, it } from 'vitest';
import { checkFields, type FieldShape } from '../../../src/kubernetes/field-shape.ts';
import { MalformedObjectError } from '../../../src/kubernetes/malformed-object-error.ts';

const shape: FieldShape = {
  required: ['name'],
  fields: {
    name: 'string',
    count: 'number',
    on: 'boolean',
    amount: 'quantity',
    list: { list: { fields: { deep: 'string' } } },
    map: { map: 'string' },
  },
};

function problem(value: unknown): string {
  try {
    checkFields(value, shape, 'object');
    return 'none';
  } catch (error) {
    if (!(error instanceof MalformedObjectError)) throw error;
    expect(error.message.startsWith(`${error.path}: `)).toBe(true);
    return error.message;
  }
}

describe('a value of a shape', () => {
  it.each([
    [{ name: 'a' }],
    [{ name: '' }],
    [{ name: 'a', count: 0, on: false, amount: '1Gi', list: [], map: {} }],
    [{ name: 'a', count: null, on: null, amount: null, list: null, map: null }],
    [
      {
        name: 'a',
        amount: 2,
        list: [{}, { deep: null }, { deep: 'x', other: 1 }],
        map: { '': '', 'a/b': 'c' },
      },
    ],
    [{ name: 'a', other: [{ anything: null }], constructor: 1 }],
    [JSON.parse('{"name":"a","__proto__":{"count":"x"},"map":{"__proto__":"x"}}')],
  ])('%j', value => {
    expect(problem(value)).toBe('none');
  });
});

describe('a value that is not of a shape', () => {
  it.each([
    [undefined, 'object: expected an object, got nothing'],
    [null, 'object: expected an object, got null'],
    ['x', 'object: expected an object, got a string'],
    [[], 'object: expected an object, got a list'],
    [{}, 'object.name: expected a string, got nothing'],
    [{ name: null }, 'object.name: expected a string, got null'],
    [{ name: 1 }, 'object.name: expected a string, got a number'],
    [{ name: 'a', count: '1' }, 'object.count: expected a number, got a string'],
    [{ name: 'a', on: 'true' }, 'object.on: expected a boolean, got a string'],
    [{ name: 'a', amount: true }, 'object.amount: expected a quantity, got a boolean'],
    [{ name: 'a', list: {} }, 'object.list: expected a list, got an object'],
    [{ name: 'a', list: [null] }, 'object.list[0]: expected an object, got null'],
    [{ name: 'a', list: [{}, { deep: [] }] }, 'object.list[1].deep: expected a string, got a list'],
    [{ name: 'a', map: [] }, 'object.map: expected an object, got a list'],
    [{ name: 'a', map: { b: null } }, 'object.map.b: expected a string, got null'],
    [
      { name: 'a', map: { 'example.com/x': 1 } },
      'object.map["example.com/x"]: expected a string, got a number',
    ],
    [
      JSON.parse('{"name":"a","map":{"__proto__":{}}}'),
      'object.map["__proto__"]: expected a string, got an object',
    ],
  ])('%j: %s', (value, message) => {
    expect(problem(value)).toBe(message);
  });

  it('is told by its kind, never by its content', () => {
    expect(problem({ name: ['secret'] })).not.toContain('secret');
    expect(problem({ name: 'a', count: 'secret' })).not.toContain('secret');
  });

  it.each([
    ['a key of a megabyte', 'k'.repeat(1_000_000), `["${'k'.repeat(62)}…"]`],
    ['a line break and an escape', 'a\n\u001b[31m', '["a\ufffd\ufffd[31m"]'],
    ['a text that runs backwards', 'a\u202eb', '["a\ufffdb"]'],
    ['half of a character', 'a\ud800', '["a\ufffd"]'],
    ['a character of two units at the cut', `${'k'.repeat(61)}🌱kk`, `["${'k'.repeat(61)}🌱…"]`],
    ['a line separator', 'a\u2028b', '["a\ufffdb"]'],
    ['quotes', 'a"]b', '["a\\"]b"]'],
    ['a token', `${'gh'}p_16C7e42F292c6912E7710c838347Ae178B4a`, '["***"]'],
    ['a token behind a prefix', `sidecar.io/${'gh'}p_16C7e42F292c6912E7710c838347Ae178B4a`, '["***"]'],
    ['an address with a password', 'alice:hunter2@example.com', '["***"]'],
  ])('is told with no more of a key than can be shown: %s', (_what, key, shown) => {
    expect(problem({ name: 'a', map: { [key]: 1 } })).toBe(
      `object.map${shown}: expected a string, got a number`,
    );
  });

  it('is told with a path that is no longer than a few keys', () => {
    const deep = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map(letter => `${letter} `.repeat(40));
    const nested = deep.reduceRight<unknown>((inner, key) => ({ [key]: inner }), 1);
    const mapOfMaps = deep.reduce<FieldShape>(inner => ({ map: inner }), 'string');
    let message = '';
    try {
      checkFields(nested, mapOfMaps, 'object');
    } catch (error) {
      message = String(error);
    }
    expect(message).toMatch(/…: expected a string, got a number$/);
    expect(message.length).toBeLessThan(500);
  });
});
