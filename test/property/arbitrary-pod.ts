import fc from 'fast-check';
import type { Json, JsonObject } from '../../src/kubernetes/json.ts';
import { numberText } from '../number-text.ts';
import { type Annotations, anyRequests, foreignAnnotations, validRequest } from './arbitrary-annotations.ts';
import { inOrder, objectWith } from './arbitrary-json.ts';

/** Absent, null, or what an arbitrary says: the three ways in which a pod says "nothing" or something. */
function optional(arbitrary: fc.Arbitrary<Json>): fc.Arbitrary<Json | undefined> {
  return fc.oneof(fc.constantFrom(undefined, null), { arbitrary, weight: 3 });
}

const resources = fc.constantFrom<Json[]>(
  { limits: { cpu: '1', memory: '1Gi' } },
  { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '1000m', memory: '1024Mi' } },
  { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m' } },
  { requests: { cpu: numberText('1') } },
  {},
);

const ports = fc.constantFrom<Json[]>(
  [],
  [{ containerPort: numberText('80') }],
  [{ containerPort: numberText('8443'), protocol: 'UDP' }],
);

function container(
  name: string,
  mounts: fc.Arbitrary<Json>,
  resource = optional(resources),
): fc.Arbitrary<JsonObject> {
  return objectWith({
    name: fc.constant(name),
    image: fc.constantFrom('nginx:1.29', 'example.com/app@sha256:0123'),
    volumeMounts: optional(mounts),
    ports: optional(ports),
    resources: resource,
    restartPolicy: fc.constantFrom(undefined, null),
  });
}

const freeNames = ['app', 'web', 'worker', 'vault-agent', 'istio-init', 'log-shipper'];
const freeVolumes = ['cache', 'config', 'kube-api-access-x7k2p', 'workload-socket'];

/** Mounts of the user's own volumes, none at a path that the annotations name. */
const freeMounts = fc
  .subarray(freeVolumes)
  .chain(names =>
    fc.tuple(
      ...names.map(name => objectWith({ name: fc.constant(name), mountPath: fc.constant(`/var/${name}/`) })),
    ),
  );

function volume(name: string): fc.Arbitrary<JsonObject> {
  return objectWith({
    name: fc.constant(name),
    emptyDir: fc.constantFrom<Json[]>({}, null, { medium: 'Memory' }),
  });
}

const proxy = fc.constantFrom('istio-proxy', 'linkerd-proxy').chain(name =>
  objectWith({
    name: fc.constant(name),
    image: fc.constant('proxy:1'),
    restartPolicy: fc.constant('Always'),
  }),
);

interface Writing {
  readonly containers: Json | undefined;
  readonly volumes: Json | undefined;
  readonly initContainers: Json | undefined;
  readonly annotations: Annotations;
}

function written({ containers, volumes, initContainers, annotations }: Writing): fc.Arbitrary<JsonObject> {
  return objectWith({
    apiVersion: fc.constant('v1'),
    kind: fc.constant('Pod'),
    metadata: objectWith({
      name: fc.constantFrom('web', undefined),
      generateName: fc.constantFrom('web-', undefined, null),
      labels: fc.constantFrom<(Json | undefined)[]>({ app: 'web' }, undefined, null),
      annotations: fc.constant(annotations),
      ownerReferences: fc.constantFrom<(Json | undefined)[]>(undefined, null, [
        { kind: 'ReplicaSet', name: 'web', uid: '1' },
      ]),
    }),
    spec: objectWith({
      containers: fc.constant(containers),
      volumes: fc.constant(volumes),
      initContainers: fc.constant(initContainers),
      imagePullSecrets: fc.constantFrom<(Json | undefined)[]>(
        undefined,
        null,
        [],
        [{ name: 'own' }],
        [{ name: 'mirror' }, { name: 'own' }],
      ),
      restartPolicy: fc.constantFrom('Always', 'OnFailure', 'Never', undefined),
      nodeSelector: fc.constantFrom<(Json | undefined)[]>({ 'kubernetes.io/os': 'linux' }, null, undefined),
      os: fc.constantFrom<(Json | undefined)[]>({ name: 'linux' }, {}, null, undefined),
      resources: fc.oneof(
        fc.constantFrom<(Json | undefined)[]>(undefined, null, {}),
        fc.constantFrom<Json[]>(
          { requests: { cpu: '1' } },
          { requests: { memory: '64Gi' } },
          { limits: { cpu: '2' } },
          { limits: { memory: '4Gi' } },
          { limits: { cpu: '2', memory: '4Gi' } },
        ),
      ),
    }),
  });
}

