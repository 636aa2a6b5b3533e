import type {
  RbacV1Subject,
  V1LabelSelector,
  V1MutatingWebhook,
  V1ValidatingAdmissionPolicySpec,
} from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { hasKubectl } from '../../../scripts/generate-install.ts';
import { fileIn } from '../../documents.ts';
import {
  type Manifest,
  manifestOf,
  overlays,
  renderedElsewhere,
  renderedManifests,
  renderedText,
} from '../../rendered-manifests.ts';

type Policy = Manifest & { readonly spec: V1ValidatingAdmissionPolicySpec };

it.skipIf(!hasKubectl())(
  'the kustomization that docs/install/kustomize.md shows is the one of these tests',
  () => {
    const text = fileIn('docs/install/kustomize.md', 'platform/kustomization.yaml');
    expect(renderedText(text)).toEqual(renderedElsewhere('default', 'platform'));
  },
);

describe.skipIf(!hasKubectl()).each(overlays)(
  'the overlay %s in another namespace (needs kubectl)',
  overlay => {
    const manifests = hasKubectl() ? renderedElsewhere(overlay, 'platform') : [];

    it('puts everything there', () => {
      const namespaces = manifests.map(({ metadata }) => metadata.namespace);
      expect(new Set(namespaces)).toEqual(new Set([undefined, 'platform']));
      expect(manifestOf(manifests, 'Namespace')).toMatchObject({
        metadata: { name: 'platform', labels: { 'kubernetes.io/metadata.name': 'platform' } },
      });
    });

    it('holds the account of that namespace to caBundle', () => {
      const name = 'sidecar-injector-own-account';
      const { spec } = manifestOf<Policy>(manifests, 'ValidatingAdmissionPolicy', name);
      expect(spec.variables?.[0]).toEqual({ name: 'injectorNamespace', expression: "'platform'" });
    });

    it('never has the injector wait for itself', () => {
      const { webhooks } = manifestOf<{ webhooks: readonly V1MutatingWebhook[] }>(
        manifests,
        'MutatingWebhookConfiguration',
      );
      const policies = manifests
        .filter(({ kind }) => kind === 'ValidatingAdmissionPolicy')
        .map(manifest => (manifest as Policy).spec.matchConstraints?.namespaceSelector);
      const selectors = [
        // One is asked about namespaces themselves, and all of them.
        ...webhooks.map(({ namespaceSelector }) => namespaceSelector).filter(chooses),
        ...policies.filter(chooses),
      ];
      expect(selectors.length).toBeGreaterThan(9);
      for (const selector of selectors)
        expect(selector?.matchExpressions?.[0]?.values).toEqual([
          'platform',
          'kube-system',
          'kube-node-lease',
        ]);
      for (const { clientConfig } of webhooks) expect(clientConfig.service?.namespace).toBe('platform');
    });

    it('says the old namespace nowhere', () => {
      const rest = manifests.map(manifest => JSON.stringify(manifest));
      const old =
        /namespace\\?"?[=:]\\?"sidecar-injector|sidecar-injector[./:]sidecar-injector|'sidecar-injector'"/;
      expect(rest.flatMap(text => old.exec(text)?.[0] ?? [])).toEqual([]);
      const subjects = manifests.flatMap(
        manifest => (manifest as Manifest & { subjects?: readonly RbacV1Subject[] }).subjects ?? [],
      );
      for (const { namespace } of subjects) expect(namespace).toBe('platform');
    });

    it('changes nothing where the namespace is the usual one', () => {
      // Of kinds that it does not know kustomize thinks that they are in a namespace; the API server knows better.
      const withoutNamespace = (all: readonly Manifest[]) =>
        all.map(({ metadata: { namespace: _namespace, ...metadata }, ...rest }) => ({ ...rest, metadata }));
      expect(withoutNamespace(renderedElsewhere(overlay, 'sidecar-injector'))).toEqual(
        withoutNamespace(renderedManifests(overlay)),
      );
    });
  },
);

function chooses(selector: V1LabelSelector | undefined): boolean {
  return selector?.matchExpressions !== undefined;
}
