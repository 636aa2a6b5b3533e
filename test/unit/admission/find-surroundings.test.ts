import { describe, expect, it } from 'vitest';
import { findSurroundings } from '../../../src/admission/find-surroundings.ts';
import { UnknownNamespaceError } from '../../../src/admission/unknown-namespace-error.ts';
import type { NamespaceFacts } from '../../../src/namespaces/namespace-facts.ts';

const labelled = { name: 'shop', labels: { 'sidecar.io/inject': 'enabled' }, annotations: {} };
const bare = { name: 'shop', labels: {}, annotations: {} };
const read = { name: 'shop', labels: { 'sidecar.io/inject': 'enabled', read: 'now' }, annotations: {} };

const pod = { kind: { group: '', version: 'v1', kind: 'Pod' }, operation: 'CREATE', uid: 'u', object: {} };

function find(
  entry: 'objects' | 'namespaces',
  known: { readonly facts?: NamespaceFacts; readonly isFresh?: boolean; readonly answer?: Error } = {},
  request: object = {},
  areRules = false,
) {
  const knowledge = {
    get: (name: string) => (name === 'shop' ? known.facts : expect.unreachable()),
    isFresh: known.isFresh ?? true,
    read: async () => {
      if (known.answer) throw known.answer;
      return read;
    },
  };
  return findSurroundings({ ...pod, namespace: 'shop', ...request }, entry, knowledge, areRules);
}

describe('the surroundings of an object', () => {
  it.each([
    ['labelled and fresh', { facts: labelled }],
    ['labelled and stale', { facts: labelled, isFresh: false }],
    ['without the label', { facts: bare }],
  ])('are what is known, at once, where its own annotations have sent it: namespace %s', (_, known) => {
    expect(find('objects', known)).toEqual({ namespace: known.facts });
  });

  it('are read where its own annotations have sent it and nothing is known, and nothing where that fails', async () => {
    const found = find('objects', {});
    expect(found).toBeInstanceOf(Promise);
    expect(await found).toEqual({ namespace: read });
    expect(await find('objects', { answer: new Error('why') })).toEqual({ namespace: undefined });
  });

  it('are nothing, at once, where there is nobody to ask, and a problem where the namespace has sent it', async () => {
    const nobody = { get: () => undefined, isFresh: false };
    const request = { ...pod, namespace: 'shop' };
    expect(findSurroundings(request, 'objects', nobody)).toEqual({ namespace: undefined });
    expect(await findSurroundings(request, 'namespaces', nobody)).toEqual({
      namespace: undefined,
      problem: 'the injector asks no API server; start it with --kubeconfig',
    });
  });

  it('are what is known, at once, where the namespace has sent it and is known so', () => {
    expect(find('namespaces', { facts: labelled })).toEqual({ namespace: labelled });
  });

  it.each([
    ['labelled and stale', { facts: labelled, isFresh: false }],
    ['without the label', { facts: bare }],
    ['not known', {}],
  ])('are read where the namespace has sent it and is known otherwise: %s', async (_, known) => {
    const found = find('namespaces', known);
    expect(found).toBeInstanceOf(Promise);
    expect(await found).toEqual({ namespace: read });
  });

  it('are a problem where they cannot be read', async () => {
    expect(await find('namespaces', { answer: new Error('why') })).toEqual({
      namespace: undefined,
      problem: 'why',
    });
  });

  it.each([
    { namespace: undefined },
    { namespace: '' },
    { namespace: '..' },
    { namespace: 'a/../b' },
    { namespace: 'x'.repeat(64) },
    { kind: { group: '', version: 'v1', kind: 'Namespace' } },
  ])('are none for what is in no namespace: %j', request => {
    expect(find('namespaces', {}, request)).toEqual({ namespace: undefined });
  });

  it('are read where nothing is known and only rules can count for a pod', async () => {
    const found = find('objects', {}, {}, true);
    expect(found).toBeInstanceOf(Promise);
    expect(await found).toEqual({ namespace: read });
    const others = { metadata: { annotations: { 'example.com/a': 'b' } } };
    expect(await find('objects', {}, { object: others }, true)).toEqual({ namespace: read });
  });

  it('are no decision where they cannot be read then', async () => {
    const message = 'which rules count for the pod is not known: why';
    await expect(find('objects', { answer: new Error('why') }, {}, true)).rejects.toThrow(
      new UnknownNamespaceError('why'),
    );
    expect(new UnknownNamespaceError('why').message).toBe(message);
  });

  it.each([
    ['it is known', { facts: bare }],
    ['it is known as of long ago', { facts: bare, isFresh: false }],
  ])('are what is known, at once, where there are rules and %s', (_title, known) => {
    expect(find('objects', known, {}, true)).toEqual({ namespace: bare });
  });

  it.each([
    ['there are no rules', {}, false],
    ['the pod asks itself', { object: { metadata: { annotations: { 'sidecar.io/logs': 'true' } } } }, true],
    ['the pod was injected', { object: { metadata: { annotations: { 'sidecar.io/status': '{}' } } } }, true],
    ['it is a workload', { kind: { group: 'apps', version: 'v1', kind: 'Deployment' } }, true],
    ['it is of no group that we know', { kind: { group: 'a', version: 'v1', kind: 'Pod' } }, true],
  ] as const)(
    'are nothing, and the object is decided on, where they cannot be read and %s',
    async (...[, request, areRules]) => {
      const found = find('objects', { answer: new Error('why') }, request, areRules);
      expect(await found).toEqual({ namespace: undefined });
    },
  );
});
