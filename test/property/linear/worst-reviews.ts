/**
 * The reviews that are hardest to answer, each of a size that can be doubled: every annotation of every sidecar with every
 * text that is hard to read, and pods and workloads with many of each thing that they can have many of.
 */
import type { Parameter, SidecarDefinition } from '../../../src/sidecars/definition.ts';
import type { SidecarSet } from '../../../src/sidecars/sidecar-set.ts';
import { oddSidecars } from '../../fuzz/settings.ts';
import { repository, shippedSidecars } from '../../injection-fixture.ts';
import { worstTexts } from '../../worst-texts.ts';
import { crowds, statusEntry } from './crowds.ts';
import { namespaceCrowds, writtenCrowds } from './namespace-crowds.ts';
import { changed, gitSync, named, podReview, requests, reviewOf, workloadReview } from './reviews.ts';
import { workloadCrowds } from './workload-crowds.ts';
import type { WorstReview } from './worst-review.ts';

/** One annotation of each kind that definitions know, with each text. */
export const valueReviews: readonly WorstReview[] = [shippedSidecars, oddSidecars].flatMap(sidecars =>
  [...sidecars.sidecars.values()].flatMap(definition =>
    ['', ...kindsOf(definition)].flatMap(suffix =>
      Object.entries(worstTexts).map(([what, text]): WorstReview => {
        const key = `sidecar.io/${definition.name}${suffix}`;
        return {
          name: `${key}: ${what}`,
          sidecars,
          review: size => podReview({ ...requests[definition.name], [key]: text(size) }),
        };
      }),
    ),
  ),
);

/** The parameters that no other is like: what is read by the same code is tried once. */
function kindsOf({ name, parameters }: SidecarDefinition): readonly string[] {
  const tried = [...parameters.values()].filter(({ isCommon }) => !isCommon || name === 'git-sync');
  const kinds = new Map(tried.map(parameter => [kindOf(parameter), parameter.name]));
  return [...kinds.values()].map(name => `.${name}`);
}

function kindOf({ name, type, holds, expects, isCommon }: Parameter): string {
  // The meaning of a common parameter is in the code.
  return JSON.stringify([type, holds, expects, isCommon ? name : '']);
}

