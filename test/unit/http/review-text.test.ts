import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordedReview } from '../../../bench/recorded-reviews.ts';
import { recordedKinds, recordedSizes } from '../../../bench/recorded-workloads.ts';
import { TooManyValuesError } from '../../../src/http/count-values.ts';
import { UnreadableBodyError } from '../../../src/http/read-body.ts';
import { parseReview, reviewText } from '../../../src/http/review-text.ts';

const podKind = { group: '', version: 'v1', kind: 'Pod' };

interface Parts {
  readonly kind?: object;
  readonly before?: object;
  readonly managedFields?: unknown;
  readonly behind?: object;
  readonly spec?: object;
  readonly request?: object;
}

/** A review with its keys in the order of an API server. */
function review({ kind = podKind, before = {}, behind = {}, spec = {}, request = {}, ...fields }: Parts) {
  const { managedFields } = {
    managedFields: [{ manager: 'kubectl', fieldsV1: { 'f:spec': {} } }],
    ...fields,
  };
  const metadata = { name: 'web', ...before, managedFields, ...behind };
  const object = { kind: 'Pod', apiVersion: 'v1', metadata, spec: { containers: [], ...spec }, status: {} };
  return {
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: { uid: '1', kind, operation: 'CREATE', object, oldObject: null, ...request },
  };
}

const parsed = (text: string) => parseReview(reviewText(Buffer.from(text)));
const skippedOf = (text: string) => reviewText(Buffer.from(text)).skipped;

