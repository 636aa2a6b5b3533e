import { describe, expect, it } from 'vitest';
import type { Judgement } from '../../../src/diagnosis/diagnosis.ts';
import { known, unknown } from '../../../src/diagnosis/fact.ts';
import type { Installation, Probe } from '../../../src/diagnosis/installation.ts';
import { checkInstallation, checksAfter, checksBefore } from '../../../src/diagnosis/installation-checks.ts';
import type { Obstacle } from '../../../src/diagnosis/obstacles.ts';
import { webhooksOf } from '../../../src/diagnosis/registration.ts';
import {
  shippedBindings,
  shippedClusterWebhooks,
  shippedPolicies,
  shippedService,
} from '../../../src/diagnosis/shipped-installation.ts';
import type { ClientCertificates } from '../../../src/diagnosis/versions/injector-version.ts';
import { isObject, type JsonObject } from '../../../src/kubernetes/json.ts';
import {
  healthyInstallation,
  issueCertificates,
  namespaceOf,
  now,
  registrationWith,
  replica,
  withBundle,
} from '../../installation-facts.ts';

const dayMs = 24 * 3600_000;
const certificates = await issueCertificates();
const { authority, leaf } = certificates;
const others = await issueCertificates();
const old = await issueCertificates(new Date(now.getTime() - 100 * dayMs), 30);
const late = await issueCertificates(new Date(now.getTime() - 95 * dayMs), 100);
const elsewhere = await issueCertificates(now, 365, 'sidecar-injector.platform.svc');
const healthy = healthyInstallation(certificates);
const every = [...new Set([...checksBefore, ...checksAfter])];

type Change = Partial<Installation>;

type Case = readonly [
  what: string,
  change: Change,
  check: string,
  outcome: Judgement['outcome'],
  code: Obstacle,
  cause: string,
];

const own = (change: (webhook: JsonObject) => JsonObject): Change => ({
  webhookConfigurations: known([registrationWith(change, webhooksOf(withBundle(authority.cert)))]),
});
const withMore = (more: readonly JsonObject[]): Change => ({
  webhookConfigurations: known([
    { ...withBundle(authority.cert), webhooks: [...webhooksOf(withBundle(authority.cert)), ...more] },
  ]),
});
const failingOpen = (webhook: JsonObject): JsonObject =>
  webhook['name'] === 'pods-in-namespaces.sidecar.io' ? { ...webhook, failurePolicy: 'Ignore' } : webhook;
const isNoNamespaceGuard = (policy: JsonObject) =>
  !JSON.stringify(policy['metadata']).includes('"sidecar-injector-namespace-guard"');
const other = (metadata: JsonObject, webhook: JsonObject): Change => ({
  webhookConfigurations: known([withBundle(authority.cert), { metadata, webhooks: [webhook] }]),
});
const answer = (given: Probe['answer']): Change => ({
  probe: known({ namespace: 'default', sidecar: 'git-sync', answer: given }),
});
const refused = (refusal: string): Change => answer({ refusal });
const served = (cert: string): Change => ({
  served: [{ replica: 'sidecar-injector-a', chain: known([cert]) }],
});
const seeing = (...seen: readonly ClientCertificates[]): Change => ({
  versions: {
    namespace: 'x',
    replicas: known(
      seen.map((clientCertificates, index) => ({
        pod: `${index}`,
        version: known({ version: '0', node: '', nativeSidecars: true, clientCertificates, definitions: [] }),
      })),
    ),
  },
});
const forbidden = unknown('forbidden: User "ada" cannot do that', true);
const calling = 'Internal error occurred: failed calling webhook "pods.sidecar.io": failed to call webhook: ';

