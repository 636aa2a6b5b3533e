/**
 * The AdmissionReview of admission.k8s.io/v1, request and response; the client library has no types for it.
 * https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#request
 */
import { checkFields, type FieldShape } from './field-shape.ts';
import { isObject } from './json.ts';
import { MalformedObjectError } from './malformed-object-error.ts';
import type { Optional } from './pod.ts';

/** What the API server asks. `name` is absent for pods whose name is generated: that happens after admission. */
export interface AdmissionRequest {
  readonly uid: string;
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
  readonly resource?: Optional<{
    readonly group?: Optional<string>;
    readonly version?: Optional<string>;
    readonly resource?: Optional<string>;
  }>;
  readonly operation: string;
  readonly subResource?: Optional<string>;
  readonly namespace?: Optional<string>;
  readonly name?: Optional<string>;
  readonly dryRun?: Optional<boolean>;
  readonly object: unknown;
  readonly oldObject?: unknown;
}

/** The answer: `patch` is a base64-encoded JSON Patch and stands together with `patchType` or not at all. */
export interface AdmissionResponse {
  readonly uid: string;
  readonly allowed: boolean;
  readonly patchType?: 'JSONPatch';
  readonly patch?: string;
  readonly warnings?: readonly string[];
  readonly status?: { readonly code: number; readonly reason: string; readonly message: string };
}

export interface AdmissionReview {
  readonly apiVersion: 'admission.k8s.io/v1';
  readonly kind: 'AdmissionReview';
  readonly response: AdmissionResponse;
}

/**
 * Takes parsed JSON for an AdmissionReview and returns its request, not copied.
 *
 * @throws MalformedObjectError where it is no AdmissionReview of admission.k8s.io/v1 with a request.
 */
export function readAdmissionRequest(value: unknown): AdmissionRequest {
  if (
    !isObject(value) ||
    value['kind'] !== 'AdmissionReview' ||
    value['apiVersion'] !== 'admission.k8s.io/v1'
  ) {
    throw new MalformedObjectError('body', 'an AdmissionReview of admission.k8s.io/v1', value);
  }
  checkFields(value['request'], requestShape, 'request');
  const request = value['request'] as unknown as AdmissionRequest;
  // It is echoed; that of an API server has 36 characters.
  if (request.uid.length > maxUidLength) {
    throw new MalformedObjectError('request.uid', `at most ${maxUidLength} characters`, request.uid);
  }
  return request;
}

const maxUidLength = 253;

const requestShape: FieldShape = {
  required: ['uid', 'kind', 'operation'],
  fields: {
    uid: 'string',
    kind: {
      required: ['kind'],
      fields: { group: 'string', version: 'string', kind: 'string' },
    },
    resource: { fields: { group: 'string', version: 'string', resource: 'string' } },
    operation: 'string',
    subResource: 'string',
    namespace: 'string',
    name: 'string',
    dryRun: 'boolean',
  },
};
