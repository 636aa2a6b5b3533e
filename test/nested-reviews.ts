/** Reviews in which something is nested far deeper than the stack of any program reaches. */
import { gitSync } from './injection-fixture.ts';

export interface NestedReview {
  readonly what: string;
  /** JSON. */
  readonly body: string;
}

const depth = 100_000;
const lists = `${'['.repeat(depth)}${']'.repeat(depth)}`;
/** As deep as a body may be that is not counted. */
const objects = `${'{"f:metadata":'.repeat(depth / 4)}1${'}'.repeat(depth / 4)}`;

/** Stands for the nested value in what is written as JSON, since nothing else can be written. */
const place = '<nested>';

const container = { name: 'app', image: 'nginx:1.29' };
const asked = gitSync({ mount: '/site' });
const wrongly = gitSync({ mount: '/site', ref: '-x' });

function podOf(annotations: object, spec: object = {}, metadata: object = {}): object {
  return { metadata: { name: 'web', annotations, ...metadata }, spec: { containers: [container], ...spec } };
}

const entry = { definition: 'd', parameters: 'p', mode: 'native', containers: ['git-sync'], volumes: [] };
const status = (more: object) => ({ 'git-sync': { ...entry, ...more } });
const withStatus = (text: string) =>
  podOf(
    { ...asked, 'sidecar.io/status': text },
    { initContainers: [{ name: 'git-sync', restartPolicy: 'Always' }] },
  );
const nestedIn = (value: object) => JSON.stringify(value).replace(`"${place}"`, lists);

const pods: Readonly<Record<string, object>> = {
  'a field of the pod': { ...podOf(asked), later: place },
  'a field of its metadata': podOf(asked, {}, { managedFields: place }),
  'a field of its spec': podOf(asked, { affinity: place }),
  'a container': podOf(asked, { containers: [{ ...container, env: place }] }),
  'a mount of a container': podOf(asked, {
    containers: [{ ...container, volumeMounts: [{ name: 'git-sync', mountPath: '/x', later: place }] }],
  }),
  'a volume that the sidecar uses': podOf(asked, { volumes: [{ name: 'git-sync', emptyDir: place }] }),
  'a volume that the sidecar cannot use': podOf(asked, { volumes: [{ name: 'git-sync', configMap: place }] }),
  'the containers themselves': podOf(asked, { containers: place }),
  'an annotation': podOf({ ...asked, other: place }),
  'the text of the status': withStatus(lists),
  'an entry of the status': withStatus(nestedIn({ ...status({}), other: place })),
  'a field of the status': withStatus(nestedIn(status({ later: place }))),
  'a field of the status that is known': withStatus(nestedIn(status({ volumes: place }))),
  'a field of the status of a pod that gets one more': podOf(
    { ...asked, 'sidecar.io/status': nestedIn({ older: { ...entry, containers: ['older'], later: place } }) },
    { initContainers: [{ name: 'older', restartPolicy: 'Always' }] },
  ),
  'what is left to others': withStatus(nestedIn({ envoy: { leftToOthers: place } })),
};

const deploymentOf = (annotations: object, template: object, metadata: object = {}) => ({
  metadata: { name: 'web', annotations, ...metadata },
  spec: { template },
});
const mounting = { ...container, volumeMounts: [{ name: 'git-sync', mountPath: '/x' }] };
const oldVolume = { volumes: [{ name: 'git-sync', emptyDir: place }] };

/** The object, and where there is one the object before. */
const deployments: Readonly<Record<string, readonly [object, object?]>> = {
  'a template': [deploymentOf(asked, { ...podOf({}), later: place })],
  'the memory of what was carried': [deploymentOf({ ...asked, 'sidecar.io/propagated': lists }, podOf({}))],
  'the manifest that was applied': [
    deploymentOf({ ...asked, 'kubectl.kubernetes.io/last-applied-configuration': lists }, podOf({})),
  ],
  'the fields of a manager': [
    deploymentOf(asked, podOf({}), { managedFields: [{ operation: 'Update', fieldsV1: place }] }),
  ],
  'a volume of the template': [deploymentOf(asked, podOf({}, { volumes: [{ name: 'x', emptyDir: place }] }))],
  'the status in a template': [deploymentOf(asked, withStatus(nestedIn(status({ later: place }))))],
  'the object before': [deploymentOf(asked, podOf({})), { ...deploymentOf({}, podOf({})), later: place }],
  'a volume that only the object before had': [
    deploymentOf({}, podOf(wrongly, { containers: [mounting] })),
    deploymentOf({}, podOf(wrongly, { containers: [mounting], ...oldVolume })),
  ],
};

const podKind = { group: '', version: 'v1', kind: 'Pod' };
const deploymentKind = { group: 'apps', version: 'v1', kind: 'Deployment' };

/** One review for each place that a tenant can write. */
export function nestedReviews(): readonly NestedReview[] {
  return [
    ...Object.entries(pods).map(([what, object]) =>
      reviewOf(what, { kind: podKind, operation: 'CREATE', object }),
    ),
    ...Object.entries(deployments).map(([what, [object, oldObject]]) =>
      reviewOf(`${what} of a Deployment`, {
        kind: deploymentKind,
        operation: oldObject ? 'UPDATE' : 'CREATE',
        object,
        oldObject,
      }),
    ),
    reviewOf('the options', { kind: podKind, operation: 'CREATE', object: podOf(asked), options: place }),
    reviewOf('the uid', { uid: place, kind: podKind, operation: 'CREATE', object: podOf(asked) }),
  ];
}

function reviewOf(what: string, request: object): NestedReview {
  const review = {
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: { uid: 'the-uid', namespace: 'shop', ...request },
  };
  const nested = what.startsWith('the fields') ? objects : lists;
  return { what, body: JSON.stringify(review).replace(`"${place}"`, nested) };
}