const cases: readonly Case[] = [
  [
    'the API does not answer',
    { server: unknown('connect ECONNREFUSED') },
    'kubernetes-api',
    'failure',
    'api-unreachable',
    'connect ECONNREFUSED',
  ],
  [
    'Kubernetes is 1.27',
    {
      server: known({ major: 1, minor: 27, text: 'v1.27.3', hasPolicies: false, hasMutatingPolicies: false }),
    },
    'kubernetes-version',
    'failure',
    'server-too-old',
    'v1.27.3',
  ],
  [
    'Kubernetes is 1.28',
    {
      server: known({ major: 1, minor: 28, text: 'v1.28.3', hasPolicies: false, hasMutatingPolicies: false }),
    },
    'kubernetes-version',
    'warning',
    'server-too-old',
    'v1.28.3',
  ],
  [
    'there are no policies',
    {
      server: known({ major: 1, minor: 29, text: 'v1.29.3', hasPolicies: false, hasMutatingPolicies: false }),
    },
    'admission-policies',
    'warning',
    'policies-unavailable',
    'v1.29.3',
  ],
  [
    'there is no guard because there are no policies',
    {
      server: known({ major: 1, minor: 29, text: 'v1.29.3', hasPolicies: false, hasMutatingPolicies: false }),
    },
    'guard',
    'warning',
    'policies-unavailable',
    'v1.29.3',
  ],
  [
    'a right is missing',
    {
      preparation: {
        missingRights: known([
          { verb: 'create', group: 'apps', resource: 'deployments', namespace: 'sidecar-injector' },
        ]),
        presentObjects: known([]),
      },
    },
    'rights-to-install',
    'failure',
    'right-missing',
    'you may not create deployments.apps in namespace sidecar-injector',
  ],
  [
    'rights cannot be asked for',
    { preparation: { missingRights: forbidden, presentObjects: known([]) } },
    'rights-to-install',
    'failure',
    'not-allowed-to-read',
    'User "ada"',
  ],
  [
    'nobody has asked for rights',
    { preparation: undefined },
    'rights-to-install',
    'failure',
    'not-readable',
    'nobody has asked',
  ],
  [
    'a name is taken',
    {
      preparation: {
        missingRights: known([]),
        presentObjects: known([{ kind: 'PriorityClass', name: 'sidecar-injector', isOurs: false }]),
      },
    },
    'names-free',
    'failure',
    'name-taken',
    'PriorityClass sidecar-injector',
  ],
  [
    'another configuration has a webhook of ours',
    other({ name: 'sidecar-injector-old' }, { name: 'pods.sidecar.io' }),
    'other-installations',
    'failure',
    'webhook-registered-twice',
    'sidecar-injector-old (webhook pods.sidecar.io)',
  ],
  [
    'another configuration calls an injector elsewhere',
    other(
      { name: 'old' },
      {
        name: 'x.example.com',
        clientConfig: { service: { name: 'sidecar-injector', namespace: 'platform' } },
      },
    ),
    'other-installations',
    'failure',
    'webhook-registered-twice',
    'old (webhook x.example.com, namespace platform)',
  ],
  [
    'registrations may not be read',
    { webhookConfigurations: forbidden },
    'webhook-registered',
    'failure',
    'not-allowed-to-read',
    'forbidden: User "ada"',
  ],
  [
    'there is no registration',
    { webhookConfigurations: known([]) },
    'webhook-registered',
    'failure',
    'webhook-missing',
    'no MutatingWebhookConfiguration "sidecar-injector"',
  ],
  [
    'a webhook is missing',
    {
      webhookConfigurations: known([
        registrationWith(webhook => webhook, webhooksOf(withBundle(authority.cert)).slice(0, 1)),
      ]),
    },
    'webhook-registered',
    'failure',
    'webhook-missing',
    'has no webhook workloads.sidecar.io',
  ],
  [
    'a webhook calls a URL',
    own(webhook => ({ ...webhook, clientConfig: { url: 'https://127.0.0.1/' } })),
    'webhook-registered',
    'failure',
    'webhook-changed',
    'webhook pods.sidecar.io calls a URL',
  ],
  [
    'a rule is changed',
    own(webhook => ({ ...webhook, rules: [] })),
    'webhook-as-installed',
    'failure',
    'webhook-changed',
    'webhooks[pods.sidecar.io].rules leaves out CREATE v1 pods',
  ],
  [
    'the failure policy is changed',
    own(webhook => ({ ...webhook, failurePolicy: 'Ignore' })),
    'webhook-as-installed',
    'failure',
    'webhook-changed',
    'webhooks[pods.sidecar.io].failurePolicy is "Ignore" and not "Fail"',
  ],
  [
    'a condition is gone',
    own(webhook => ({ ...webhook, matchConditions: [] })),
    'webhook-as-installed',
    'failure',
    'webhook-changed',
    'webhooks[pods.sidecar.io].matchConditions',
  ],
  [
    'a condition is added',
    own(webhook => ({
      ...webhook,
      matchConditions: [
        ...(webhook['matchConditions'] as JsonObject[]),
        { name: 'mine', expression: 'false' },
      ],
    })),
    'webhook-as-installed',
    'failure',
    'webhook-changed',
    'matchConditions[mine] is added',
  ],
  [
    'another path is called',
    own(webhook => ({
      ...webhook,
      clientConfig: {
        ...(webhook['clientConfig'] as JsonObject),
        service: { name: 'sidecar-injector', namespace: 'sidecar-injector', path: '/', port: 443 },
      },
    })),
    'webhook-as-installed',
    'failure',
    'webhook-changed',
    'clientConfig.service.path is "/" and not "/mutate"',
  ],
  [
    'the timeout is another',
    own(webhook => ({ ...webhook, timeoutSeconds: 10 })),
    'webhook-as-installed',
    'warning',
    'webhook-changed',
    'timeoutSeconds is "10" and not "5"',
  ],
  [
    'fewer namespaces are chosen',
    own(webhook => ({ ...webhook, namespaceSelector: { matchLabels: { team: 'a' } } })),
    'webhook-as-installed',
    'warning',
    'webhook-changed',
    'namespaceSelector.matchLabels is added',
  ],
  [
    'the injector is not asked again',
    {
      webhookConfigurations: known([
        withBundle(authority.cert, { reinvocationPolicy: 'Never' }),
        {
          metadata: { name: 'zeta' },
          webhooks: [
            {
              name: 'z.example.com',
              rules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['pods'] }],
            },
          ],
        },
      ]),
    },
    'other-webhooks',
    'warning',
    'another-webhook-after',
    'zeta/z.example.com',
  ],
  [
    'there is no Service',
    { service: known(undefined) },
    'service',
    'failure',
    'service-missing',
    'no Service "sidecar-injector" in namespace sidecar-injector',
  ],
  [
    'the Service has another port',
    {
      service: known({
        spec: {
          ports: [{ port: 443, targetPort: 'status' }],
          selector: (shippedService['spec'] as JsonObject)['selector'] ?? null,
        },
      }),
    },
    'service',
    'failure',
    'service-changed',
    'no port 443 to admission, but 443 to status',
  ],
  [
    'the Service selects something else',
    { service: known({ spec: { ...(shippedService['spec'] as JsonObject), selector: { app: 'x' } } }) },
    'service',
    'failure',
    'service-changed',
    'does not select app.kubernetes.io/name=sidecar-injector',
  ],
  [
    'there are no endpoints',
    { endpoints: known([]) },
    'endpoints',
    'failure',
    'service-without-endpoints',
    'has no endpoints',
  ],
  [
    'no endpoint is ready',
    { endpoints: known([{ addresses: ['10.0.0.1'], isReady: false, pod: 'a' }]) },
    'endpoints',
    'failure',
    'service-without-endpoints',
    'none of the 1 endpoints',
  ],
  [
    'there is no Deployment',
    { deployment: known(undefined) },
    'replicas-ready',
    'failure',
    'deployment-missing',
    'no Deployment',
  ],
  [
    'a replica is not ready',
    {
      replicas: known([
        replica('a'),
        replica('b', {
          isReady: false,
          why: 'CrashLoopBackOff',
          lastTermination: { reason: 'Error', exitCode: 1, message: 'no config', finishedAt: '' },
        }),
      ]),
    },
    'replicas-ready',
    'failure',
    'replica-not-ready',
    '1 of 2 ready; pod b is not: CrashLoopBackOff; it ended with: no config',
  ],
  [
    'a replica has no pod',
    { replicas: known([replica('a'), replica('b', { isGoing: true })]) },
    'replicas-ready',
    'failure',
    'replica-not-ready',
    '1 of 2 ready; the others have no pods',
  ],
  [
    'it is scaled to nothing',
    { deployment: known({ spec: { replicas: 0 } }), replicas: known([]) },
    'replicas-ready',
    'failure',
    'replica-not-ready',
    'scaled to 0',
  ],
  [
    'a replica has ended',
    {
      replicas: known([
        replica('a', {
          restarts: 3,
          lastTermination: {
            reason: 'OOMKilled',
            exitCode: 137,
            message: '',
            finishedAt: '2026-11-27T11:00:00Z',
          },
        }),
        replica('b'),
      ]),
    },
    'replicas-steady',
    'warning',
    'replica-restarted',
    'pod a, restarted 3 times, ended at 2026-11-27T11:00:00Z with OOMKilled, exit code 137',
  ],
  [
    'the replicas differ',
    { replicas: known([replica('a'), replica('b', { image: 'sidecar-injector:0.2.0' })]) },
    'replicas-alike',
    'warning',
    'replicas-differ',
    'sidecar-injector:0.1.0 and sidecar-injector:0.2.0',
  ],
  [
    'no authority is published',
    { webhookConfigurations: known([withBundle('')]) },
    'authority-published',
    'failure',
    'ca-bundle-missing',
    'webhook pods.sidecar.io has no caBundle',
  ],
  [
    'what is published is no certificate',
    { webhookConfigurations: known([withBundle('-----BEGIN CERTIFICATE-----\nx')]) },
    'authority-published',
    'failure',
    'ca-bundle-unreadable',
    'caBundle of webhook pods.sidecar.io',
  ],
  [
    'the authority has expired',
    { webhookConfigurations: known([withBundle(old.authority.cert)]) },
    'authority-published',
    'failure',
    'certificate-expired',
    'is expired',
  ],
  [
    'the authority is renewed late',
    { webhookConfigurations: known([withBundle(late.authority.cert)]) },
    'authority-published',
    'warning',
    'certificate-expires',
    '2026-12-02',
  ],
  [
    'the authority is another',
    { webhookConfigurations: known([withBundle(others.authority.cert)]) },
    'certificate-served',
    'failure',
    'ca-bundle-mismatch',
    'has signed the certificate of pod sidecar-injector-a',
  ],
  [
    'a foreign certificate is served',
    served(others.leaf.cert),
    'certificate-served',
    'failure',
    'ca-bundle-mismatch',
    'has signed the certificate of pod sidecar-injector-a',
  ],
  [
    'a certificate for another name is served',
    { ...served(elsewhere.leaf.cert), webhookConfigurations: known([withBundle(elsewhere.authority.cert)]) },
    'certificate-served',
    'failure',
    'ca-bundle-mismatch',
    'DNS:sidecar-injector.platform.svc, not for sidecar-injector.sidecar-injector.svc',
  ],
  [
    'the certificate has expired',
    served(old.leaf.cert),
    'certificate-valid',
    'failure',
    'certificate-expired',
    'of pod sidecar-injector-a is expired',
  ],
  [
    'the certificate is renewed late',
    served(late.leaf.cert),
    'certificate-valid',
    'warning',
    'certificate-expires',
    'of pod sidecar-injector-a',
  ],
  [
    'the metrics say that it has expired',
    { served: [{ replica: 'a', chain: forbidden, expiresAt: known(new Date(now.getTime() - 1000)) }] },
    'certificate-valid',
    'failure',
    'certificate-expired',
    'pod a',
  ],
  [
    'nobody says when it expires',
    { served: [{ replica: 'a', chain: forbidden, expiresAt: forbidden }] },
    'certificate-valid',
    'warning',
    'not-allowed-to-read',
    'User "ada"',
  ],
  [
    'one of two replicas does not say when it expires',
    { served: [...(healthy.served ?? []), { replica: 'c', chain: forbidden }] },
    'certificate-valid',
    'warning',
    'not-allowed-to-read',
    'User "ada"',
  ],
  [
    'the API server does not trust it',
    {
      ...refused(
        `${calling}Post "https://x": tls: failed to verify certificate: x509: certificate signed by unknown authority`,
      ),
      served: [],
    },
    'certificate-served',
    'failure',
    'ca-bundle-mismatch',
    'unknown authority',
  ],
  [
    'the API server gets no answer to shake hands with',
    { ...refused(`${calling}no endpoints available for service "sidecar-injector"`), served: [] },
    'certificate-served',
    'failure',
    'not-readable',
    'no replica',
  ],
  [
    'the webhook was not asked, so that nobody has shaken hands',
    { ...answer({ pod: { metadata: {}, spec: {} } }), served: [] },
    'certificate-served',
    'failure',
    'not-readable',
    'no replica',
  ],
  [
    'somebody else refused the pod, before the webhook or after it',
    { ...refused('pods "x" is forbidden: exceeded quota'), served: [] },
    'certificate-served',
    'failure',
    'not-readable',
    'no replica',
  ],
  [
    'there is no guard',
    { policies: known(shippedPolicies.slice(1)) },
    'guard',
    'failure',
    'guard-absent',
    'sidecar-injector-guard',
  ],
  [
    'the guard has no binding',
    { policyBindings: known(shippedBindings.slice(1)) },
    'guard',
    'failure',
    'guard-not-in-force',
    'sidecar-injector-guard',
  ],
  [
    'the guard only warns',
    {
      policyBindings: known(
        shippedBindings.map(binding => ({
          ...binding,
          spec: { ...(binding['spec'] as JsonObject), validationActions: ['Warn'] },
        })),
      ),
    },
    'guard',
    'failure',
    'guard-not-in-force',
    'sidecar-injector-guard',
  ],
  [
    'the guard is bound for some namespaces',
    {
      policyBindings: known(
        shippedBindings.map(binding => ({
          ...binding,
          spec: { ...(binding['spec'] as JsonObject), matchResources: {} },
        })),
      ),
    },
    'guard',
    'failure',
    'guard-not-in-force',
    'sidecar-injector-guard',
  ],
  [
    'the guard is changed',
    {
      policies: known(
        shippedPolicies.map(policy => ({
          ...policy,
          spec: { ...(policy['spec'] as JsonObject), failurePolicy: 'Ignore' },
        })),
      ),
    },
    'guard',
    'failure',
    'guard-changed',
    'spec.failurePolicy',
  ],
  [
    'there is no guard of labelled namespaces',
    { policies: known(shippedPolicies.filter(isNoNamespaceGuard)) },
    'namespace-guard',
    'failure',
    'guard-absent',
    'sidecar-injector-namespace-guard',
  ],
  [
    'the guard of labelled namespaces only warns',
    {
      policyBindings: known(
        shippedBindings.map(binding => ({
          ...binding,
          spec: { ...(binding['spec'] as JsonObject), validationActions: ['Warn'] },
        })),
      ),
    },
    'namespace-guard',
    'failure',
    'guard-not-in-force',
    'sidecar-injector-namespace-guard',
  ],
  [
    'the webhook for labelled namespaces fails open, and their guard is there',
    own(failingOpen),
    'webhook-as-installed',
    'failure',
    'webhook-changed',
    'webhooks[pods-in-namespaces.sidecar.io].failurePolicy is "Ignore" and not "Fail"',
  ],
  [
    'a webhook for the cluster is missing beside the other',
    withMore(shippedClusterWebhooks.slice(0, 1)),
    'webhook-registered',
    'failure',
    'webhook-missing',
    'has no webhook workloads-in-cluster.sidecar.io',
  ],
  [
    'a webhook for the cluster has no authority',
    withMore(shippedClusterWebhooks),
    'authority-published',
    'failure',
    'ca-bundle-missing',
    'webhook pods-in-cluster.sidecar.io has no caBundle',
  ],
  [
    'a webhook for the cluster asks about annotated pods too',
    withMore(shippedClusterWebhooks.map(webhook => ({ ...webhook, matchConditions: [] }))),
    'webhook-as-installed',
    'failure',
    'webhook-changed',
    'webhooks[pods-in-cluster.sidecar.io].matchConditions',
  ],
  [
    'a webhook for the cluster fails closed',
    withMore(shippedClusterWebhooks.map(webhook => ({ ...webhook, failurePolicy: 'Fail' }))),
    'webhook-as-installed',
    'warning',
    'webhook-changed',
    'webhooks[pods-in-cluster.sidecar.io].failurePolicy is "Fail" and not "Ignore"',
  ],
  [
    'policies may not be read',
    { policies: forbidden },
    'guard',
    'failure',
    'not-allowed-to-read',
    'User "ada"',
  ],
  [
    'a policy that warns is gone',
    { policies: known(shippedPolicies.slice(0, -1)) },
    'policies',
    'warning',
    'policy-absent',
    '"sidecar-injector-unwatched-kinds" is not there',
  ],
  [
    'a definition is broken',
    { definitions: known({ 'a.yaml': 'kind: Nonsense' }) },
    'definitions',
    'failure',
    'definition-broken-in-cluster',
    'a.yaml:1:',
  ],
  [
    'there is no ConfigMap',
    { definitions: known(undefined) },
    'definitions',
    'failure',
    'definitions-missing',
    'sidecar-injector-sidecars is not there',
  ],
  [
    'the ConfigMap is empty',
    { definitions: known({}) },
    'definitions',
    'failure',
    'definitions-missing',
    'has no definition',
  ],
  [
    'a replica has other definitions',
    {
      versions: {
        namespace: 'x',
        replicas: known([
          {
            pod: 'a',
            version: known({
              version: '0',
              node: '',
              nativeSidecars: true,
              definitions: [{ sidecar: 'git-sync', hash: '0'.repeat(16), file: 'git-sync.yaml' }],
            }),
          },
        ]),
      },
    },
    'definitions-in-force',
    'failure',
    'definition-not-in-force',
    'pod a in namespace sidecar-injector: git-sync (',
  ],
  [
    'a replica does not say what it has in force',
    { versions: { namespace: 'x', replicas: known([{ pod: 'a', version: forbidden }]) } },
    'definitions-in-force',
    'warning',
    'not-allowed-to-read',
    'User "ada"',
  ],
  [
    'the API server shows no certificate where one is required',
    refused(`${calling}Post "https://x": remote error: tls: certificate required`),
    'client-certificate',
    'failure',
    'client-certificate-refused',
    'tls: certificate required',
  ],
  [
    'the connection of the API server ends where a certificate is required',
    { ...seeing({ areRequired: true, shown: 'unknown' }), ...refused(`${calling}Post "https://x": EOF`) },
    'client-certificate',
    'failure',
    'client-certificate-refused',
    'EOF',
  ],
  [
    'the API server ends its connection itself where a certificate is required',
    {
      ...seeing({ areRequired: true, shown: 'unknown' }),
      ...refused(`${calling}Post "https://x": use of closed network connection`),
    },
    'client-certificate',
    'failure',
    'client-certificate-refused',
    'use of closed network connection',
  ],
  [
    'some reviews come without a certificate although one is required',
    seeing({ areRequired: true, shown: 'always' }, { areRequired: false, shown: 'never' }),
    'client-certificate',
    'warning',
    'client-certificate-refused',
    'with one and without',
  ],
  [
    'nobody may ask what certificates the replicas see',
    { versions: { namespace: 'x', replicas: forbidden } },
    'client-certificate',
    'warning',
    'not-allowed-to-read',
    'User "ada"',
  ],
  [
    'a label means nothing',
    { namespaces: known([namespaceOf('a', { 'sidecar.io/inject': 'false' })]) },
    'namespace-labels',
    'warning',
    'namespace-label-unknown',
    'namespace a is "false"',
  ],
  [
    'nobody may create a pod',
    { probe: forbidden },
    'pod-injected',
    'failure',
    'not-allowed-to-read',
    'User "ada"',
  ],
  [
    'the pod comes back bare',
    answer({ pod: { metadata: {}, spec: { containers: [{ name: 'app' }] } } }),
    'pod-injected',
    'failure',
    'pod-bare',
    'came back as it was',
  ],
  [
    'the namespace is opted out',
    {
      ...answer({ pod: { metadata: {}, spec: {} } }),
      namespaces: known([namespaceOf('default', { 'sidecar.io/inject': 'disabled' })]),
    },
    'pod-injected',
    'failure',
    'namespace-opted-out',
    'namespace default is left out',
  ],
  [
    'the namespace is excluded',
    {
      ...answer({ pod: { metadata: {}, spec: {} } }),
      ...own(webhook => ({
        ...webhook,
        namespaceSelector: {
          matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['default'] }],
        },
      })),
    },
    'pod-injected',
    'failure',
    'namespace-excluded',
    'namespace default is left out',
  ],
  [
    'another webhook takes the sidecar out',
    {
      ...answer({
        pod: {
          metadata: { annotations: { 'sidecar.io/status': '{}' } },
          spec: { containers: [{ name: 'app' }] },
        },
      }),
      webhookConfigurations: known([
        withBundle(authority.cert),
        {
          metadata: { name: 'zeta' },
          webhooks: [
            {
              name: 'z.example.com',
              rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
            },
          ],
        },
      ]),
    },
    'pod-injected',
    'failure',
    'removed-by-another-webhook',
    'zeta/z.example.com',
  ],
  [
    'the guard refuses the pod',
    refused(
      `pods "x" is forbidden: ValidatingAdmissionPolicy 'sidecar-injector-guard' with binding 'sidecar-injector-guard' denied request`,
    ),
    'pod-injected',
    'failure',
    'pod-bare',
    'sidecar-injector-guard',
  ],
  [
    'the guard refuses the pod because its container is gone',
    refused(
      `pods "x" is forbidden: ValidatingAdmissionPolicy 'sidecar-injector-guard' denied request: annotation a asks for a sidecar that annotation sidecar.io/status does not tell of, or that the pod does not have; remove`,
    ),
    'pod-injected',
    'failure',
    'removed-by-another-webhook',
    'asked after the injector: nobody that is known',
  ],
  [
    'the injector does not answer',
    refused(`${calling}Post "https://x": dial tcp 10.0.0.1:443: connect: connection refused`),
    'pod-injected',
    'failure',
    'webhook-unreachable',
    'connection refused',
  ],
  [
    'the API server finds no endpoints',
    refused(`${calling}no endpoints available for service "sidecar-injector"`),
    'pod-injected',
    'failure',
    'service-without-endpoints',
    'no endpoints',
  ],
  [
    'the certificate has expired for the API server',
    refused(`${calling}tls: failed to verify certificate: x509: certificate has expired or is not yet valid`),
    'pod-injected',
    'failure',
    'certificate-expired',
    'has expired',
  ],
  [
    'somebody refuses the pod',
    refused('pods "x" is forbidden: exceeded quota'),
    'pod-injected',
    'failure',
    'probe-refused',
    'in namespace default: pods "x" is forbidden: exceeded quota',
  ],
];

