/** What kustomize makes of `deploy/base` and components, in the namespace that the templates of the chart put in. */
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import type { JsonObject } from '../../src/kubernetes/json.ts';
import { kustomize } from '../kustomize.ts';

/** An object as kustomize writes it. */
export interface RenderedObject extends JsonObject {
  readonly kind: string;
  readonly metadata: JsonObject & { readonly name: string };
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
  const moved = rendered(components);
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

function rendered(components: readonly string[]): readonly RenderedObject[] {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'sidecar-injector-')));
  // A kustomization takes no absolute paths.
  const deploy = relative(directory, fileURLToPath(new URL('../../deploy', import.meta.url)));
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    namespace: releaseNamespace,
    resources: [`${deploy}/base`],
    components: components.map(component => `${deploy}/components/${component}`),
    transformers: [`${deploy}/transformers/namespace`],
  };
  try {
    writeFileSync(join(directory, 'kustomization.yaml'), JSON.stringify(kustomization));
    return withPlainName(kustomize(directory));
  } finally {
    rmSync(directory, { recursive: true });
  }
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