function annotationsFor(names: readonly string[], isVolumeDeclared: boolean): fc.Arbitrary<Annotations> {
  const mount = (key: string, path: string) =>
    fc
      .option(fc.subarray([...names], { minLength: 1 }), { nil: undefined })
      .map(
        (chosen): Annotations =>
          chosen ? { [`${key}.mount`]: path, [`${key}.containers`]: chosen.join(',') } : {},
      );
  const first = fc.tuple(validRequest(''), mount('sidecar.io/git-sync', '/site'));
  const second = fc.tuple(validRequest('_docs'), mount('sidecar.io/git-sync_docs', '/docs'));
  const volumeName: Annotations = isVolumeDeclared ? { 'sidecar.io/git-sync.volume': 'content' } : {};
  return fc
    .tuple(
      foreignAnnotations,
      first,
      fc.option(second, { nil: [], freq: 3 }),
      fc.array(fc.nat(9), { maxLength: 20 }),
    )
    .map(([foreign, one, two, weights]) => {
      const all = Object.assign({}, foreign, volumeName, ...one, ...two) as Annotations;
      return Object.fromEntries(inOrder(Object.entries(all), weights));
    });
}

/** Pods that must get their sidecars: nothing in them is in the way. */
export const injectablePod: fc.Arbitrary<JsonObject> = fc
  .tuple(
    fc.shuffledSubarray(freeNames, { minLength: 1 }),
    fc.nat(3),
    fc.boolean(),
    fc.subarray(freeVolumes),
    fc.boolean(),
  )
  .chain(([names, initCount, isVolumeDeclared, volumeNames, isGuaranteed]) => {
    const isInit = (name: string) => names.indexOf(name) > 0 && names.indexOf(name) <= initCount;
    const apps = names.filter(name => !isInit(name));
    const declared = [...volumeNames, ...(isVolumeDeclared ? ['content'] : [])];
    const equal = isGuaranteed ? fc.constant<Json>({ limits: { cpu: '2', memory: '4Gi' } }) : undefined;
    const made = (name: string) => container(name, freeMounts, equal);
    return fc
      .tuple(
        fc.tuple(...apps.map(made)),
        fc.tuple(...names.filter(isInit).map(made)),
        fc.option(proxy, { nil: undefined }),
        fc.tuple(...declared.map(volume)),
        annotationsFor(names, isVolumeDeclared),
      )
      .chain(([containers, inits, native, volumes, annotations]) => {
        const initContainers =
          native && !isGuaranteed ? [...inits.slice(0, 1), native, ...inits.slice(1)] : inits;
        return written({
          containers,
          volumes: volumes.length > 0 ? volumes : undefined,
          initContainers: initContainers.length > 0 ? initContainers : null,
          annotations,
        });
      });
  });

const anyName = fc.constantFrom(
  ...freeNames,
  'app',
  'git-sync',
  'git-sync-init',
  'istio-validation',
  'istio-proxy',
  '',
  'A b',
);
const anyMounts = fc.array(
  objectWith({
    name: fc.constantFrom('content', 'git-sync', 'nothing', 'cache'),
    mountPath: fc.constantFrom('/site', '/site/', '/', '', '/var/cache'),
    subPath: fc.constantFrom(undefined, null, '', 'current'),
  }),
  { maxLength: 3 },
);
const anyVolume = objectWith({
  name: fc.constantFrom('content', 'git-sync', 'git-sync-tmp', 'cache', '', '__proto__'),
  emptyDir: fc.constantFrom<(Json | undefined)[]>({}, null, undefined, 'x', []),
  configMap: fc.constantFrom<(Json | undefined)[]>(undefined, undefined, null, { name: 'c' }),
  persistentVolumeClaim: fc.constantFrom<(Json | undefined)[]>(
    undefined,
    { claimName: 'c-web-0' },
    { readOnly: true },
    null,
  ),
});
const anyContainer = anyName.chain(name => container(name, anyMounts));

/** Pods of every kind that the API server could send, with annotations right and wrong. */
export const anyPod: fc.Arbitrary<JsonObject> = fc
  .tuple(
    // The API server sends null for a pod that was written without any.
    fc.oneof(
      { arbitrary: fc.array(anyContainer, { maxLength: 3 }), weight: 6 },
      fc.constantFrom(null, undefined),
    ),
    optional(fc.array(fc.oneof(anyContainer, proxy), { maxLength: 3 })),
    optional(fc.array(anyVolume, { maxLength: 3 })),
    foreignAnnotations,
    anyRequests,
  )
  .chain(([containers, initContainers, volumes, foreign, requests]) =>
    written({ containers, initContainers, volumes, annotations: { ...foreign, ...requests } }),
  );
