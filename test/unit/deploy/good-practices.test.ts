/**
 * The advice of Kubernetes for admission webhooks, as far as manifests can follow it, on deploy/install.yaml.
 * https://kubernetes.io/docs/concepts/cluster-administration/admission-webhooks-good-practices/
 */
import type {
  V1ClusterRoleBinding,
  V1ConfigMap,
  V1Container,
  V1DeploymentSpec,
  V1MutatingWebhook,
  V1PodDisruptionBudget,
  V1PodSpec,
  V1PolicyRule,
  V1RuleWithOperations,
  V1ServiceSpec,
  V1ValidatingAdmissionPolicySpec,
} from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { excludedNamespaces } from '../../../src/namespaces/excluded-namespaces.ts';
import { installedManifests, type Manifest, manifestOf } from '../../rendered-manifests.ts';

const manifests = installedManifests();
const { webhooks } = manifestOf<{ webhooks: readonly V1MutatingWebhook[] }>(
  manifests,
  'MutatingWebhookConfiguration',
);
const { spec: deployment } = manifestOf<{ spec: V1DeploymentSpec }>(manifests, 'Deployment');
const serviceOf = (name: string) => manifestOf<{ spec: V1ServiceSpec }>(manifests, 'Service', name).spec;
const service = serviceOf('sidecar-injector');
const policies = manifests
  .filter(({ kind }) => kind === 'ValidatingAdmissionPolicy')
  .map(manifest => manifest as Manifest & { readonly spec: V1ValidatingAdmissionPolicySpec });
const policyOf = (name: string) =>
  manifestOf<{ spec: V1ValidatingAdmissionPolicySpec }>(policies, 'ValidatingAdmissionPolicy', name).spec;
const denying = [
  'sidecar-injector-guard',
  'sidecar-injector-namespace-guard',
  'sidecar-injector-own-account',
];
/** Nothing of what they are asked about could start bare without them. */
const onlyTelling = ['workloads-in-namespaces.sidecar.io', 'namespaces.sidecar.io'];
const pod = deployment.template.spec as V1PodSpec;
const container = pod.containers[0] as V1Container;
const portOf = (portName: string) => container.ports?.find(({ name }) => name === portName)?.containerPort;

const webhookOf = (name: string) => webhooks.find(webhook => webhook.name === name) as V1MutatingWebhook;
const excluded = {
  key: 'kubernetes.io/metadata.name',
  operator: 'NotIn',
  values: ['sidecar-injector', 'kube-system', 'kube-node-lease'],
};
const labelled = { key: 'sidecar.io/inject', operator: 'In', values: ['enabled'] };
const conditionsOf = ({ matchConditions = [] }: V1MutatingWebhook) =>
  matchConditions.map(({ name, expression }) => ({ name, expression: expression.replaceAll(/\s+/g, ' ') }));

it('the program leaves out the namespaces that the webhooks are not asked about', () => {
  expect([...excludedNamespaces]).toEqual(excluded.values);
});

it('the webhooks are these, and no more', () => {
  expect(webhooks.map(({ name }) => name)).toEqual([
    'pods.sidecar.io',
    'workloads.sidecar.io',
    'pods-in-namespaces.sidecar.io',
    'workloads-in-namespaces.sidecar.io',
    'namespaces.sidecar.io',
  ]);
});

