import { describe, expect, it } from 'vitest';
import { unmetRequirement } from '../../../src/kubernetes/label-selector.ts';

const labels = { app: 'web', tier: '' };
const expression = (key: string, operator: string, ...values: readonly string[]) => ({
  matchExpressions: [{ key, operator, ...(values.length > 0 ? { values } : {}) }],
});

describe('a label selector', () => {
  it.each([
    ['that is missing', undefined],
    ['that is null', null],
    ['that is empty', {}],
    ['with the labels', { matchLabels: { app: 'web' } }],
    ['with In', expression('app', 'In', 'api', 'web')],
    ['with NotIn', expression('app', 'NotIn', 'api')],
    ['with NotIn of a label that is missing', expression('track', 'NotIn', 'canary')],
    ['with Exists of an empty label', expression('tier', 'Exists')],
    ['with DoesNotExist', expression('track', 'DoesNotExist')],
  ])('%s takes them', (_title, selector) => {
    expect(unmetRequirement(selector, labels)).toBeUndefined();
  });

  it.each([
    ['with another label', { matchLabels: { app: 'web', track: 'canary' } }, 'track'],
    ['with In of others', expression('app', 'In', 'api'), 'app'],
    ['with In of a label that is missing', expression('track', 'In', 'canary'), 'track'],
    ['with NotIn', expression('app', 'NotIn', 'api', 'web'), 'app'],
    ['with Exists of a label that is missing', expression('track', 'Exists'), 'track'],
    ['with Exists of what every object has', expression('constructor', 'Exists'), 'constructor'],
    ['with DoesNotExist', expression('app', 'DoesNotExist'), 'app'],
    ['with an operator that nobody knows', expression('app', 'Near', 'web'), 'app'],
  ])('%s leaves them out, and says for what', (_title, selector, key) => {
    expect(unmetRequirement(selector, labels)?.key).toBe(key);
  });
});
