import { describe, expect, it } from 'vitest';
import { checkPatch } from '../../../../src/injection/patch/check-patch.ts';
import type { AddOperation, PatchOperation } from '../../../../src/injection/patch/patch-operation.ts';
import { promisedOfWorkload } from '../../../../src/injection/patch/promised-paths.ts';
import { UnappliablePatchError } from '../../../../src/injection/patch/unappliable-patch-error.ts';
import { InjectorError } from '../../../../src/injector-error.ts';
import type { Pod } from '../../../../src/kubernetes/pod.ts';
import { podWith } from '../../../injection-fixture.ts';

const mount = { name: 'data', mountPath: '/data' };
const status = '/metadata/annotations/sidecar.io~1status';
const evict = '/metadata/annotations/cluster-autoscaler.kubernetes.io~1safe-to-evict-local-volumes';
const pod = podWith(
  { a: 'b', 'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes': 'cache' },
  {
    containers: [
      { name: 'app' },
      { name: 'web', volumeMounts: [mount], env: [{ name: 'A' }] },
      { name: 'job', volumeMounts: null },
    ],
    initContainers: [{ name: 'first' }],
    volumes: null,
  },
);

const add = (path: string, value: unknown = {}): AddOperation => ({ op: 'add', path, value });

function problem(operations: readonly AddOperation[], to: Pod = pod): string {
  try {
    checkPatch(to, operations);
    return 'none';
  } catch (error) {
    if (!(error instanceof UnappliablePatchError)) throw error;
    expect(error).toBeInstanceOf(InjectorError);
    expect(error.message).toContain(error.path);
    return error.message;
  }
}

describe('a patch applies', () => {
  it.each<[string, readonly AddOperation[]]>([
    ['without operations', []],
    ['to the end of a list', [add('/spec/containers/-'), add('/spec/initContainers/-')]],
    [
      'at the front, in the middle and at the end',
      [add('/spec/initContainers/0'), add('/spec/initContainers/2')],
    ],
    ['as a list where there is none', [add('/spec/volumes', [{}])]],
    [
      'to a list that an earlier operation added',
      [add('/spec/volumes', [{}]), add('/spec/volumes/1'), add('/spec/volumes/-')],
    ],
    [
      'to mounts that are absent or null',
      [add('/spec/containers/0/volumeMounts', [mount]), add('/spec/containers/2/volumeMounts', [mount])],
    ],
    [
      'to mounts that are there',
      [add('/spec/containers/1/volumeMounts/-', mount), add('/spec/containers/1/volumeMounts/0', mount)],
    ],
    [
      'to variables, as a list where there is none, and to the end of one that is there',
      [
        add('/spec/containers/0/env', [{ name: 'B' }]),
        add('/spec/containers/1/env/-', { name: 'B' }),
        add('/spec/initContainers/0/env', [{ name: 'B' }]),
      ],
    ],
    [
      'to annotations, old and new',
      [add(status, '{}'), add(status, '{"a":{}}'), add('/metadata/annotations/x.io~1y', 'z')],
    ],
    [
      'to lists in annotations, which get longer',
      [add(evict, 'cache,a'), add(evict, 'cache,a'), add(evict, 'cache,a,b')],
    ],
  ])('%s', (_how, operations) => {
    expect(problem(operations)).toBe('none');
  });
});