describe.each(webhooks.slice(0, 2))('the webhook $name', webhook => {
  it('is asked for five seconds at most', () => {
    expect(webhook.timeoutSeconds).toBe(5);
  });

  it('fails closed, has no side effects, and sees what others have changed', () => {
    expect(webhook).toMatchObject({
      admissionReviewVersions: ['v1'],
      failurePolicy: 'Fail',
      matchPolicy: 'Equivalent',
      sideEffects: 'None',
    });
    expect(['IfNeeded', 'Never']).toContain(webhook.reinvocationPolicy);
  });

  it('is only asked about annotated objects, in whose absence it fails nothing', () => {
    const expressions = webhook.matchConditions?.map(({ expression }) => expression) ?? [];
    expect(expressions.some(text => text.includes("startsWith('sidecar.io/')"))).toBe(true);
  });

  it('never stands in the way of the cluster or of itself', () => {
    expect(webhook.namespaceSelector).toEqual({
      matchExpressions: [
        {
          key: 'kubernetes.io/metadata.name',
          operator: 'NotIn',
          values: ['sidecar-injector', 'kube-system', 'kube-node-lease'],
        },
        { key: 'sidecar.io/inject', operator: 'NotIn', values: ['disabled'] },
      ],
    });
    expect(webhook.objectSelector).toEqual({});
  });

  it('names its resources, in namespaces, and no wildcard', () => {
    for (const rule of webhook.rules ?? []) {
      expect(rule.scope).toBe('Namespaced');
      expect(JSON.stringify(rule)).not.toContain('*');
      expect(['CREATE', 'UPDATE']).toEqual(expect.arrayContaining(rule.operations ?? []));
    }
  });

  it('is reached through the Service, and whoever makes the certificate writes caBundle', () => {
    expect(webhook.clientConfig).toEqual({
      service: { namespace: 'sidecar-injector', name: 'sidecar-injector', path: '/mutate', port: 443 },
    });
  });
});

describe.each(webhooks.slice(2))('the webhook $name', webhook => {
  it('is asked for five seconds at most', () => {
    expect(webhook.timeoutSeconds).toBe(5);
  });

  it('fails closed unless it only tells, has no side effects, and sees what others have changed', () => {
    expect(webhook).toMatchObject({
      admissionReviewVersions: ['v1'],
      failurePolicy: onlyTelling.includes(webhook.name) ? 'Ignore' : 'Fail',
      matchPolicy: 'Equivalent',
      sideEffects: 'None',
    });
    expect(['IfNeeded', 'Never']).toContain(webhook.reinvocationPolicy);
  });

  it('is only asked about what somebody has annotated, or whose namespace has the label, in whose absence it fails nothing', () => {
    const expressions = webhook.matchConditions?.map(({ expression }) => expression) ?? [];
    expect(expressions.some(text => text.includes("startsWith('sidecar.io/')"))).toBe(true);
    // Accepted in a condition, and then every object is refused.
    expect(JSON.stringify(webhook)).not.toContain('namespaceObject');
  });

  it('never stands in the way of the cluster or of itself', () => {
    expect(webhook.namespaceSelector).toEqual(
      webhook.name === 'namespaces.sidecar.io' ? {} : { matchExpressions: [excluded, labelled] },
    );
    expect(webhook.objectSelector).toEqual({});
  });

  it('names its resources, in namespaces or namespaces themselves, and no wildcard', () => {
    for (const rule of webhook.rules ?? []) {
      expect(rule.scope).toBe(rule.resources?.includes('namespaces') ? 'Cluster' : 'Namespaced');
      expect(JSON.stringify(rule)).not.toContain('*');
      expect(['CREATE', 'UPDATE']).toEqual(expect.arrayContaining(rule.operations ?? []));
    }
  });

  it('is reached through the Service, and whoever makes the certificate writes caBundle', () => {
    expect(webhook.clientConfig).toEqual({
      service: {
        namespace: 'sidecar-injector',
        name: 'sidecar-injector',
        path: '/mutate/namespaces',
        port: 443,
      },
    });
  });
});

describe.each(['pods', 'workloads'])('the two webhooks for %s', kind => {
  const annotated = webhookOf(`${kind}.sidecar.io`);
  const bare = webhookOf(`${kind}-in-namespaces.sidecar.io`);

  it('are asked about the same requests', () => {
    expect(bare.rules).toEqual(annotated.rules);
  });

  it('share them out: what one is asked about the other is not', () => {
    const [first] = conditionsOf(annotated);
    const [opposite] = conditionsOf(bare);
    expect({ first, opposite }).toEqual({
      first: { name: 'annotated', expression: expect.any(String) },
      opposite: { name: 'not-annotated', expression: expect.any(String) },
    });
    const bracketed = kind === 'pods' ? `(${first?.expression})` : first?.expression;
    expect(opposite?.expression).toBe(`!${bracketed}`);
  });

  it('leave out the same, where a condition is not about annotations', () => {
    const others = (webhook: V1MutatingWebhook) =>
      conditionsOf(webhook).filter(
        ({ name }) => !['annotated', 'not-annotated', 'not-opted-out', 'not-for-windows'].includes(name),
      );
    expect(others(bare)).toEqual(others(annotated));
    expect(others(bare).length).toBeGreaterThan(0);
  });
});

