import { describe, expect, it } from 'vitest';
import { readAdmissionRequest } from '../../../src/kubernetes/admission-review.ts';
import { MalformedObjectError } from '../../../src/kubernetes/malformed-object-error.ts';

const request = {
  uid: '705ab4f5-6393-11e8-b7cc-42010a800002',
  kind: { group: '', version: 'v1', kind: 'Pod' },
  operation: 'CREATE',
  object: {},
};
const review = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request };

function problem(value: unknown): string {
  try {
    readAdmissionRequest(value);
    return 'none';
  } catch (error) {
    if (!(error instanceof MalformedObjectError)) throw error;
    return error.message;
  }
}

describe('an AdmissionReview', () => {
  it('holds a request, which is not copied', () => {
    expect(readAdmissionRequest(review)).toBe(request);
  });

  it('has a uid that is no longer than any other, because it is echoed', () => {
    const withUid = (uid: string) => ({ ...review, request: { ...request, uid } });
    expect(readAdmissionRequest(withUid('u'.repeat(253))).uid).toHaveLength(253);
    expect(() => readAdmissionRequest(withUid('u'.repeat(254)))).toThrow(
      'request.uid: expected at most 253 characters',
    );
  });

  it('may have optional fields that are null, and fields of later versions', () => {
    const nulls = { subResource: null, namespace: null, name: null, dryRun: null, oldObject: null };
    expect(problem({ ...review, request: { ...request, ...nulls, futureField: [1] }, response: null })).toBe(
      'none',
    );
  });

  it.each([
    ['nothing', undefined, /^body: expected an AdmissionReview of admission\.k8s\.io\/v1, got nothing/],
    ['null', null, /^body: .*got null/],
    ['a list', [review], /^body: .*got a list/],
    ['a text', 'AdmissionReview', /^body: .*got a string/],
    ['an empty object', {}, /^body: .*got an object/],
    ['another kind', { ...review, kind: 'Pod' }, /^body: /],
    [
      'another version',
      { ...review, apiVersion: 'admission.k8s.io/v1beta1' },
      /^body: .*admission\.k8s\.io\/v1/,
    ],
    ['no request', { ...review, request: undefined }, /^request: expected an object, got nothing/],
    ['a request that is a list', { ...review, request: [] }, /^request: expected an object, got a list/],
    [
      'no uid',
      { ...review, request: { ...request, uid: undefined } },
      /^request\.uid: expected a string, got nothing/,
    ],
    [
      'a uid that is a number',
      { ...review, request: { ...request, uid: 1 } },
      /^request\.uid: expected a string, got a number/,
    ],
    [
      'no kind',
      { ...review, request: { ...request, kind: null } },
      /^request\.kind: expected an object, got null/,
    ],
    ['a kind without its kind', { ...review, request: { ...request, kind: {} } }, /^request\.kind\.kind: /],
    ['no operation', { ...review, request: { ...request, operation: undefined } }, /^request\.operation: /],
    [
      'a dryRun that is a text',
      { ...review, request: { ...request, dryRun: 'no' } },
      /^request\.dryRun: expected a boolean, got a string/,
    ],
  ])('is none where it is %s', (_what, value, message) => {
    expect(problem(value)).toMatch(message);
  });
});