describe('the text of a review', () => {
  it('lacks the managed fields of a pod until somebody reads them', () => {
    const text = JSON.stringify(review({}));
    expect(skippedOf(text)).toBe('{"manager":"kubectl","fieldsV1":{"f:spec":{}}}');
    expect(parsed(text)).toEqual(JSON.parse(text));
  });

  it.each(recordedKinds.flatMap(kind => recordedSizes.map(size => [kind, size] as const)))(
    'is without a third and more of what a real API server sent for a pod of a %s with %i containers',
    (kind, size) => {
      const body = recordedReview(kind, size);
      const { length } = reviewText(body).skipped;
      expect(length / body.length).toBeGreaterThan(1 / 3);
      expect(parsed(String(body))).toEqual(JSON.parse(String(body)));
    },
  );

  it.each<[what: string, text: string]>([
    ['another kind', JSON.stringify(review({ kind: { ...podKind, group: 'apps', kind: 'Deployment' } }))],
    ['a field behind the list', JSON.stringify(review({ behind: { selfLink: '' } }))],
    ['a bracket in the list', JSON.stringify(review({ managedFields: [{ manager: 'a]' }] }))],
    ['a list in the list', JSON.stringify(review({ managedFields: [{ fields: [1] }] }))],
    ['spaces', JSON.stringify(review({}), null, 1)],
    ['an empty list', JSON.stringify(review({ managedFields: [] }))],
    ['no list', JSON.stringify(review({ managedFields: 'none' }))],
    ['no managed fields', JSON.stringify(review({ managedFields: undefined }))],
    ['nothing but a list', '"managedFields":[1]},"spec":{'],
  ])('is whole where the review has %s', (_what, text) => {
    expect(skippedOf(text)).toBe('');
  });

  it.each<[what: string, text: string]>([
    [
      'a text that looks like the list',
      JSON.stringify(review({ before: { annotations: { a: '"managedFields":[{}]},"spec":{' } } })),
    ],
    [
      'a list of that name elsewhere',
      JSON.stringify(review({ request: { userInfo: { managedFields: ['a'] } } })),
    ],
    [
      'a manager with the name of the end',
      JSON.stringify(review({ managedFields: [{ manager: ']},"spec":{' }] })),
    ],
    ['the end within the list', '[{"a":{"b":[{}]},"spec":{}}]'],
    ['quotes that change their parts', '[{"manager":"]},"},{":1,":"]}"}]'],
    ['two lists of that name', '[{"a":1}],"managedFields":[{"b":2}]'],
    ['a spec within the metadata', '[{"a":1}]},"spec":{"nothing":{}'],
  ])('reads like the whole with %s', (_what, text) => {
    const whole = text.startsWith('[')
      ? JSON.stringify(review({ managedFields: 0 })).replace(':0', `:${text}`)
      : text;
    expect(parsed(whole)).toEqual(JSON.parse(whole));
  });

  it('is that of the pod and of nothing else in the review', () => {
    const other = { metadata: { managedFields: [{ manager: 'x'.repeat(100) }] }, spec: {} };
    for (const name of ['managedFields', 'a"managedFields']) {
      const text = JSON.stringify(review({ managedFields: [{ list: [1] }] }));
      const nobody = JSON.stringify(other).replace('managedFields', JSON.stringify(name).slice(1, -1));
      const both = text.replace('"operation"', `"nobody":${nobody},"operation"`);
      expect(skippedOf(both)).toBe(JSON.stringify(other.metadata.managedFields[0]));
      expect(parsed(both)).toEqual(JSON.parse(both));
    }
  });

  it('is a pod by its kind and not by a text at its beginning', () => {
    const kind = { group: 'apps', version: 'v1', kind: 'Deployment' };
    const text = JSON.stringify(review({ kind }));
    const swapped = text.replace('"uid"', `"nobody":{"kind":${JSON.stringify(podKind)}},"uid"`);
    expect(skippedOf(swapped)).not.toBe('');
    expect(
      Object.getOwnPropertyDescriptor(metadataOf(parsed(swapped)), 'managedFields')?.get,
    ).toBeUndefined();
    expect(parsed(swapped)).toEqual(JSON.parse(swapped));
  });

  it.each([
    ['before the list', (text: string) => text.replace('"uid"', 'uid')],
    ['behind it', (text: string) => text.slice(0, -1)],
    ['in front of its name', (text: string) => text.replace('"managedFields"', '"a""managedFields"')],
    ['where it ends', (text: string) => text.replace(']},"spec"', ']}},"spec"')],
  ])('is no JSON with a fault %s', (_where, broken) => {
    expect(() => parsed(broken(JSON.stringify(review({}))))).toThrow(UnreadableBodyError);
  });

  it('tells of a fault in what was skipped when that is read', () => {
    const text = JSON.stringify(review({})).replace('"kubectl"', 'kubectl');
    const pod = parsed(text);
    expect(pod).toBeDefined();
    expect(() => metadataOf(pod).managedFields).toThrow(UnreadableBodyError);
  });

  it('is whole where it is larger than a pod may be', () => {
    const many = Array.from({ length: 30_000 }, (_, index) => [`f:${'x'.repeat(60)}${index}`, {}]);
    const text = JSON.stringify(review({ managedFields: [{ fieldsV1: Object.fromEntries(many) }] }));
    expect(text.length).toBeGreaterThan(2 * 1024 * 1024);
    expect(skippedOf(text)).toBe('');
  });

  it('does not parse what would take too much memory beside the rest', () => {
    const fields = Object.fromEntries(
      Array.from({ length: 100_000 }, (_, index) => [index.toString(36), {}]),
    );
    const more = Array.from({ length: 250_000 }, () => ({}));
    const text = JSON.stringify(review({ managedFields: [{ fields }], spec: { more } }));
    expect(skippedOf(text)).not.toBe('');
    const pod = parsed(text);
    expect(() => metadataOf(pod).managedFields).toThrow(TooManyValuesError);
  });

  it('reads like the whole, whatever stands in it', () => {
    const odd = fc.constantFrom(
      '"managedFields":[',
      ']},"spec":{',
      '"',
      '\\',
      ']',
      '[',
      '}',
      '{',
      ',',
      ':',
      'é',
      '\u{1f600}',
    );
    const text = fc.array(odd, { maxLength: 6 }).map(parts => parts.join(''));
    const value = fc.letrec<{ value: unknown }>(tie => ({
      value: fc.oneof(
        { depthSize: 'small' },
        text,
        fc.integer(),
        fc.array(tie('value'), { maxLength: 2 }),
        fc.dictionary(fc.oneof(fc.constantFrom('managedFields', 'spec', 'metadata'), text), tie('value'), {
          maxKeys: 2,
        }),
      ),
    })).value;
    const parts = fc.record(
      {
        before: fc.dictionary(text, value),
        managedFields: fc.oneof(value, fc.array(value)),
        spec: fc.dictionary(text, value),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(parts, parts => {
        const whole = JSON.stringify(review(parts));
        const [seen, meant] = [parsed(whole), JSON.parse(whole)];
        expect(seen).toEqual(meant);
      }),
      { numRuns: 2000 },
    );
  });

  it('is as broken as the whole, wherever a sign outside of what is skipped is another', () => {
    const whole = JSON.stringify(review({}));
    const [from, to] = [whole.indexOf('{"manager"'), whole.indexOf(']},"spec"')];
    fc.assert(
      fc.property(
        fc.nat(whole.length - 1),
        fc.constantFrom('"', '\\', ']', '[', '}', '{', ',', ':', '1', ''),
        (at, sign) => {
          fc.pre(at < from || at >= to);
          const text = whole.slice(0, at) + sign + whole.slice(at + 1);
          expect(isJson(() => parsed(text))).toBe(isJson(() => JSON.parse(text)));
        },
      ),
      { numRuns: 3000 },
    );
  });
});

function isJson(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch {
    return false;
  }
}

function metadataOf(review: unknown): { readonly managedFields: unknown } {
  return (review as { request: { object: { metadata: { managedFields: unknown } } } }).request.object
    .metadata;
}
