import { describe, expect, it } from 'vitest';
import { managersOf, ownedBelow } from '../../../src/kubernetes/managed-fields.ts';

describe('the entries of the managed fields', () => {
  it.each<[string, unknown]>([
    ['absent', undefined],
    ['null', null],
    ['a text', 'x'],
    ['an object', { 0: {} }],
  ])('are none where they are %s', (_what, managedFields) => {
    expect(managersOf({ managedFields })).toEqual([]);
  });

  it('are those that are objects', () => {
    const entry = { manager: 'kubectl' };
    expect(managersOf({ managedFields: [null, 1, 'x', [entry], entry] })).toEqual([entry]);
  });
});

describe('what an entry owns below a field', () => {
  const entry = { fieldsV1: { 'f:spec': { 'f:containers': { 'k:{"name":"app"}': { '.': {} } } } } };

  it('is named in the words of the API server', () => {
    expect(ownedBelow(entry, ['spec'])).toEqual(['f:containers']);
    expect(ownedBelow(entry, ['spec', 'containers'])).toEqual(['k:{"name":"app"}']);
  });

  it.each<[string, object]>([
    ['it does not own the field', entry],
    ['it has no fields', {}],
    ['its fields are nonsense', { fieldsV1: { 'f:metadata': { 'f:annotations': ['f:a'] } } }],
  ])('is nothing where %s', (_what, given) => {
    expect(ownedBelow(given as typeof entry, ['metadata', 'annotations'])).toEqual([]);
  });
});
