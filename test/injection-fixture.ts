/** What tests of the engine start from: the definitions that ship, others made on the spot, small pods, one policy. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Core } from '../src/admission/answer-review.ts';
import type { AnnotationSource } from '../src/injection/inheritance/annotation-source.ts';
import { type InjectionDecision, type Injector, inject } from '../src/injection/inject.ts';
import { applyPatch } from '../src/injection/patch/apply-patch.ts';
import type { InjectionPolicy } from '../src/injection/policy.ts';
import { type Container, type Pod, type PodSpec, readPod } from '../src/kubernetes/pod.ts';
import {
  emptySidecarSet,
  nextSidecarSet,
  type SidecarDefaults,
  type SidecarFile,
  type SidecarSet,
} from '../src/sidecars/sidecar-set.ts';

const directory = new URL('../sidecars/', import.meta.url);

/** The files that ship. */
export const shippedFiles: readonly SidecarFile[] = filesIn(directory);

/** The library, which is there and not installed. */
export const contribFiles: readonly SidecarFile[] = filesIn(new URL('contrib/', directory));

/** The one of git-sync. */
export const gitSyncFile: SidecarFile = fileOf('git-sync');

/** The definitions that ship. */
export const shippedSidecars: SidecarSet = nextSidecarSet(emptySidecarSet, shippedFiles);

function filesIn(folder: URL): readonly SidecarFile[] {
  return readdirSync(folder)
    .filter(name => name.endsWith('.yaml') && name !== 'kustomization.yaml')
    .map(name => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }));
}

function fileOf(sidecar: string): SidecarFile {
  const file = shippedFiles.find(({ name }) => name === `${sidecar}.yaml`);
  if (file === undefined) throw new Error(`no file of ${sidecar} in sidecars/`);
  return file;
}

/** What an operator has who configured nothing, on a server of today. */
export const defaultPolicy: InjectionPolicy = {
  areNativeSidecarsAvailable: true,
  startAfter: ['istio-proxy', 'linkerd-proxy', 'kuma-sidecar', 'consul-dataplane'],
  unknownSidecars: 'refuse',
  maximumSidecars: 10,
};

export const repository = 'https://github.com/org/site.git';

/** The annotations that ask for the sidecar that ships, with parameters such as `{ mount: '/site' }`. */
export function gitSync(parameters: Readonly<Record<string, string>> = {}): Record<string, string> {
  const entries = Object.entries(parameters).map(([name, value]) => [`sidecar.io/git-sync.${name}`, value]);
  return { 'sidecar.io/git-sync': repository, ...Object.fromEntries(entries) };
}

/** A pod with these annotations and one container, unless the specification says otherwise. */
export function podWith(annotations: Readonly<Record<string, string>>, spec: Partial<PodSpec> = {}): Pod {
  return readPod({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', annotations },
    spec: { containers: [{ name: 'app', image: 'nginx:1.29' }], ...spec },
  });
}

/** The same pod as the API server sends it where somebody wrote these containers and annotations; others added the rest. */
export function writtenBySomebody(
  pod: Pod,
  containers: readonly string[],
  annotations: readonly string[] = [],
): Pod {
  const fields = (keys: readonly string[]) => ({
    '.': {},
    ...Object.fromEntries(keys.map(key => [key, { '.': {} }])),
  });
  const fieldsV1 = {
    'f:metadata': { 'f:annotations': fields(annotations.map(key => `f:${key}`)) },
    'f:spec': { 'f:containers': fields(containers.map(name => `k:{"name":"${name}"}`)) },
  };
  const entry = { manager: 'kubectl-create', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1' };
  return { ...pod, metadata: { ...pod.metadata, managedFields: [{ ...entry, fieldsV1 }] } };
}

/**
 * A set of sidecars from specifications in the format of `sidecars/`, by name. What is not written is the least that a
 * definition needs.
 *
 * @throws Error with all problems of the definitions.
 */
export function sidecarsOf(
  specs: Readonly<Record<string, object>>,
  defaults: SidecarDefaults = {},
): SidecarSet {
  const files = Object.entries(specs).map(([name, spec]) => ({
    name: `${name}.yaml`,
    text: text(name, spec),
  }));
  const set = nextSidecarSet(emptySidecarSet, files, { defaults });
  if (set.problems.length > 0) throw new Error(set.problems.map(({ message }) => message).join('\n'));
  return set;
}

function text(name: string, spec: object): string {
  const container = { image: 'example.com/sidecar:v1' };
  // JSON is YAML.
  return JSON.stringify({
    apiVersion: 'sidecar.io/v1',
    kind: 'Sidecar',
    metadata: { name },
    spec: { description: 'For tests.', container, ...spec },
  });
}

export interface Setting {
  readonly sidecars?: SidecarSet;
  readonly policy?: Partial<InjectionPolicy>;
  /** What counts beside the pod's annotations; nothing where it is absent. */
  readonly sources?: readonly AnnotationSource[];
}

/** What becomes of a pod; with nothing said, by the definitions that ship and the default policy. */
export function decide(
  pod: Pod,
  { sidecars = shippedSidecars, policy = {}, sources }: Setting = {},
): InjectionDecision {
  return inject(pod, sidecars, { ...defaultPolicy, ...policy }, sources);
}

/** What a namespace says of its pods, named shop unless said otherwise. */
export function sourceOf(
  annotations: Readonly<Record<string, string>>,
  from = 'namespace shop',
): AnnotationSource {
  return { from, annotations };
}

/** What answers reviews, where the test is about pods: nothing else may be asked. */
export function podCore(decidePod: Injector): Core {
  return {
    decide: decidePod,
    decideWorkload: () => {
      throw new Error('a workload was asked about');
    },
  };
}

/**
 * The injection of a pod.
 *
 * @throws Error with what stands against it, where it is not injected.
 */
export function injected(pod: Pod, setting: Setting = {}): InjectionDecision & { outcome: 'injected' } {
  const decision = decide(pod, setting);
  if (decision.outcome !== 'injected') throw new Error(JSON.stringify(decision, undefined, 2));
  return decision;
}

/** The pod after its injection. */
export function podAfter(pod: Pod, setting: Setting = {}): Pod {
  return applyPatch(pod, injected(pod, setting).operations);
}

/** The containers of a pod that are no init containers; none where it was written without any. */
export function containersIn({ spec }: Pod): readonly Container[] {
  return spec.containers ?? [];
}

/** All that is said about a pod, refusals first, each as `code: message`. */
export function told(decision: InjectionDecision): readonly string[] {
  const refusals = decision.outcome === 'refused' ? decision.refusals : [];
  return [...refusals, ...decision.warnings].map(({ code, message }) => `${code}: ${message}`);
}

/** The codes of all that is said about a pod, refusals first. */
export function codes(decision: InjectionDecision): readonly string[] {
  return told(decision).map(line => line.slice(0, line.indexOf(':')));
}

/** A field of a raw object, any number of keys down; undefined where there is none. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce((below, key) => (below as Record<string | number, unknown> | undefined)?.[key], value);
}