describe('a check', () => {
  it.each(every)('$name is well where all is', check => {
    expect(checkInstallation([check], healthy)).toEqual([
      expect.objectContaining({ check: check.name, title: check.title, outcome: 'ok' }),
    ]);
  });

  it.each(cases)('tells that %s', (_what, change, name, ...[outcome, code, cause]) => {
    const check = every.filter(candidate => candidate.name === name);
    const [result] = checkInstallation(check, { ...healthy, ...change });
    expect(result).toMatchObject({ check: name, outcome, code, cause: expect.stringContaining(cause) });
    expect(result).toHaveProperty('advice', expect.stringMatching(/./));
  });

  it.each(every)('$name can be not well', ({ name }) => {
    expect(cases.map(([, , check]) => check)).toContain(name);
  });

  it.each(every)('$name takes nothing for well of which nothing is known', check => {
    const nothing = Object.fromEntries(
      Object.keys(healthy)
        .filter(key => !['now', 'namespace', 'server', 'served', 'versions', 'preparation'].includes(key))
        .map(key => [key, forbidden]),
    );
    const needsServerOnly = ['kubernetes-api', 'kubernetes-version', 'admission-policies'].includes(
      check.name,
    );
    const { served: _served, versions: _versions, preparation: _preparation, ...others } = healthy;
    const server = needsServerOnly ? forbidden : healthy.server;
    const [result] = checkInstallation([check], { ...others, ...nothing, server });
    expect(result?.outcome).not.toBe('ok');
  });
});

