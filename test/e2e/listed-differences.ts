/** Golden cases of which policies make something else than the webhook, each with the line of the report that says so. */
import type { LossCode } from '../../src/policies/losses.ts';

/** The comparison finds those of `left-out-not-marked` and `validated-before` by itself. */
export const listedDifferences: Readonly<Record<string, LossCode>> = {
  'container-taken-out-again': 'status-without-container',
  'inherited-parameters': 'cluster-rules',
  'left-out-by-namespace': 'left-out-not-marked',
  'no-next-version': 'next-version',
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

/** What depends on the order in which the API server asks the policies, which it does not promise: it may show or not. */
export const byOrder: readonly LossCode[] = ['annotation-of-two', 'order-of-lists'];

/** The golden case in which two definitions bring one annotation. */
export const caseOfTwo = 'several-sidecars';

/** The lines of the report that other tests show, or that the command tells of settings. */
export const shownElsewhere: Readonly<Partial<Record<LossCode, string>>> = {
  'control-characters': 'test/e2e/policy-parameters.test.ts',
  'hidden-value': 'test/e2e/policy-parameters.test.ts',
  'host-notation': 'test/e2e/policy-parameters.test.ts',
  'ipv6-notation': 'test/e2e/policy-parameters.test.ts',
  'large-exponent': 'test/e2e/policy-parameters.test.ts',
  'long-switch': 'test/unit/policies/parameters/compile-parameter.test.ts',
  'many-values': 'test/e2e/policy-parameters.test.ts',
  'name-clash-across': 'test/e2e/policy-losses.test.ts',
  'odd-paths': 'test/e2e/policy-losses.test.ts',
  'shared-volumes-in-one': 'test/e2e/policy-losses.test.ts',
  'status-form': 'test/e2e/policy-losses.test.ts',
  'template-volume': 'test/e2e/policy-losses.test.ts',
  'unicode-version': 'test/unit/policies/parameters/print-pattern.test.ts',
  'version-rules': 'test/unit/cli/definitions/compile.test.ts',
  'workload-kinds': 'test/unit/cli/definitions/compile.test.ts',
  'workload-not-judged': 'test/e2e/policy-losses.test.ts',
  'workload-warnings': 'test/unit/cli/definitions/compile.test.ts',
};
