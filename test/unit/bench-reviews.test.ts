/** The reviews that `npm run bench` sends: that those of bench/recorded are what they claim, and that no two are alike. */
import { describe, expect, it } from 'vitest';
import { recordedReview } from '../../bench/recorded-reviews.ts';
import { type RecordedKind, recordedKinds, recordedSizes } from '../../bench/recorded-workloads.ts';
import { structuredReview } from '../../bench/structured-review.ts';
import { VaryingReview } from '../../bench/varying-review.ts';

const recorded = recordedKinds.flatMap(kind => recordedSizes.map(size => ({ kind, size })));

/** Whose controller makes the pod. */
const owners: Readonly<Record<RecordedKind, string>> = {
  Deployment: 'ReplicaSet',
  StatefulSet: 'StatefulSet',
  DaemonSet: 'DaemonSet',
  Job: 'Job',
};

/** The order of the fields in Kubernetes' own types, in which the API server writes them; what is left out here may not appear. */
const order = {
  review: ['kind', 'apiVersion', 'request'],
  request: [
    'uid',
    'kind',
    'resource',
    'requestKind',
    'requestResource',
    'name',
    'namespace',
    'operation',
    'userInfo',
    'object',
    'oldObject',
    'dryRun',
    'options',
  ],
  object: ['kind', 'apiVersion', 'metadata', 'spec', 'status'],
  metadata: [
    'name',
    'generateName',
    'namespace',
    'uid',
    'creationTimestamp',
    'labels',
    'annotations',
    'ownerReferences',
    'finalizers',
    'managedFields',
  ],
  spec: [
    'volumes',
    'containers',
    'restartPolicy',
    'terminationGracePeriodSeconds',
    'dnsPolicy',
    'serviceAccountName',
    'serviceAccount',
    'securityContext',
    'hostname',
    'subdomain',
    'affinity',
    'schedulerName',
    'tolerations',
    'priority',
    'enableServiceLinks',
    'preemptionPolicy',
  ],
  container: [
    'name',
    'image',
    'args',
    'ports',
    'env',
    'resources',
    'volumeMounts',
    'livenessProbe',
    'readinessProbe',
    'terminationMessagePath',
    'terminationMessagePolicy',
    'imagePullPolicy',
    'securityContext',
  ],
};

describe('recorded reviews', () => {
  it.each(recorded)('$kind with $size is of a pod that its controller made', ({ kind, size }) => {
    const { request } = reviewIn(recordedReview(kind, size));
    const [owner] = request.object.metadata.ownerReferences;
    expect(owner).toMatchObject({ kind: owners[kind], controller: true });
    expect(request).toMatchObject({ operation: 'CREATE', dryRun: false, kind: { kind: 'Pod' } });
    expect(request.userInfo.username).toMatch(/^system:serviceaccount:kube-system:[a-z-]+-controller$/);
    expect(request.object.spec.containers).toHaveLength(size);
    expect(request.object.metadata.annotations).toHaveProperty(['sidecar.io/git-sync']);
  });

  it.each(recorded)(
    '$kind with $size has the managed fields of its writer, without the token volume',
    ({ kind, size }) => {
      const { metadata, spec } = reviewIn(recordedReview(kind, size)).request.object;
      const [fields, ...others] = metadata.managedFields;
      expect(others).toEqual([]);
      expect(fields).toMatchObject({
        manager: 'kube-controller-manager',
        operation: 'Update',
        fieldsType: 'FieldsV1',
      });
      const names = spec.containers.map(keyOf);
      expect(Object.keys(fields?.fieldsV1['f:spec']['f:containers'] ?? {})).toEqual(names);
      expect(spec.volumes.some(({ name }) => name.startsWith('kube-api-access-'))).toBe(true);
      expect(JSON.stringify(metadata.managedFields)).not.toContain('kube-api-access');
    },
  );

  it.each(recorded)('$kind with $size has its fields in the order of the API server', ({ kind, size }) => {
    const bytes = recordedReview(kind, size);
    const review = reviewIn(bytes);
    const { request } = review;
    const { metadata, spec } = request.object;
    expect(JSON.stringify(review)).toBe(bytes.toString().trimEnd());
    expectOrder(review, order.review);
    expectOrder(request, order.request);
    expectOrder(request.object, order.object);
    expectOrder(metadata, order.metadata);
    expectOrder(spec, order.spec);
    for (const container of spec.containers) expectOrder(container, order.container);
  });
});

