/** Golden cases of which policies make something else than the webhook, each with the line of the report that says so. */
import type { LossCode } from '../../src/policies/losses.ts';

/** The comparison finds those of `left-out-not-marked`, `order-of-lists` and `validated-before` by itself. */
export const listedDifferences: Readonly<Record<string, LossCode>> = {
  'all-four': 'order-of-lists',
  'all-four-guaranteed': 'order-of-lists',
  'container-taken-out-again': 'status-without-container',
  'inherited-parameters': 'cluster-rules',
  'left-out-by-namespace': 'left-out-not-marked',
  'opted-out-by-namespace': 'left-out-not-marked',
  'refused-broken-definition': 'broken-definition',
  'refused-claim-unusable': 'validated-before',
  'refused-containers-without-mount': 'validated-before',
  'refused-name-too-long': 'validated-before',
  'refused-no-containers': 'validated-before',
  'refused-no-containers-at-all': 'validated-before',
  'refused-parameters-changed': 'status-by-webhook',
  'sidecar-too-large': 'sidecar-size',
  'unknown-sidecar-let-through': 'unknown-let-through',
};

/** The lines of the report that other tests, or nothing but documents, show. */
export const shownElsewhere: Readonly<Partial<Record<LossCode, string>>> = {
  'control-characters': 'test/e2e/policy-parameters.test.ts',
  'hidden-value': 'test/e2e/policy-parameters.test.ts',
  'host-notation': 'test/e2e/policy-parameters.test.ts',
  'ipv6-notation': 'test/e2e/policy-parameters.test.ts',
  'large-exponent': 'test/e2e/policy-parameters.test.ts',
  'many-values': 'test/e2e/policy-parameters.test.ts',
};