describe('the webhook for pods', () => {
  it('is asked about creations only: a pod that exists cannot get containers', () => {
    expect(webhooks.find(({ name }) => name === 'pods.sidecar.io')?.rules).toEqual([
      {
        apiGroups: [''],
        apiVersions: ['v1'],
        operations: ['CREATE'],
        resources: ['pods'],
        scope: 'Namespaced',
      },
    ]);
  });
});

describe('the guard', () => {
  const pods = webhooks.find(({ name }) => name === 'pods.sidecar.io');
  const guard = policyOf('sidecar-injector-guard');

  it('looks where the webhook for pods looks', () => {
    const { namespaceSelector, objectSelector, resourceRules, matchPolicy } = guard.matchConstraints ?? {};
    expect({ namespaceSelector, objectSelector, rules: resourceRules, matchPolicy }).toEqual({
      namespaceSelector: pods?.namespaceSelector,
      objectSelector: pods?.objectSelector,
      rules: pods?.rules,
      matchPolicy: pods?.matchPolicy,
    });
    const leftOut = pods?.matchConditions?.filter(({ name }) => name.startsWith('not-'));
    expect(leftOut?.map(({ name }) => name)).toEqual(['not-opted-out', 'not-a-mirror-pod']);
    expect(guard.matchConditions?.slice(0, 2)).toEqual(leftOut);
  });
});

describe('the guard of labelled namespaces', () => {
  const pods = webhookOf('pods-in-namespaces.sidecar.io');
  const guard = policyOf('sidecar-injector-namespace-guard');

  it('looks where the webhook for their pods looks', () => {
    const { namespaceSelector, objectSelector, resourceRules, matchPolicy } = guard.matchConstraints ?? {};
    expect({ namespaceSelector, objectSelector, rules: resourceRules, matchPolicy }).toEqual({
      namespaceSelector: pods.namespaceSelector,
      objectSelector: pods.objectSelector,
      rules: pods.rules,
      matchPolicy: pods.matchPolicy,
    });
    const leftOut = webhookOf('pods.sidecar.io').matchConditions?.filter(({ name }) =>
      name.startsWith('not-'),
    );
    const windows = pods.matchConditions?.find(({ name }) => name === 'not-for-windows');
    expect(guard.matchConditions).toEqual([...(leftOut ?? []), windows]);
  });
});

describe.each(policies)('the conditions of the policy $metadata.name', ({ spec }) => {
  it('never look at the namespace, with which they would refuse everything', () => {
    expect(JSON.stringify(spec.matchConditions ?? [])).not.toContain('namespaceObject');
  });
});

describe.each(policies)('the policy $metadata.name', ({ metadata: { name }, spec }) => {
  const refuses = denying.includes(name);

  it('refuses, and fails closed, or warns, and fails open', () => {
    expect(spec.failurePolicy).toBe(refuses ? 'Fail' : 'Ignore');
    expect(manifestOf(manifests, 'ValidatingAdmissionPolicyBinding', name)).toMatchObject({
      spec: { policyName: name, validationActions: [refuses ? 'Deny' : 'Warn'] },
    });
  });

  it('has a sentence for every expression that fails, on one line and by itself', () => {
    for (const { expression, message, messageExpression } of spec.validations ?? []) {
      expect(message, expression).toMatch(/^[^\n]+[^.\n]$/);
      expect(messageExpression, expression).toBeDefined();
    }
  });
});