describe('a structured review', () => {
  const recordedText = recordedReview('Deployment', 3).toString().trimEnd();

  it('is the recorded one where nothing is added', () => {
    const size = { containers: 3, variables: 0 };
    expect(structuredReview(recordedReview('Deployment', 3), size).toString()).toBe(recordedText);
  });

  it('has a managed field for each container and each variable, in the order of the API server', () => {
    const bytes = structuredReview(recordedReview('Deployment', 3), { containers: 12, variables: 20 });
    const { metadata, spec } = reviewIn(bytes).request.object;
    const fields = metadata.managedFields[0]?.fieldsV1['f:spec']['f:containers'] ?? {};
    expect(Object.keys(fields)).toEqual(spec.containers.map(keyOf).toSorted());
    for (const container of spec.containers)
      expect(Object.keys(fields[keyOf(container)]?.['f:env'] ?? {})).toEqual([
        '.',
        ...container.env.map(keyOf).toSorted(),
      ]);
  });
});

describe('a varying review', () => {
  it.each(recorded)('of $kind with $size never sends a body twice, nor its first', ({ kind, size }) => {
    const bodies = sentBodies(new VaryingReview(recordedReview(kind, size)), 500);
    expect(new Set([...bodies, recordedReview(kind, size).toString()]).size).toBe(501);
  });

  it('differs in what belongs to one pod, and in nothing else', () => {
    const [first = '', second = ''] = sentBodies(new VaryingReview(recordedReview('Deployment', 1)), 2);
    const [before, after] = [leavesOf(JSON.parse(first)), leavesOf(JSON.parse(second))];
    const differing = [...before].filter(([path, value]) => after.get(path) !== value).map(([path]) => path);
    const owner = '.request.object.metadata.ownerReferences.0';
    const uid = '.request.object.metadata.managedFields.0.fieldsV1.f:metadata.f:ownerReferences';
    expect(differing.filter(path => !path.startsWith(uid))).toEqual([
      '.request.uid',
      '.request.object.metadata.generateName',
      '.request.object.metadata.labels.app',
      '.request.object.metadata.labels.pod-template-hash',
      `${owner}.name`,
      `${owner}.uid`,
      '.request.object.spec.volumes.1.name',
      '.request.object.spec.containers.0.env.0.value',
      '.request.object.spec.containers.0.volumeMounts.1.name',
    ]);
    // The owner's uid is a key there, of which one has come and one has gone.
    expect(after.size).toBe(before.size);
  });

  it('asks for a new repository every third time, and else for its own', () => {
    const review = new VaryingReview(recordedReview('Deployment', 1), { hasNewRepositories: true });
    const repositories = sentBodies(review, 30).map(
      body => reviewIn(Buffer.from(body)).request.object.metadata.annotations['sidecar.io/git-sync'],
    );
    expect(new Set(repositories).size).toBe(11);
    expect(repositories.filter(repository => repository === 'https://github.com/org/site.git')).toHaveLength(
      20,
    );
  });

  it('leaves the head of the message as it is', () => {
    const review = new VaryingReview(recordedReview('Job', 1));
    const message = Buffer.concat([Buffer.from('POST / '), review.bytes]);
    review.vary(message, 7);
    expect(message.subarray(0, 7).toString()).toBe('POST / ');
    expect(() => JSON.parse(message.subarray(7).toString())).not.toThrow();
  });
});

type Fields = Readonly<Record<string, Readonly<Record<string, object>>>>;

interface Review {
  readonly request: {
    readonly userInfo: { readonly username: string };
    readonly object: {
      readonly metadata: {
        readonly annotations: Readonly<Record<string, string>>;
        readonly ownerReferences: readonly object[];
        readonly managedFields: readonly {
          readonly fieldsV1: { readonly 'f:spec': { readonly 'f:containers': Fields } };
        }[];
      };
      readonly spec: {
        readonly volumes: readonly Named[];
        readonly containers: readonly (Named & { readonly env: readonly Named[] })[];
      };
    };
  };
}

interface Named {
  readonly name: string;
}

function reviewIn(bytes: Buffer): Review {
  return JSON.parse(bytes.toString());
}

function keyOf({ name }: Named): string {
  return `k:${JSON.stringify({ name })}`;
}

function expectOrder(object: object, fields: readonly string[]): void {
  const keys = Object.keys(object);
  expect(keys).toEqual(fields.filter(field => keys.includes(field)));
}

function sentBodies(review: VaryingReview, count: number): readonly string[] {
  const message = Buffer.from(review.bytes);
  return Array.from({ length: count }, () => {
    review.vary(message, 0);
    return message.toString();
  });
}

/** All values that hold no others, by their paths. */
function leavesOf(value: unknown, path = ''): ReadonlyMap<string, string> {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0)
    return new Map([[path, JSON.stringify(value)]]);
  return new Map(Object.entries(value).flatMap(([key, child]) => [...leavesOf(child, `${path}.${key}`)]));
}