describe('a patch does not apply', () => {
  it.each<[string, readonly AddOperation[], RegExp]>([
    ['past the end of a list', [add('/spec/initContainers/2')], /only 1 entries/],
    [
      'past what earlier operations made of it',
      [add('/spec/initContainers/0'), add('/spec/initContainers/3')],
      /only 2 entries/,
    ],
    ['to a list that is null', [add('/spec/volumes/-')], /does not exist/],
    ['to a list that is absent', [add('/spec/containers/0/volumeMounts/-')], /does not exist/],
    ['over a list that is there', [add('/spec/initContainers', [])], /overwritten/],
    [
      'over a list that an earlier operation added',
      [add('/spec/volumes', []), add('/spec/volumes', [])],
      /overwritten/,
    ],
    ['over the containers of the app', [add('/spec/containers', [])], /overwritten|may add/],
    ['over the mounts of the app', [add('/spec/containers/1/volumeMounts', [])], /overwritten/],
    [
      'with another operation',
      [{ ...add('/spec/volumes', []), op: 'replace' } as unknown as AddOperation],
      /only add/,
    ],
    ['elsewhere in the pod', [add('/spec/hostNetwork', true)], /may add/],
    ['to the labels', [add('/metadata/labels/a', 'b')], /may add/],
    ['inside an annotation', [add('/metadata/annotations/a/b', 'c')], /may add/],
    ['over an annotation', [add('/metadata/annotations/a', 'c')], /overwritten/],
    ['over a list in an annotation', [add(evict, 'a')], /overwritten/],
    ['over the beginning of a list in an annotation', [add(evict, 'cached')], /overwritten/],
    [
      'over a list that an earlier operation added to',
      [add(evict, 'cache,a'), add(evict, 'cache,b')],
      /overwritten/,
    ],
    ['as all annotations', [add('/metadata/annotations', {})], /may add/],
    ['over the variables of the app', [add('/spec/containers/1/env', [])], /overwritten/],
    ['before a variable of the app', [add('/spec/containers/1/env/0', {})], /may add/],
    ['inside a variable of the app', [add('/spec/containers/1/env/0/value', 'x')], /may add/],
    ['inside a container', [add('/spec/containers/0/envFrom', [])], /may add/],
    ['inside an init container', [add('/spec/initContainers/0/args', [])], /may add/],
    ['to ephemeral containers', [add('/spec/ephemeralContainers/-')], /may add/],
    ['to the root', [add('')], /may add/],
    ['at an index that is none', [add('/spec/initContainers/x')], /position|may add/],
    ['at a negative index', [add('/spec/initContainers/-1')], /position|may add/],
    ['at an index with a leading zero', [add('/spec/initContainers/00')], /position|may add/],
    [
      'to the mounts of a container that is not there',
      [add('/spec/containers/7/volumeMounts', [])],
      /not exist/,
    ],
  ])('%s', (_how, operations, message) => {
    expect(problem(operations)).toMatch(message);
  });

  it('to a pod without annotations', () => {
    const { spec } = pod;
    expect(problem([add('/metadata/annotations/a', 'b')], { metadata: {}, spec })).toMatch(/no annotations/);
    expect(problem([add('/metadata/annotations/a', 'b')], { metadata: { annotations: null }, spec })).toMatch(
      /no annotations/,
    );
  });

  it('and the error names the first operation that does not', () => {
    const operations = [add('/spec/volumes', []), add('/spec/initContainers/9'), add('/spec/hostPID', true)];
    expect(problem(operations)).toBe(
      'patch operation on /spec/initContainers/9 does not apply: the list has only 1 entries',
    );
  });

  // Containers go last: the first one is what kubectl logs and exec pick.
  it('at another place among the containers than the last', () => {
    expect(problem([add('/spec/containers/0')])).toMatch(/may add/);
  });
});

describe('a patch of a workload', () => {
  const template = { metadata: { annotations: { 'sidecar.io/a': '1' } }, spec: { volumes: [{ name: 'a' }] } };
  const workload = { metadata: { annotations: { 'sidecar.io/propagated': '{}' } }, spec: { template } };
  const bare = { metadata: {}, spec: { template: { spec: { volumes: null } } } };
  const promised = promisedOfWorkload(['spec', 'template']);
  const annotations = '/spec/template/metadata/annotations';
  const memory = '/metadata/annotations/sidecar.io~1propagated';

  it.each<[string, object, readonly PatchOperation[]]>([
    [
      'to annotations that are there',
      workload,
      [{ op: 'replace', path: `${annotations}/sidecar.io~1a`, value: '2' }],
    ],
    ['to annotations that go', workload, [{ op: 'remove', path: `${annotations}/sidecar.io~1a` }]],
    ['to annotations that come', workload, [add(`${annotations}/sidecar.io~1b`, '1')]],
    ['to the memory', workload, [{ op: 'replace', path: memory, value: '{}' }]],
    ['to the memory that goes', workload, [{ op: 'remove', path: memory }]],
    ['to volumes', workload, [add('/spec/template/spec/volumes/-')]],
    [
      'to maps and lists that are missing',
      bare,
      [
        add('/metadata/annotations', {}),
        add(memory, '{}'),
        add('/spec/template/metadata', { annotations: {} }),
        add(`${annotations}/sidecar.io~1b`, '1'),
        add('/spec/template/spec/volumes', [{}]),
      ],
    ],
  ])('applies %s', (_where, object, operations) => {
    expect(() => checkPatch(object, operations, promised)).not.toThrow();
  });

  it.each<[string, object, readonly PatchOperation[], RegExp]>([
    ['over annotations', workload, [add(annotations, {})], /overwritten/],
    ['over metadata', workload, [add('/spec/template/metadata', {})], /overwritten/],
    ['over volumes', workload, [add('/spec/template/spec/volumes', [])], /overwritten/],
    ['to annotations that are missing', bare, [add(`${annotations}/sidecar.io~1b`, '1')], /no annotations/],
    [
      'to what is not there',
      workload,
      [{ op: 'remove', path: `${annotations}/sidecar.io~1b` }],
      /nothing at/,
    ],
    [
      'to what is gone',
      workload,
      [
        { op: 'remove', path: memory },
        { op: 'replace', path: memory, value: '{}' },
      ],
      /nothing at/,
    ],
    ['to annotations of others', workload, [add(`${annotations}/example.com~1a`, '1')], /may change/],
    [
      'to other annotations of the object',
      workload,
      [add('/metadata/annotations/sidecar.io~1a', '1')],
      /may change/,
    ],
    ['to all annotations', workload, [{ op: 'remove', path: annotations }], /may change/],
    [
      'to volumes that are there',
      workload,
      [{ op: 'remove', path: '/spec/template/spec/volumes/0' }],
      /may change/,
    ],
    ['to the replicas', workload, [add('/spec/replicas', 0)], /may change/],
  ])('does not apply %s', (_where, object, operations, message) => {
    expect(() => checkPatch(object, operations, promised)).toThrow(message);
  });
});