describe('what is seen of client certificates', () => {
  const [certificate] = every.filter(({ name }) => name === 'client-certificate');
  const told = (change: Change) =>
    checkInstallation(certificate === undefined ? [] : [certificate], { ...healthy, ...change });

  it.each([
    ['never', 'unknown', 'not required; the API server shows none'],
    ['always', 'unknown', 'not required; the API server shows one'],
    ['always', 'never', 'not required; within an hour reviews came with one and without'],
    [
      'unknown',
      'unknown',
      'not required; no review has come yet that would tell whether the API server shows one',
    ],
  ] as const)('is told of all replicas together: %s and %s', (one, other, seen) => {
    const change = seeing({ areRequired: false, shown: one }, { areRequired: false, shown: other });
    expect(told(change)).toEqual([expect.objectContaining({ outcome: 'ok', seen })]);
  });

  it('a connection that ends has nothing to do with them where none is required', () => {
    const change = { ...seeing({ areRequired: false, shown: 'never' }), ...refused(`${calling}EOF`) };
    expect(told(change)).toEqual([expect.objectContaining({ outcome: 'ok' })]);
  });

  it('is not known before there is an injector', () => {
    expect(told({ versions: undefined })).toEqual([
      expect.objectContaining({
        outcome: 'ok',
        seen: 'no injector is there yet, which alone would see one',
      }),
    ]);
  });
});

