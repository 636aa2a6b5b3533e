import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Circumstances } from '../../../../src/diagnosis/explanation/circumstances.ts';
import type { Family, Surroundings } from '../../../../src/diagnosis/explanation/surroundings.ts';
import { known, unknown } from '../../../../src/diagnosis/fact.ts';
import { applyPatch } from '../../../../src/injection/patch/apply-patch.ts';
import type { JsonObject } from '../../../../src/kubernetes/json.ts';
import { readPod } from '../../../../src/kubernetes/pod.ts';
import { type RunningPod, readRunningPod } from '../../../../src/kubernetes/running-pod.ts';
import { injected } from '../../../injection-fixture.ts';
import { engineOf } from './engine-fixture.ts';

/** The registration that ships, as the API server has it since a moment. */
export function registration(createdAt = '2026-01-01T00:00:00Z'): JsonObject {
  const file = new URL('../../../../deploy/base/mutating-webhook-configuration.yaml', import.meta.url);
  const shipped = parse(readFileSync(file, 'utf8')) as JsonObject;
  return { ...shipped, metadata: { ...(shipped['metadata'] as JsonObject), creationTimestamp: createdAt } };
}

/** The injector where deploy/ puts it, beside these registrations. */
export function registeredAs(...registrations: readonly JsonObject[]): Surroundings['installation'] {
  return {
    ...unseen,
    webhookConfigurations: known(registrations),
    policies: known([]),
    mutatingPolicies: known([]),
  };
}

/** The same where nobody may see them. */
export const unseen: Surroundings['installation'] = {
  namespace: 'sidecar-injector',
  webhookConfigurations: unknown('forbidden', true),
  policies: unknown('forbidden', true),
  mutatingPolicies: unknown('forbidden', true),
};

/** A namespace that nothing is special about, beside an injector that is well. */
export const sane: Surroundings = {
  namespace: 'shop',
  labels: known({ 'kubernetes.io/metadata.name': 'shop' }),
  installation: registeredAs(registration()),
  troubles: [],
  doubts: [],
};

export const noFamily: Family = { owners: [], children: [], pods: [], services: [], failedCreations: [] };

export function circumstances(
  surroundings: Partial<Surroundings> = {},
  family: Partial<Family> = {},
): Circumstances {
  return {
    engine: engineOf(),
    surroundings: { ...sane, ...surroundings },
    family: { ...noFamily, ...family },
  };
}

const created = '2026-06-01T10:00:00Z';

/** A pod that the API server has, written at once by one manager unless it is said who wrote what. */
export function storedPod(
  annotations: Readonly<Record<string, string>>,
  metadata: object = {},
): JsonObject & RunningPod {
  const fields = Object.fromEntries(Object.keys(annotations).map(key => [`f:${key}`, {}]));
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'web-1',
      namespace: 'shop',
      uid: 'uid-of-web-1',
      creationTimestamp: created,
      annotations,
      managedFields: [
        {
          manager: 'kubectl-create',
          operation: 'Update',
          time: created,
          fieldsV1: { 'f:metadata': { 'f:annotations': fields }, 'f:spec': { 'f:containers': {} } },
        },
      ],
      ...metadata,
    },
    spec: { containers: [{ name: 'app', image: 'nginx:1.29' }] },
    status: { phase: 'Running' },
  };
  return readRunningPod(pod) as JsonObject & RunningPod;
}

/** The same after the webhook. */
export function injectedPod(
  annotations: Readonly<Record<string, string>>,
  metadata: object = {},
): JsonObject & RunningPod {
  const pod = storedPod(annotations, metadata);
  return applyPatch(pod, injected(readPod(pod)).operations);
}
