/** An installation in which all is well, as facts, to be spoilt in one place at a time. */
import { readFileSync } from 'node:fs';
import { clusterDefinitions } from '../src/diagnosis/cluster-definitions.ts';
import { known } from '../src/diagnosis/fact.ts';
import type { Installation, Replica } from '../src/diagnosis/installation.ts';
import { webhooksOf } from '../src/diagnosis/registration.ts';
import {
  shippedBindings,
  shippedPolicies,
  shippedService,
  shippedWebhooks,
} from '../src/diagnosis/shipped-installation.ts';
import { isObject, type Json, type JsonObject } from '../src/kubernetes/json.ts';
import { issueAuthority, issueServingCertificate, type KeyPair } from '../src/tls/issue-certificate.ts';

/** When the facts were learnt. */
export const now = new Date('2026-11-27T12:00:00Z');

export const host = 'sidecar-injector.sidecar-injector.svc';

/** An authority, and a certificate that it has signed. */
export interface Certificates {
  readonly authority: KeyPair;
  readonly leaf: KeyPair;
}

export async function issueCertificates(from = now, days = 365, leafHost = host): Promise<Certificates> {
  const authority = await issueAuthority({ now: from, days });
  return { authority, leaf: await issueServingCertificate(authority, [leafHost], { now: from, days }) };
}

export function healthyInstallation({ authority, leaf }: Certificates): Installation {
  const definitions = {
    'git-sync.yaml': readFileSync(new URL('../sidecars/git-sync.yaml', import.meta.url), 'utf8'),
  };
  const replicas = [replica('sidecar-injector-a'), replica('sidecar-injector-b')];
  const inForce = [...clusterDefinitions({ definitions: known(definitions) }).sidecars.values()].map(
    ({ name, hash }) => ({ sidecar: name, hash, file: `${name}.yaml` }),
  );
  return {
    now,
    namespace: 'sidecar-injector',
    server: known({ major: 1, minor: 34, text: 'v1.34.0', hasPolicies: true, hasMutatingPolicies: true }),
    webhookConfigurations: known([withBundle(authority.cert)]),
    service: known(shippedService),
    endpoints: known(
      replicas.map(({ name }, index) => ({ addresses: [`10.0.1.${index}`], isReady: true, pod: name })),
    ),
    deployment: known({ metadata: { name: 'sidecar-injector' }, spec: { replicas: 2 } }),
    replicas: known(replicas),
    policies: known(shippedPolicies),
    policyBindings: known(shippedBindings),
    mutatingPolicies: known([]),
    mutatingPolicyBindings: known([]),
    definitions: known(definitions),
    namespaces: known([namespaceOf('default'), namespaceOf('sidecar-injector')]),
    served: replicas.map(({ name }) => ({ replica: name, chain: known([leaf.cert]) })),
    versions: {
      namespace: 'sidecar-injector',
      replicas: known(
        replicas.map(({ name }) => ({
          pod: name,
          version: known({ version: '0.1.0', node: 'v24.0.0', nativeSidecars: true, definitions: inForce }),
        })),
      ),
    },
    probe: known({
      namespace: 'default',
      sidecar: 'git-sync',
      answer: {
        pod: {
          metadata: { annotations: { 'sidecar.io/status': '{}' } },
          spec: { initContainers: [{ name: 'git-sync' }], containers: [{ name: 'app' }] },
        },
      },
    }),
    preparation: { missingRights: known([]), presentObjects: known([]) },
  };
}

export function replica(name: string, others: Partial<Replica> = {}): Replica {
  return {
    name,
    isReady: true,
    isGoing: false,
    phase: 'Running',
    image: 'sidecar-injector:0.1.0',
    restarts: 0,
    why: '',
    lastTermination: undefined,
    createdAt: '2026-11-27T00:00:00Z',
    ...others,
  };
}

export function namespaceOf(name: string, labels: Readonly<Record<string, string>> = {}) {
  return { name, labels: { 'kubernetes.io/metadata.name': name, ...labels } };
}

/** The registration as it is stored, each webhook changed as the test wants. */
export function registrationWith(
  change: (webhook: JsonObject) => Json,
  webhooks = webhooksOf(shippedWebhooks),
): JsonObject {
  return { ...shippedWebhooks, webhooks: webhooks.map(change) };
}

/** The registration with an authority in PEM. */
export function withBundle(
  authority: string,
  others: JsonObject = {},
  webhooks = webhooksOf(shippedWebhooks),
): JsonObject {
  const caBundle = Buffer.from(authority).toString('base64');
  return registrationWith(webhook => {
    const { clientConfig } = webhook;
    return {
      ...webhook,
      clientConfig: isObject(clientConfig)
        ? { ...clientConfig, ...(authority === '' ? {} : { caBundle }) }
        : {},
      ...others,
    };
  }, webhooks);
}