/** Texts elsewhere: in keys, in names, in what others wrote, and on workloads. */
const placesOfTexts: Readonly<Record<string, (text: string) => unknown>> = {
  'a key that nobody knows': text => podReview({ ...gitSync, [`sidecar.io/${text}`]: 'x' }),
  // Two letters in the wrong order.
  'a short parameter that nobody knows': text => podReview({ ...gitSync, 'sidecar.io/git-sync.erf': text }),
  'an instance': text => podReview({ [`sidecar.io/git-sync_${text}`]: repository }),
  'a parameter that nobody knows': text => podReview({ ...gitSync, [`sidecar.io/git-sync.${text}`]: 'x' }),
  'the inject annotation': text => podReview({ ...gitSync, 'sidecar.io/inject': text }),
  'the status annotation': text => podReview({ ...gitSync, 'sidecar.io/status': text }),
  'the default container': text =>
    podReview(
      { ...gitSync, 'kubectl.kubernetes.io/default-container': text },
      { containers: [named('b'.repeat(text.length))] },
    ),
  'the name of a container': text => podReview(gitSync, { containers: [named(text)] }),
  'the name of a container that is not found': text =>
    podReview({ ...gitSync, 'sidecar.io/git-sync.containers': 'web' }, { containers: [named(text)] }),
  'a path behind a colon': text => podReview({ 'sidecar.io/git-sync': `github.com:org/${text}` }),
  'a word behind a colon': text => podReview({ ...gitSync, 'sidecar.io/git-sync.filter': `blob:${text}` }),
  'the names of volumes that an earlier pass wrote': text => {
    const key = 'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes';
    const status = JSON.stringify({ other: { ...statusEntry, containers: [], annotations: [key] } });
    return podReview({ ...gitSync, 'sidecar.io/status': status, [key]: text });
  },
  'the names of volumes that the user wrote': text =>
    podReview({ ...gitSync, 'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes': text }),
  'the containers that get no role': text =>
    podReview(
      { ...gitSync, 'eks.amazonaws.com/skip-containers': text },
      { volumes: [{ name: 'aws-iam-token', projected: {} }] },
    ),
  'the containers that get no workload identity': text =>
    podReview(
      { ...gitSync, 'azure.workload.identity/skip-containers': text },
      {},
      { labels: { 'azure.workload.identity/use': 'true' } },
    ),
  'a mount path': text =>
    podReview(gitSync, { containers: [{ name: 'app', volumeMounts: [{ name: 'v', mountPath: text }] }] }),
  'the path of the volume that is adopted': text =>
    podReview(
      { ...gitSync, 'sidecar.io/git-sync.volume': 'v' },
      {
        volumes: [{ name: 'v', emptyDir: {} }],
        containers: [{ name: 'app', volumeMounts: [{ name: 'v', mountPath: text, subPath: text }] }],
      },
    ),
  'a sub-path': text =>
    podReview(gitSync, {
      containers: [{ name: 'app', volumeMounts: [{ name: 'git-sync', mountPath: '/a', subPath: text }] }],
    }),
  'the name of a volume': text => podReview(gitSync, { volumes: [{ name: text, emptyDir: {} }] }),
  'a volume that is no empty one': text =>
    podReview(gitSync, { volumes: [{ name: 'git-sync', [text]: {} }] }),
  'a quantity of a container': text =>
    podReview(gitSync, { containers: [{ name: 'app', resources: { limits: { cpu: text, memory: text } } }] }),
  'a quantity of the pod': text => podReview(gitSync, { resources: { limits: { cpu: text, memory: text } } }),
  'the name of the pod': text => podReview(gitSync, {}, { name: text }),
  'the name of an owner': text =>
    podReview(gitSync, {}, { ownerReferences: [{ kind: text, name: text, controller: true }] }),
  'the name of the namespace': text => ({
    ...podReview(gitSync),
    ...reviewOf('', 'Pod', { metadata: {}, spec: {} }, { namespace: text }),
  }),
  'the kind': text => reviewOf('', text, {}),
  'the key of a field': text => podReview(gitSync, { [text]: 1 }),
  'the switch on a Deployment': text => workloadReview('Deployment', { 'sidecar.io/git-sync': text }),
  'the switch on a CronJob': text => workloadReview('CronJob', { 'sidecar.io/git-sync': text }),
  'a switch that is changed': text =>
    changed(
      workloadReview('Deployment', gitSync),
      workloadReview('Deployment', { 'sidecar.io/git-sync': text }),
    ),
  'what was carried': text => workloadReview('Deployment', { ...gitSync, 'sidecar.io/propagated': text }),
  'what was applied last': text =>
    workloadReview('Deployment', { ...gitSync, 'kubectl.kubernetes.io/last-applied-configuration': text }),
  'the name of a workload': text => workloadReview('Job', gitSync, {}, { name: text }),
  'the name of a field of the wrong type': text => podReview({ [text]: 1 } as never),
  'a port of the wrong type': text =>
    podReview(gitSync, { containers: [{ name: 'app', ports: [{ containerPort: text }] }] }),
  'the name of a field manager': text =>
    workloadReview(
      'Deployment',
      gitSync,
      {},
      { managedFields: [{ manager: text, operation: text, fieldsV1: { [text]: {} } }] },
    ),
};

export const textReviews: readonly WorstReview[] = Object.entries(placesOfTexts).flatMap(([place, review]) =>
  Object.entries(worstTexts).map(
    ([what, text]): WorstReview => ({
      name: `${place}: ${what}`,
      sidecars: shippedSidecars,
      review: size => review(text(size)),
    }),
  ),
);

/** Those that ship beside those that use more of the language. */
const allSidecars: SidecarSet = {
  ...shippedSidecars,
  sidecars: new Map([...shippedSidecars.sidecars, ...oddSidecars.sidecars]),
};

export const crowdReviews: readonly WorstReview[] = Object.entries({ ...crowds, ...workloadCrowds }).map(
  ([name, review]): WorstReview => ({
    name,
    sidecars: allSidecars,
    review: size => review(size / 16),
  }),
);

/** The same of what pods inherit, and of Namespaces that are written. */
export const inheritedReviews: readonly WorstReview[] = surrounded(namespaceCrowds);
export const writtenReviews: readonly WorstReview[] = surrounded(writtenCrowds);

function surrounded(made: typeof namespaceCrowds): readonly WorstReview[] {
  return Object.entries(made).map(([name, make]) => ({
    name,
    sidecars: allSidecars,
    review: size => make(size / 16).review,
    surroundings: size => make(size / 16).surroundings,
  }));
}
