import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { programsOnPath } from '../scripts/tools/programs-on-path.ts';

/** A manifest as it is written, without the classes of any client. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly labels?: Readonly<Record<string, string>>;
  };
}

export const overlays = ['default', 'cert-manager', 'production', 'hardened'] as const;

/** The one without an injector has next to nothing in common with them. */
export type Overlay = (typeof overlays)[number] | 'policy';

export function overlayDirectory(overlay: Overlay): string {
  return fileURLToPath(new URL(`../deploy/overlays/${overlay}`, import.meta.url));
}

/** What `kubectl kustomize` makes of an overlay. */
export function renderedManifests(overlay: Overlay, kubectl = 'kubectl'): readonly Manifest[] {
  return renderDirectory(overlayDirectory(overlay), kubectl);
}

/** The same in another namespace, by a kustomization such as docs/install.md shows. */
export function renderedElsewhere(
  overlay: Overlay,
  namespace: string,
  kubectl = 'kubectl',
): readonly Manifest[] {
  return renderKustomization({ namespace }, { base: `overlays/${overlay}`, components: [] }, kubectl);
}

/** What the overlay `default` makes together with components that no overlay has; elsewhere where a namespace is given. */
export function renderedWith(
  components: readonly Component[],
  namespace?: string,
  kubectl = 'kubectl',
): readonly Manifest[] {
  return renderKustomization({ namespace }, { base: 'overlays/default', components }, kubectl);
}

/** What `deploy/base` makes with components; elsewhere where a namespace is given. Without the Namespace itself. */
export function renderedBase(names: readonly string[], namespace?: string): readonly Manifest[] {
  const parts = { base: 'base', components: names };
  return renderKustomization({ namespace }, parts, 'kubectl').filter(({ kind }) => kind !== 'Namespace');
}

export const components = ['namespaces-ignore', 'cluster-wide', 'namespace-owners'] as const;

export type Component = (typeof components)[number];

/** What kustomize makes of a directory of the project. */
export function renderedDirectory(path: string, kubectl = 'kubectl'): readonly Manifest[] {
  return renderDirectory(fileURLToPath(new URL(`../${path}`, import.meta.url)), kubectl);
}

/** What a kustomization makes that a page shows, whose address of this project leads here. */
export function renderedText(text: string, kubectl = 'kubectl'): readonly Manifest[] {
  return renderWritten(pathTo => text.replaceAll(shownAddress, pathTo('')), kubectl);
}

const shownAddress = 'https://example.com/sidecar-injector//deploy/';

function renderKustomization(
  { namespace }: { readonly namespace: string | undefined },
  parts: { readonly base: string; readonly components: readonly string[] },
  kubectl: string,
): readonly Manifest[] {
  const write = (pathTo: (path: string) => string) =>
    JSON.stringify({
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      resources: [pathTo(parts.base)],
      components: parts.components.map(component => pathTo(`components/${component}`)),
      ...(namespace === undefined ? {} : { namespace, transformers: [pathTo('transformers/namespace')] }),
    });
  return renderWritten(write, kubectl);
}

function renderWritten(
  write: (pathTo: (path: string) => string) => string,
  kubectl: string,
): readonly Manifest[] {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'sidecar-injector-')));
  // A kustomization takes no absolute paths.
  const deploy = relative(directory, fileURLToPath(new URL('../deploy', import.meta.url)));
  try {
    writeFileSync(
      join(directory, 'kustomization.yaml'),
      write(path => `${deploy}/${path}`),
    );
    return renderDirectory(directory, kubectl);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function renderDirectory(directory: string, kubectl: string): readonly Manifest[] {
  const options = { encoding: 'utf8', maxBuffer: maxManifestBytes } as const;
  return parseManifests(execFileSync(kubectl, ['kustomize', directory], options));
}

/** Policies that inject are long. */
export const maxManifestBytes = 16 * 1024 * 1024;

/** The manifests of `deploy/install.yaml`. */
export function installedManifests(): readonly Manifest[] {
  return parseManifests(readFileSync(new URL('../deploy/install.yaml', import.meta.url), 'utf8'));
}

function parseManifests(text: string): readonly Manifest[] {
  return parseAllDocuments(text).map(document => document.toJS() as Manifest);
}

/** The one manifest of a kind, and of a name where there are several, as what the caller knows it to be. */
export function manifestOf<T = Manifest>(manifests: readonly Manifest[], kind: string, name?: string): T {
  const found = manifests.filter(
    manifest => manifest.kind === kind && (name ?? manifest.metadata.name) === manifest.metadata.name,
  );
  if (found.length !== 1) throw new Error(`${found.length} manifests of kind ${kind} ${name ?? ''}`);
  return found[0] as T;
}

/** Every kubectl of this machine: the one on the PATH, and older ones beside it as the Google Cloud CLI brings them. */
export function kubectls(): readonly string[] {
  const onPath = programsOnPath('kubectl', process.env).find(runs);
  if (onPath === undefined) return [];
  const directory = dirname(realpathSync(onPath));
  const others = readdirSync(directory).filter(name => /^kubectl\.\d+\.\d+$/.test(name));
  return [onPath, ...others.map(name => join(directory, name))].filter(runs);
}

function runs(program: string): boolean {
  return spawnSync(program, ['version', '--client'], { stdio: 'ignore' }).status === 0;
}
