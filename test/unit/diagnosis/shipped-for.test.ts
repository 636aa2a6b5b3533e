import { describe, expect, it } from 'vitest';
import { hasKubectl } from '../../../scripts/generate-install.ts';
import { nameOf } from '../../../src/diagnosis/registration.ts';
import { shippedFor } from '../../../src/diagnosis/shipped-for.ts';
import {
  shippedBindings,
  shippedObjects,
  shippedPolicies,
  shippedWebhooks,
} from '../../../src/diagnosis/shipped-installation.ts';
import type { JsonObject } from '../../../src/kubernetes/json.ts';
import { type Manifest, manifestOf, renderedElsewhere, renderedManifests } from '../../rendered-manifests.ts';

const compared = [shippedWebhooks, ...shippedPolicies, ...shippedBindings];

describe.skipIf(!hasKubectl())('what is installed (needs kubectl)', () => {
  const usual = hasKubectl() ? renderedManifests('default') : [];
  const elsewhere = hasKubectl() ? renderedElsewhere('default', 'platform') : [];

  it.each(compared.map(object => [`${object['kind']} ${nameOf(object)}`, object] as const))(
    'is %s as the overlay default has it, there and in another namespace',
    (_name, object) => {
      expect(specOf(manifest(usual, object))).toEqual(specOf(object));
      expect(specOf(manifest(elsewhere, object))).toEqual(specOf(shippedFor('platform', object)));
    },
  );

  it('is all objects of the overlay default', () => {
    const names = shippedObjects.map(({ kind, name = 'sidecar-injector-config' }) => `${kind} ${name}`);
    expect(names.toSorted()).toEqual(
      usual
        .map(
          ({ kind, metadata: { name } }) => `${kind} ${name.replace(/^(sidecar-injector-config)-.*/, '$1')}`,
        )
        .toSorted(),
    );
  });
});

function manifest(manifests: readonly Manifest[], object: JsonObject): JsonObject {
  return manifestOf<JsonObject>(manifests, String(object['kind']), nameOf(object));
}

/** All but the names, labels and annotations. */
function specOf({ spec, webhooks }: JsonObject): unknown {
  return { spec, webhooks };
}