describe.each(policies.filter(({ metadata }) => !denying.includes(metadata.name)))(
  'the warning $metadata.name',
  ({ metadata, spec }) => {
    it('is about the namespaces in which the webhooks look, and about nothing outside of them', () => {
      expect(spec.matchConstraints).toMatchObject({
        namespaceSelector: webhooks[0]?.namespaceSelector,
        objectSelector: {},
        matchPolicy: 'Equivalent',
      });
      for (const { scope } of spec.matchConstraints?.resourceRules ?? []) expect(scope).toBe('Namespaced');
    });

    it('is about all that the webhooks are asked about, about what nobody asks them, or about running pods', () => {
      const resources = (rules: readonly V1RuleWithOperations[] | undefined) =>
        (rules ?? []).flatMap(({ apiGroups, resources: names }) =>
          (names ?? []).map(resource => `${apiGroups}/${resource}`),
        );
      const watched = webhooks.slice(0, 2).flatMap(({ rules }) => resources(rules));
      const unwatched = ['/replicationcontrollers', '/podtemplates', 'apps/replicasets'];
      const custom = [
        'argoproj.io/rollouts',
        'serving.knative.dev/services',
        'jobset.x-k8s.io/jobsets',
        'leaderworkerset.x-k8s.io/leaderworkersets',
      ];
      const expected = {
        'sidecar-injector-running-pods': ['/pods'],
        'sidecar-injector-unwatched-kinds': [...unwatched, ...custom],
      }[metadata.name] ?? [...watched, ...unwatched];
      expect(resources(spec.matchConstraints?.resourceRules).sort()).toEqual(expected.sort());
    });
  },
);

describe('the namespace', () => {
  it('stands in one variable of each policy that names the account, which an overlay can set', () => {
    for (const { metadata, spec } of policies) {
      const text = JSON.stringify({ ...spec, matchConstraints: undefined });
      const named = text.includes('system:serviceaccount:');
      const set = (spec.variables ?? []).filter(({ expression }) => expression === "'sidecar-injector'");
      expect(
        set.map(variable => variable.name),
        metadata.name,
      ).toEqual(named ? ['injectorNamespace'] : []);
      expect(text).not.toContain('serviceaccount:sidecar-injector:');
    }
  });
});

describe('the Deployment', () => {
  it('has two replicas, apart from each other, that are replaced one by one', () => {
    expect(deployment.replicas).toBe(2);
    expect(deployment.strategy).toEqual({
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
    });
    const keys = pod.topologySpreadConstraints?.map(({ topologyKey }) => topologyKey);
    expect(keys).toEqual(['kubernetes.io/hostname', 'topology.kubernetes.io/zone']);
  });

  it('keeps one replica through voluntary disruptions, and its place through others', () => {
    const budget = manifestOf<V1PodDisruptionBudget>(manifests, 'PodDisruptionBudget');
    expect(budget.spec).toMatchObject({ maxUnavailable: 1, selector: deployment.selector as object });
    expect(manifestOf(manifests, 'PriorityClass')).toMatchObject({
      metadata: { name: pod.priorityClassName },
      value: 1_000_000_000,
    });
  });

  it('is allowed in a namespace that enforces restricted, as its own does', () => {
    expect(manifestOf(manifests, 'Namespace').metadata.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'restricted',
    });
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    for (const field of ['hostNetwork', 'hostPID', 'hostIPC']) expect(pod).not.toHaveProperty(field);
  });

  it('says what it needs, and ends where it would need much more memory', () => {
    expect(container.resources).toEqual({
      requests: { cpu: expect.any(String), memory: expect.any(String) },
      limits: { memory: expect.any(String) },
    });
  });

  it('is alive whatever its certificate is, and ready only when it can answer', () => {
    expect(container.livenessProbe?.httpGet).toMatchObject({ path: '/livez', port: 'status' });
    expect(container.readinessProbe?.httpGet).toMatchObject({ path: '/readyz', port: 'status' });
  });

  it('is given longer to end than it drains', () => {
    const config = manifests.map(manifest => (manifest as V1ConfigMap).data?.['config.yaml']).find(Boolean);
    const { drainSeconds } = parse(config ?? '');
    expect(drainSeconds).toBeGreaterThanOrEqual(10);
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(drainSeconds + 10);
  });

  it('has an account of its own, and no settings by accident', () => {
    expect(pod.serviceAccountName).toBe(manifestOf(manifests, 'ServiceAccount').metadata.name);
    expect(pod.enableServiceLinks).toBe(false);
  });
});

