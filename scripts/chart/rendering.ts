/** What kustomize makes of `deploy/base` and components, in the namespace that the templates of the chart put in. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';

/** A value of JSON. */
export type Json = null | boolean | number | string | readonly Json[] | JsonMap;

export interface JsonMap {
  readonly [key: string]: Json;
}

/** An object as kustomize writes it. */
export interface RenderedObject extends JsonMap {
  readonly kind: string;
  readonly metadata: JsonMap & { readonly name: string };
}

/** Stands for the namespace of the release in what {@link renderComponents} gives; no other word of `deploy/` is like it. */
export const releaseNamespace = 'the-namespace-of-the-release';

/**
 * Renders `deploy/base` with components of `deploy/components`, everything in the namespace {@link releaseNamespace} and
 * without the Namespace itself, which a chart does not own.
 *
 * @throws Error where kubectl is missing, or kustomize refuses.
 */
export function renderComponents(components: readonly string[]): readonly RenderedObject[] {
  const moved = rendered({
    namespace: releaseNamespace,
    components,
    transformers: ['transformers/namespace'],
  });
  return moved
    .filter(({ kind }) => kind !== 'Namespace')
    .map(object => (clusterKinds.has(object.kind) ? withoutNamespace(object) : object));
}

/** Kinds that are in no namespace; of some of them kustomize does not know it. */
const clusterKinds: ReadonlySet<string> = new Set([
  'ClusterRole',
  'ClusterRoleBinding',
  'MutatingWebhookConfiguration',
  'PriorityClass',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
]);

/** What tells an object from the others, without the hash behind the name of the configuration. */
export function idOf({ kind, metadata }: RenderedObject): string {
  return `${kind} ${metadata.name.replace(hashedName, configurationName)}`;
}

const configurationName = 'sidecar-injector-config';
const hashedName = /^sidecar-injector-config-[a-z0-9]{10}$/;

interface Kustomization {
  readonly namespace: string;
  readonly components: readonly string[];
  readonly transformers: readonly string[];
}

function rendered({ namespace, components, transformers }: Kustomization): readonly RenderedObject[] {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'sidecar-injector-')));
  // A kustomization takes no absolute paths.
  const deploy = relative(directory, fileURLToPath(new URL('../../deploy', import.meta.url)));
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    namespace,
    resources: [`${deploy}/base`],
    components: components.map(component => `${deploy}/components/${component}`),
    transformers: transformers.map(transformer => `${deploy}/${transformer}`),
  };
  try {
    writeFileSync(join(directory, 'kustomization.yaml'), JSON.stringify(kustomization));
    return withPlainName(kustomize(directory));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function kustomize(directory: string): string {
  const { status, stdout, stderr, error } = spawnSync('kubectl', ['kustomize', directory], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`kubectl kustomize ${directory}: ${error?.message ?? stderr}`);
  return stdout;
}

/** The objects, with the name of the configuration as it is without its hash, wherever it stands. */
function withPlainName(text: string): readonly RenderedObject[] {
  const objects = parseAllDocuments(text).map(document => document.toJS() as RenderedObject);
  const name = objects.map(({ metadata }) => metadata.name).find(candidate => hashedName.test(candidate));
  if (name === undefined) throw new Error(`deploy/base has no ConfigMap ${configurationName} with a hash`);
  return JSON.parse(JSON.stringify(objects).replaceAll(name, configurationName));
}

function withoutNamespace(object: RenderedObject): RenderedObject {
  const { namespace: _namespace, ...metadata } = object.metadata;
  return { ...object, metadata } as RenderedObject;
}
