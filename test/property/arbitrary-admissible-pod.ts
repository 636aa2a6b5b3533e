import fc from 'fast-check';
import type { Json, JsonObject } from '../../src/kubernetes/json.ts';
import { shippedSidecars } from '../injection-fixture.ts';
import { type Annotations, ownLists, requestFor } from './arbitrary-annotations.ts';
import { inOrder } from './arbitrary-json.ts';

const mountPaths = ['/site', '/logs', '/tmp', '/var/log/app', '/data', '/tmp/app', '/var/run/secrets'];

const resources = fc.constantFrom<(JsonObject | undefined)[]>(
  undefined,
  { limits: { cpu: '1', memory: '1Gi' } },
  { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '1000m', memory: '1024Mi' } },
  { requests: { cpu: '500m' } },
);

const volumeNames = ['content', 'git-sync', 'log-collector', 'cache', 'scratch', 'aws-iam-token'];

const volume = (name: string): fc.Arbitrary<JsonObject> =>
  fc
    .constantFrom<JsonObject[]>(
      { emptyDir: {} },
      { emptyDir: {} },
      { emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } },
      { configMap: { name: 'c' } },
      { persistentVolumeClaim: { claimName: 'c' } },
      { persistentVolumeClaim: { claimName: 'c', readOnly: true } },
      { hostPath: { path: '/var/log' } },
    )
    .map(source => ({ name, ...source }));

/** Fields in the order and the form in which the API server writes them: none that is empty. */
function present(fields: Readonly<Record<string, Json | undefined>>): JsonObject {
  const entries = Object.entries(fields).filter(
    ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(entries) as JsonObject;
}

const apps = ['app', 'web', 'worker'];
const inits = ['setup', 'istio-init', 'migrate'];

/** In the network of the node no two containers may name one port. */
function portOf(name: string): number {
  return 8080 + [...apps, ...inits].indexOf(name);
}

function container(name: string, volumes: readonly string[]): fc.Arbitrary<JsonObject> {
  const mounts = fc
    .tuple(fc.subarray([...volumes]), fc.shuffledSubarray(mountPaths, { minLength: volumes.length }))
    .chain(([names, paths]) =>
      fc.tuple(
        ...names.map((volumeName, index) =>
          fc
            .constantFrom<(JsonObject | undefined)[]>(
              undefined,
              { subPath: 'a' },
              { readOnly: true },
              { subPathExpr: 'a' },
            )
            .map(more => ({ name: volumeName, mountPath: paths[index] ?? '/x', ...more })),
        ),
      ),
    );
  const ports = fc.constantFrom<(Json | undefined)[]>(
    undefined,
    [{ containerPort: portOf(name) }],
    [{ name: 'own', containerPort: portOf(name), protocol: 'UDP' }],
  );
  const env = fc.constantFrom<(Json | undefined)[]>(
    undefined,
    [{ name: 'OWN', value: 'x' }],
    [{ name: 'LEVEL', value: '1' }],
  );
  return fc
    .record({ mounts, ports, env, resource: resources })
    .map(({ mounts: volumeMounts, ports: own, env: variables, resource }) =>
      present({ name, image: 'nginx:1.29', ports: own, env: variables, resources: resource, volumeMounts }),
    );
}

const definitions = [...shippedSidecars.sidecars.values()];
const instances = ['', '', '', '', '_docs', '_docs', '_b', '_b', `_${'i'.repeat(50)}`];

function requests(containers: readonly string[]): fc.Arbitrary<Annotations> {
  const mount = (key: string) =>
    fc
      .tuple(fc.constantFrom(...mountPaths), fc.subarray([...containers], { minLength: 1 }))
      .map(
        ([path, names]): Annotations => ({ [`${key}.mount`]: path, [`${key}.containers`]: names.join(',') }),
      );
  const one = fc.constantFrom(...definitions).chain(definition =>
    fc.constantFrom(...instances).chain(instance => {
      const asked = requestFor(definition, instance);
      if (!definition.parameters.has('mount')) return asked;
      const key = `sidecar.io/${definition.name}${instance}`;
      return fc
        .tuple(asked, fc.option(mount(key), { nil: {} }))
        .map(([first, second]): Annotations => ({ ...first, ...second }));
    }),
  );
  return fc
    .tuple(fc.array(one, { minLength: 1, maxLength: 3 }), ownLists, fc.array(fc.nat(9), { maxLength: 20 }))
    .map(([all, lists, weights]) => {
      const annotations: Annotations = Object.assign({ 'example.com/a': 'b' }, lists, ...all);
      return Object.fromEntries(inOrder(Object.entries(annotations), weights));
    });
}

/** Specifications that the API server takes most often, and what may change with it how a sidecar fits in. */
const podFields = fc.record({
  restartPolicy: fc.constantFrom<(Json | undefined)[]>(undefined, 'Always', 'OnFailure', 'Never'),
  terminationGracePeriodSeconds: fc.constantFrom<(Json | undefined)[]>(undefined, 0, 1, 30, 600),
  hostNetwork: fc.constantFrom<(Json | undefined)[]>(undefined, undefined, undefined, true),
  shareProcessNamespace: fc.constantFrom<(Json | undefined)[]>(undefined, undefined, true),
  os: fc.constantFrom<(Json | undefined)[]>(undefined, undefined, { name: 'linux' }),
  resources: fc.constantFrom<(Json | undefined)[]>(undefined, undefined, undefined, undefined, {
    requests: { cpu: '4', memory: '8Gi' },
    limits: { cpu: '8', memory: '16Gi' },
  }),
});

/** Pods as the API server sends and takes them, which ask for sidecars that ship, some of them in vain. */
export const admissiblePod: fc.Arbitrary<JsonObject> = fc
  .record({
    apps: fc.shuffledSubarray(apps, { minLength: 1 }),
    inits: fc.subarray(inits),
    hasProxy: fc.nat(3).map(choice => choice === 0),
    volumes: fc.subarray(volumeNames),
  })
  .chain(({ hasProxy, volumes, ...names }) =>
    fc
      .record({
        containers: fc.tuple(...names.apps.map(name => container(name, volumes))),
        initContainers: fc.tuple(...names.inits.map(name => container(name, volumes))),
        volumes: fc.tuple(...volumes.map(volume)),
        annotations: requests([...names.apps, ...names.inits]),
        fields: podFields,
        labels: fc.constantFrom({ app: 'web' }, { 'azure.workload.identity/use': 'true' }),
      })
      .map(({ annotations, labels, fields, ...lists }) => {
        const proxy = { name: 'istio-proxy', image: 'proxy:1', restartPolicy: 'Always' };
        const initContainers = hasProxy ? [...lists.initContainers, proxy] : lists.initContainers;
        return {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name: 'web', labels, annotations },
          spec: present({ ...fields, volumes: lists.volumes, initContainers, containers: lists.containers }),
        };
      }),
  );
