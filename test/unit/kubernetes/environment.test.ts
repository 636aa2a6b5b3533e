import { describe, expect, it } from 'vitest';
import {
  type EnvironmentVariable,
  environmentOf,
  isSameVariable,
  literalValueOf,
} from '../../../src/kubernetes/environment.ts';

const podIp = { name: 'A', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } };

describe('the environment of a container', () => {
  it.each([undefined, null, []])('is empty where its list is %j', env => {
    expect(environmentOf({ name: 'app', env }).size).toBe(0);
  });

  it('has of each name the variable that counts, the last', () => {
    const env = [
      { name: 'A', value: '1' },
      { name: 'B', value: '2' },
      { name: 'A', value: '3' },
    ];
    const found = environmentOf({ name: 'app', env });
    expect([...found].map(([name, { value }]) => [name, value])).toEqual([
      ['A', '3'],
      ['B', '2'],
    ]);
  });

  it('leaves out what is no variable', () => {
    expect(environmentOf({ name: 'app', env: [null, 1, 'A', [], {}, { name: 1 }] }).size).toBe(0);
  });
});

describe('the value of a variable', () => {
  it.each<[EnvironmentVariable, string | undefined]>([
    [{ name: 'A', value: 'x' }, 'x'],
    [{ name: 'A' }, ''],
    [{ name: 'A', value: null }, ''],
    [{ name: 'A', value: 'x', valueFrom: null }, 'x'],
    [podIp, undefined],
  ])('of %j is %j', (variable, value) => {
    expect(literalValueOf(variable)).toBe(value);
  });
});

describe('two variables', () => {
  it.each<[EnvironmentVariable, EnvironmentVariable]>([
    [{ name: 'A', value: '' }, { name: 'A' }],
    [
      { value: 'x', name: 'A' },
      { name: 'A', value: 'x', valueFrom: null },
    ],
    [podIp, { name: 'A', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'status.podIP' } } }],
    [
      { name: 'A', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
      { name: 'A', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '0' } } },
    ],
    [
      { name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'k', optional: false } } },
      { name: 'A', valueFrom: { secretKeyRef: { key: 'k', name: 's' } } },
    ],
  ])('say the same where the API server would write one for the other: %j, %j', (a, b) => {
    expect(isSameVariable(a, b)).toBe(true);
    expect(isSameVariable(b, a)).toBe(true);
  });

  it.each<[EnvironmentVariable, EnvironmentVariable]>([
    [
      { name: 'A', value: 'x' },
      { name: 'A', value: 'y' },
    ],
    [{ name: 'A', value: 'x' }, { name: 'A' }],
    [podIp, { name: 'A', value: 'status.podIP' }],
    [podIp, { name: 'A', valueFrom: { fieldRef: { fieldPath: 'status.hostIP' } } }],
    [
      { name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'k', optional: true } } },
      { name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
    ],
  ])('do not: %j, %j', (a, b) => {
    expect(isSameVariable(a, b)).toBe(false);
    expect(isSameVariable(b, a)).toBe(false);
  });
});
