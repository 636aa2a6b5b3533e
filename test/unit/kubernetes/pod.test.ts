import { describe, expect, it } from 'vitest';
import { MalformedObjectError } from '../../../src/kubernetes/malformed-object-error.ts';
import { readPod } from '../../../src/kubernetes/pod.ts';
import { deepFreeze } from '../../deep-freeze.ts';

const container = { name: 'app' };
const pod = { metadata: {}, spec: { containers: [container] } };

const withSpec = (spec: object) => ({ ...pod, spec: { ...pod.spec, ...spec } });
const withContainer = (fields: object) => withSpec({ containers: [{ ...container, ...fields }] });
const withMetadata = (metadata: object) => ({ ...pod, metadata });

function problem(value: unknown): string {
  try {
    readPod(value);
    return 'none';
  } catch (error) {
    if (!(error instanceof MalformedObjectError)) throw error;
    return error.message;
  }
}

describe('a pod', () => {
  it('is taken as it is, not copied and not changed', () => {
    const whole = deepFreeze({ ...pod, status: { future: [1] } });
    expect(readPod(whole)).toBe(whole);
  });

  it.each([
    [
      'null in every optional field',
      withSpec({
        initContainers: null,
        volumes: null,
        restartPolicy: null,
        nodeSelector: null,
        os: null,
        resources: null,
      }),
    ],
    [
      'null in the metadata',
      withMetadata({ name: null, generateName: null, annotations: null, ownerReferences: null }),
    ],
    [
      'null in a container',
      withContainer({ restartPolicy: null, volumeMounts: null, ports: null, resources: null }),
    ],
    ['no containers', withSpec({ containers: [] })],
    ['null for its containers, as the API server writes it', withSpec({ containers: null })],
    ['nothing for its containers', { metadata: {}, spec: {} }],
    [
      'amounts that are numbers',
      withContainer({ resources: { limits: { cpu: 1, memory: '1Gi' }, requests: null } }),
    ],
    [
      'fields of later versions',
      withContainer({ restartPolicyRules: [{ action: 'Restart' }], futureField: null }),
    ],
    ['volumes of any source', withSpec({ volumes: [{ name: 'a', futureSource: [1] }, { name: 'b' }] })],
  ])('may have %s', (_what, value) => {
    expect(problem(value)).toBe('none');
  });

  it.each([
    [null, 'object: expected an object, got null'],
    [{}, 'object.metadata: expected an object, got nothing'],
    [{ metadata: {} }, 'object.spec: expected an object, got nothing'],
    [{ metadata: {}, spec: null }, 'object.spec: expected an object, got null'],
    [withSpec({ containers: {} }), 'object.spec.containers: expected a list, got an object'],
    [withSpec({ containers: [null] }), 'object.spec.containers[0]: expected an object, got null'],
    [withSpec({ containers: [{}] }), 'object.spec.containers[0].name: expected a string, got nothing'],
    [
      withSpec({ initContainers: [{ name: 1 }] }),
      'object.spec.initContainers[0].name: expected a string, got a number',
    ],
    [
      withContainer({ volumeMounts: [{ name: 'a' }] }),
      'object.spec.containers[0].volumeMounts[0].mountPath: expected a string, got nothing',
    ],
    [
      withContainer({ ports: [{ containerPort: '80' }] }),
      'object.spec.containers[0].ports[0].containerPort: expected a number, got a string',
    ],
    [
      withContainer({ resources: { limits: { cpu: null } } }),
      'object.spec.containers[0].resources.limits.cpu: expected a quantity, got null',
    ],
    [withSpec({ volumes: [{}] }), 'object.spec.volumes[0].name: expected a string, got nothing'],
    [withSpec({ volumes: 'none' }), 'object.spec.volumes: expected a list, got a string'],
    [withSpec({ restartPolicy: 1 }), 'object.spec.restartPolicy: expected a string, got a number'],
    [
      withSpec({ nodeSelector: { 'kubernetes.io/os': true } }),
      'object.spec.nodeSelector["kubernetes.io/os"]: expected a string, got a boolean',
    ],
    [withSpec({ os: 'linux' }), 'object.spec.os: expected an object, got a string'],
    [
      withMetadata({ annotations: { a: 1 } }),
      'object.metadata.annotations.a: expected a string, got a number',
    ],
    [
      withMetadata({ annotations: { a: null } }),
      'object.metadata.annotations.a: expected a string, got null',
    ],
    [withMetadata({ annotations: [] }), 'object.metadata.annotations: expected an object, got a list'],
    [
      withMetadata({ ownerReferences: [{ kind: 'Job' }] }),
      'object.metadata.ownerReferences[0].name: expected a string, got nothing',
    ],
  ])('is none: %j', (value, message) => {
    expect(problem(value)).toBe(message);
  });

  it('is named in the message as the caller calls it', () => {
    expect(() => readPod({}, 'request.object')).toThrow(/^request\.object\.metadata: /);
  });
});