describe('labels of namespaces that mean something', () => {
  const [labels] = every.filter(({ name }) => name === 'namespace-labels');
  const told = (...values: readonly string[]) =>
    checkInstallation(labels === undefined ? [] : [labels], {
      ...healthy,
      namespaces: known(
        values.map((value, index) => namespaceOf(`n${index}`, { 'sidecar.io/inject': value })),
      ),
    });

  it.each([
    [['enabled'], 'count for their pods: n0'],
    [['disabled'], 'left out: n0'],
    [['disabled', 'enabled', 'enabled'], 'count for their pods: n1 and n2; left out: n0'],
    [[], 'none is left out'],
  ])('are told by what they do: %j', (values, seen) => {
    expect(told(...values)).toEqual([expect.objectContaining({ outcome: 'ok', seen })]);
  });

  it('are written in small letters', () => {
    expect(told('Enabled')).toEqual([
      expect.objectContaining({
        outcome: 'warning',
        advice: expect.stringContaining('write "enabled" to have'),
      }),
    ]);
  });
});

describe('an installation that is not quite as the manifests say', () => {
  it.each<readonly [what: string, change: Change]>([
    [
      'a rule more',
      own(webhook => ({
        ...webhook,
        rules: [
          ...(webhook['rules'] as JsonObject[]),
          {
            apiGroups: ['argoproj.io'],
            apiVersions: ['v1alpha1'],
            operations: ['CREATE'],
            resources: ['rollouts'],
            scope: 'Namespaced',
          },
        ],
      })),
    ],
    [
      'a rule for everything',
      own(webhook => ({
        ...webhook,
        rules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*'], scope: '*' }],
      })),
    ],
    ['a namespace more that is left out', own(withExcluded)],
    [
      'what namespaces-ignore makes of it',
      { ...own(failingOpen), policies: known(shippedPolicies.filter(isNoNamespaceGuard)) },
    ],
    [
      'what cluster-wide makes of it',
      withMore(webhooksOf(withBundle(authority.cert, {}, shippedClusterWebhooks))),
    ],
    [
      'an annotation of cert-manager',
      {
        webhookConfigurations: known([
          {
            ...withBundle(authority.cert),
            metadata: { name: 'sidecar-injector', annotations: { 'cert-manager.io/inject-ca-from': 'a/b' } },
          },
        ]),
      },
    ],
    [
      'a webhook of somebody else',
      {
        webhookConfigurations: known([
          {
            ...withBundle(authority.cert),
            webhooks: [...webhooksOf(withBundle(authority.cert)), { name: 'other.example.com' }],
          },
        ]),
      },
    ],
    [
      'a certificate of an authority before the present one',
      { webhookConfigurations: known([withBundle(`${others.authority.cert}${authority.cert}`)]) },
    ],
    [
      'an old authority beside the present one',
      { webhookConfigurations: known([withBundle(`${old.authority.cert}${authority.cert}`)]) },
    ],
    [
      'a Service of the type ExternalName',
      { service: known({ spec: { type: 'ExternalName', externalName: 'localhost' } }), endpoints: known([]) },
    ],
    [
      'restarts of last week',
      {
        replicas: known([
          replica('a', {
            restarts: 2,
            lastTermination: {
              reason: 'Error',
              exitCode: 1,
              message: '',
              finishedAt: '2026-11-20T11:00:00Z',
            },
          }),
          replica('b'),
        ]),
      },
    ],
    [
      'a replica that is going',
      {
        replicas: known([
          replica('a'),
          replica('b'),
          replica('c', { isGoing: true, isReady: false, image: 'sidecar-injector:0.0.9' }),
        ]),
      },
    ],
    [
      'no right to forward a port',
      {
        served: [
          {
            replica: 'sidecar-injector-a',
            chain: forbidden,
            expiresAt: known(new Date(now.getTime() + dayMs)),
          },
        ],
      },
    ],
  ])('is well with %s', (_what, change) => {
    const results = checkInstallation(checksAfter, { ...healthy, ...change });
    expect(results.filter(({ outcome }) => outcome !== 'ok')).toEqual([]);
  });

  it('has shaken hands with the API server where the injector itself refuses the pod', () => {
    const change = refused('admission webhook "pods.sidecar.io" denied the request: no (unknown-sidecar)');
    const results = checkInstallation(checksAfter, { ...healthy, ...change, served: [] });
    expect(results.find(({ check }) => check === 'certificate-served')).toMatchObject({
      outcome: 'ok',
      seen: "by the API server's own handshake",
    });
  });

  it('is asked no further where the API does not answer', () => {
    const results = checkInstallation(checksAfter, { ...healthy, server: unknown('gone') });
    expect(results.map(({ check }) => check)).toEqual(['kubernetes-api']);
  });

  function withExcluded(webhook: JsonObject): JsonObject {
    const selector = webhook['namespaceSelector'];
    const expressions = isObject(selector) ? selector['matchExpressions'] : undefined;
    // All namespaces are those of the webhook that is asked about them.
    if (!Array.isArray(expressions)) return webhook;
    const matchExpressions = (expressions as readonly JsonObject[]).map(expression => ({
      ...expression,
      values: [
        ...(expression['values'] as string[]),
        ...(expression['operator'] === 'NotIn' ? ['more'] : []),
      ],
    }));
    return { ...webhook, namespaceSelector: { matchExpressions } };
  }
});

it('takes the certificate of the tests for a good one', () => {
  expect(leaf.cert).toMatch(/^-----BEGIN CERTIFICATE-----/);
});
