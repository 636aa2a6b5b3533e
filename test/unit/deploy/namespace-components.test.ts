/** The components about namespaces that no overlay has: what each makes of the overlay `default`, here and elsewhere. */
import type { V1MutatingWebhook, V1PolicyRule } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { hasKubectl } from '../../../scripts/generate-install.ts';
import {
  type Component,
  components,
  kubectls,
  type Manifest,
  manifestOf,
  renderedManifests,
  renderedWith,
} from '../../rendered-manifests.ts';

const describeRendered = describe.skipIf(!hasKubectl());

const webhooksOf = (manifests: readonly Manifest[]) =>
  manifestOf<{ webhooks: readonly V1MutatingWebhook[] }>(manifests, 'MutatingWebhookConfiguration').webhooks;
const namesOf = (manifests: readonly Manifest[]) =>
  manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
const usual = hasKubectl() ? renderedManifests('default') : [];
const usually = (name: string) =>
  webhooksOf(usual).find(webhook => webhook.name === name) as V1MutatingWebhook;

describeRendered('the component namespaces-ignore (skipped where there is no kubectl)', () => {
  const manifests = renderedUnless('namespaces-ignore');

  it('lets bare pods of labelled namespaces start without an injector, and changes no other webhook', () => {
    expect(webhooksOf(manifests)).toEqual(
      webhooksOf(usual).map(webhook =>
        webhook.name === 'pods-in-namespaces.sidecar.io' ? { ...webhook, failurePolicy: 'Ignore' } : webhook,
      ),
    );
  });

  it('leaves out the guard that would refuse them, and no other', () => {
    expect(namesOf(manifests)).toEqual(namesOf(usual).filter(name => !name.endsWith('-namespace-guard')));
  });
});

describeRendered('the component cluster-wide (skipped where there is no kubectl)', () => {
  const webhooks = webhooksOf(renderedUnless('cluster-wide'));

  it('adds two webhooks, and leaves all else as it is', () => {
    expect(webhooks.map(({ name }) => name)).toEqual([
      ...webhooksOf(usual).map(({ name }) => name),
      'pods-in-cluster.sidecar.io',
      'workloads-in-cluster.sidecar.io',
    ]);
    expect(webhooks.slice(0, -2)).toEqual(webhooksOf(usual));
    expect(namesOf(renderedUnless('cluster-wide'))).toEqual(namesOf(usual));
  });

  it.each(['pods', 'workloads'])(
    'asks about %s as for labelled namespaces, in all others, and fails open',
    kind => {
      const added = webhooks.find(({ name }) => name === `${kind}-in-cluster.sidecar.io`);
      const inNamespaces = usually(`${kind}-in-namespaces.sidecar.io`);
      const { service } = inNamespaces.clientConfig;
      expect(added).toEqual({
        ...inNamespaces,
        name: `${kind}-in-cluster.sidecar.io`,
        failurePolicy: 'Ignore',
        clientConfig: { service: { ...service, path: '/mutate' } },
        namespaceSelector: {
          matchExpressions: [
            inNamespaces.namespaceSelector?.matchExpressions?.[0],
            { key: 'sidecar.io/inject', operator: 'NotIn', values: ['enabled', 'disabled'] },
          ],
        },
      });
    },
  );
});

describeRendered('the component namespace-owners (skipped where there is no kubectl)', () => {
  const manifests = renderedUnless('namespace-owners');

  it('adds a policy, what puts it in force, and a role that is bound to nobody', () => {
    const added = [
      'ClusterRole sidecar-injector-namespace-owner',
      'ValidatingAdmissionPolicy sidecar-injector-namespace-owners',
      'ValidatingAdmissionPolicyBinding sidecar-injector-namespace-owners',
    ];
    expect(namesOf(manifests).filter(name => !namesOf(usual).includes(name))).toEqual(added);
    const { rules } = manifestOf<{ rules: readonly V1PolicyRule[] }>(
      manifests,
      'ClusterRole',
      'sidecar-injector-namespace-owner',
    );
    expect(rules).toEqual([{ apiGroups: ['sidecar.io'], resources: ['namespaces'], verbs: ['inject'] }]);
  });
});

describeRendered('all of these components together', () => {
  it('are what each of them is', () => {
    const manifests = renderedWith(components);
    expect(webhooksOf(manifests).map(({ name, failurePolicy }) => `${name} ${failurePolicy}`)).toEqual([
      'pods.sidecar.io Fail',
      'workloads.sidecar.io Fail',
      'pods-in-namespaces.sidecar.io Ignore',
      'workloads-in-namespaces.sidecar.io Ignore',
      'namespaces.sidecar.io Ignore',
      'pods-in-cluster.sidecar.io Ignore',
      'workloads-in-cluster.sidecar.io Ignore',
    ]);
    expect(namesOf(manifests)).not.toContain('ValidatingAdmissionPolicy sidecar-injector-namespace-guard');
    expect(namesOf(manifests)).toContain('ValidatingAdmissionPolicy sidecar-injector-namespace-owners');
  });

  it('follow the injector into another namespace, with every kubectl of this machine', () => {
    const elsewhere = renderedWith(components, 'platform');
    const text = JSON.stringify(elsewhere);
    expect(text).not.toMatch(/"sidecar-injector","kube-system"|"namespace":"sidecar-injector"/);
    expect(text.split('"platform","kube-system"').length).toBeGreaterThan(10);
    for (const kubectl of kubectls())
      expect(renderedWith(components, 'platform', kubectl), kubectl).toEqual(elsewhere);
  });
});

function renderedUnless(component: Component): readonly Manifest[] {
  return hasKubectl() ? renderedWith([component]) : [];
}
