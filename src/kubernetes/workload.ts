/**
 * The objects that make pods, as far as they are read here. This is the one place that knows where each kind keeps its
 * pod template. https://kubernetes.io/docs/concepts/workloads/controllers/
 */
import { checkFields, type FieldShape, type ObjectFieldShape } from './field-shape.ts';
import { at, type JsonObject } from './json.ts';
import { type ObjectMeta, type Optional, objectMetaShape, type PodSpec, podSpecShape } from './pod.ts';

interface WorkloadPlace {
  readonly group: string;
  /** From the object to its pod template, one step for each object that is nested in another. */
  readonly templates: readonly (readonly string[])[];
  /** The API server refuses every change of the template. */
  readonly isTemplateFixed?: true;
}

const template = ['spec', 'template'] as const;

/** A new kind is a new line. */
const places = {
  Deployment: { group: 'apps', templates: [template] },
  StatefulSet: { group: 'apps', templates: [template] },
  DaemonSet: { group: 'apps', templates: [template] },
  Job: { group: 'batch', templates: [template], isTemplateFixed: true },
  CronJob: { group: 'batch', templates: [['spec', 'jobTemplate'], template] },
} as const satisfies Readonly<Record<string, WorkloadPlace>>;

export type WorkloadKind = keyof typeof places;

export const workloadKinds = Object.keys(places) as readonly WorkloadKind[];

/** A kind that the operator names because Kubernetes itself does not have it, in the words of the API server. */
export interface NamedWorkloadKind {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly kind: string;
  /** Where its objects keep their pod template, as in `spec.template`. */
  readonly template: string;
}

/** An object that makes pods, and its pod template; nothing of it is copied. */
export interface Workload {
  readonly kind: string;
  readonly object: JsonObject;
  readonly metadata: ObjectMeta;
  /** Every object that is wrapped around the pod template, outermost first: the workload itself, a job template. */
  readonly layers: readonly WorkloadLayer[];
  readonly template: PodTemplate;
  /** The keys that lead to the pod template. */
  readonly templatePath: readonly string[];
  readonly isTemplateFixed: boolean;
  /** The claims that every pod gets for itself, each for the volume of its name. */
  readonly claimTemplates: readonly ClaimTemplate[];
}

export interface ClaimTemplate {
  readonly name: string;
  readonly spec: unknown;
}

export interface WorkloadLayer {
  /** As messages name it: empty for the object itself, else `spec.jobTemplate`. */
  readonly path: string;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface PodTemplate {
  readonly metadata?: Optional<ObjectMeta>;
  readonly spec: PodSpec;
}

/** The kind of workload that a group and a kind name; undefined where they name something else. */
export function workloadKindOf(
  group: string,
  kind: string,
  named: readonly NamedWorkloadKind[] = [],
): WorkloadKind | NamedWorkloadKind | undefined {
  const found = workloadKinds.find(candidate => candidate === kind);
  if (found !== undefined && places[found].group === group) return found;
  return named.find(candidate => candidate.group === group && candidate.kind === kind);
}

/**
 * Takes parsed JSON for a workload without copying it, after checking every field that is read here.
 *
 * @throws MalformedObjectError with the path of the first field that is not what the Kubernetes API defines.
 */
export function readWorkload(
  kind: WorkloadKind | NamedWorkloadKind,
  value: unknown,
  root = 'object',
): Workload {
  const place: WorkloadPlace = typeof kind === 'string' ? places[kind] : placeOf(kind);
  checkFields(value, objectShapeOf(kind, place), root);
  const object = value as JsonObject;
  const templatePath = templatePathOf(kind);
  const wrappers = place.templates.map((_, depth) => place.templates.slice(0, depth).flat());
  return {
    kind: typeof kind === 'string' ? kind : kind.kind,
    object,
    metadata: object['metadata'] as unknown as ObjectMeta,
    layers: wrappers.map(path => ({ path: path.join('.'), annotations: annotationsOf(at(object, path)) })),
    template: at(object, templatePath) as PodTemplate,
    templatePath,
    isTemplateFixed: place.isTemplateFixed ?? false,
    claimTemplates: claimTemplatesOf(object['spec'] as unknown as WorkloadSpec),
  };
}

/** The keys that lead to the pod template in objects of a kind. */
export function templatePathOf(kind: WorkloadKind | NamedWorkloadKind): readonly string[] {
  return typeof kind === 'string' ? places[kind].templates.flat() : kind.template.split('.');
}

/** An object that is nested in another has a `spec` of its own. */
function placeOf({ group, template: path }: NamedWorkloadKind): WorkloadPlace {
  const keys = path.split('.');
  const starts = keys.flatMap((key, index) => (key === 'spec' ? [index] : []));
  return { group, templates: starts.map((start, index) => keys.slice(start, starts[index + 1])) };
}

interface WorkloadSpec {
  readonly volumeClaimTemplates?: Optional<
    readonly { readonly metadata?: Optional<ObjectMeta>; readonly spec?: unknown }[]
  >;
}

function claimTemplatesOf({ volumeClaimTemplates }: WorkloadSpec): readonly ClaimTemplate[] {
  return (volumeClaimTemplates ?? []).flatMap(({ metadata, spec }) =>
    metadata?.name ? [{ name: metadata.name, spec }] : [],
  );
}

function annotationsOf(value: unknown): Readonly<Record<string, string>> {
  return (value as { readonly metadata?: Optional<ObjectMeta> }).metadata?.annotations ?? {};
}

const claims: FieldShape = { list: { fields: { metadata: { fields: { name: 'string' } } } } };

const shapes = new WeakMap<NamedWorkloadKind | WorkloadPlace, ObjectFieldShape>();

/** Made once for each kind: a check is made of each shape. */
function objectShapeOf(kind: WorkloadKind | NamedWorkloadKind, place: WorkloadPlace): ObjectFieldShape {
  const owner = typeof kind === 'string' ? place : kind;
  const known = shapes.get(owner);
  if (known !== undefined) return known;
  const shape: ObjectFieldShape = { ...shapeOf(place.templates), required: ['metadata', 'spec'] };
  shapes.set(owner, shape);
  return shape;
}

/** The shape of an object with these templates nested in it; without any it is the pod template itself. */
function shapeOf([path, ...inner]: readonly (readonly string[])[]): ObjectFieldShape {
  const metadata = objectMetaShape;
  if (path === undefined) return { required: ['spec'], fields: { metadata, spec: podSpecShape } };
  const [key = '', ...keys] = path;
  const nest = (below: ObjectFieldShape, step: string) => ({ required: [step], fields: { [step]: below } });
  const spec = keys.reduceRight<ObjectFieldShape>(nest, shapeOf(inner));
  const withClaims = { ...spec, fields: { volumeClaimTemplates: claims, ...spec.fields } };
  return { required: [key], fields: { metadata, [key]: withClaims } };
}
