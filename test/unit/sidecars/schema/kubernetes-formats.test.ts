import { describe, expect, it } from 'vitest';
import {
  kubernetesFormats,
  requiredByValidation,
} from '../../../../src/sidecars/schema/kubernetes-formats.ts';
import { kubernetesTypes } from '../../../../src/sidecars/schema/kubernetes-types.ts';

describe('the formats of the Kubernetes API', () => {
  it.each(Object.keys(kubernetesFormats))('are those of fields that there are: %s', key => {
    const [type = '', field = ''] = key.split('.');
    expect(kubernetesTypes[type]).toHaveProperty(field);
  });

  it.each(Object.entries(requiredByValidation))('want fields that there are, of %s', (type, fields) => {
    for (const field of fields) expect(kubernetesTypes[type]).toHaveProperty(field);
  });

  it('are in the order of their names, so that one is found', () => {
    const keys = Object.keys(kubernetesFormats);
    expect(keys).toEqual(keys.toSorted((a, b) => a.localeCompare(b)));
  });
});