describe('the Service', () => {
  it('leads to a port that also private control planes may dial', () => {
    expect(service.ports).toEqual([
      { name: 'admission', port: 443, protocol: 'TCP', targetPort: 'admission' },
    ]);
    expect(portOf('admission')).toBe(10250);
    expect(deployment.template.metadata?.labels).toMatchObject(service.selector ?? {});
  });

  it('names ports as Kubernetes allows', () => {
    for (const { name } of container.ports ?? [])
      expect(name).toMatch(/^[a-z0-9](?:[-a-z0-9]{0,13}[a-z0-9])?$/);
    expect(portOf('status')).toBe(8080);
  });
});

describe('the Service for what replicas say of themselves', () => {
  it('leads to their status port, also of those that are not ready, and nowhere else', () => {
    const { ports, selector, clusterIP, publishNotReadyAddresses } = serviceOf('sidecar-injector-status');
    expect(ports).toEqual([{ name: 'status', port: 8080, protocol: 'TCP', targetPort: 'status' }]);
    expect({ selector, clusterIP, publishNotReadyAddresses }).toEqual({
      selector: service.selector,
      clusterIP: 'None',
      publishNotReadyAddresses: true,
    });
  });

  it('may be asked by those to whom somebody gives a Role, which gives nothing else', () => {
    const role = manifestOf<{ rules: readonly V1PolicyRule[] }>(manifests, 'Role', 'sidecar-injector-status');
    expect(role.rules).toEqual([
      {
        apiGroups: [''],
        resources: ['services/proxy'],
        resourceNames: ['http:sidecar-injector-status:status'],
        verbs: ['get'],
      },
    ]);
    const bindings = manifests.filter(({ kind }) => kind.endsWith('RoleBinding'));
    expect(JSON.stringify(bindings)).not.toContain('sidecar-injector-status');
  });
});

describe('the rights', () => {
  it('are for single objects by name, none of them cluster-wide over Secrets', () => {
    const rulesOf = (kind: string) =>
      manifests
        .filter(({ kind: other, metadata }) => other === kind && metadata.name !== namespacesRole)
        .flatMap(manifest => (manifest as Manifest & { rules: readonly V1PolicyRule[] }).rules);
    for (const rule of [...rulesOf('Role'), ...rulesOf('ClusterRole')]) {
      expect(rule.resourceNames, JSON.stringify(rule)).toHaveLength(1);
      expect(JSON.stringify(rule)).not.toContain('*');
    }
    expect(rulesOf('ClusterRole').flatMap(({ resources }) => resources)).toEqual([
      'mutatingwebhookconfigurations',
    ]);
  });

  it('to know what namespaces ask for are to look at them, and nothing else', () => {
    const role = manifestOf<{ rules: readonly V1PolicyRule[] }>(manifests, 'ClusterRole', namespacesRole);
    expect(role.rules).toEqual([
      { apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'list', 'watch'] },
    ]);
    const binding = manifestOf<V1ClusterRoleBinding>(manifests, 'ClusterRoleBinding', namespacesRole);
    expect(binding.subjects).toEqual([
      { kind: 'ServiceAccount', name: 'sidecar-injector', namespace: 'sidecar-injector' },
    ]);
    expect(binding.roleRef.name).toBe(namespacesRole);
  });
});

const namespacesRole = 'sidecar-injector-namespaces';

describe('every manifest', () => {
  it.each(manifests)('of $kind has the name of the program as a label and its place', manifest => {
    const { name, namespace, labels } = manifest.metadata;
    expect(labels).toMatchObject({ 'app.kubernetes.io/name': 'sidecar-injector' });
    expect(name).toMatch(/^sidecar-injector/);
    expect(['sidecar-injector', undefined]).toContain(namespace);
  });
});
