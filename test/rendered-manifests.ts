import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';

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

export const overlays = ['default', 'cert-manager', 'production'] as const;

export type Overlay = (typeof overlays)[number];

export function overlayDirectory(overlay: Overlay): string {
  return fileURLToPath(new URL(`../deploy/overlays/${overlay}`, import.meta.url));
}

/** What `kubectl kustomize` makes of an overlay. */
export function renderedManifests(overlay: Overlay, kubectl = 'kubectl'): readonly Manifest[] {
  return parseManifests(
    execFileSync(kubectl, ['kustomize', overlayDirectory(overlay)], { encoding: 'utf8' }),
  );
}

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
  const onPath = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map(directory => join(directory, 'kubectl'))
    .find(runs);
  if (onPath === undefined) return [];
  const directory = dirname(realpathSync(onPath));
  const others = readdirSync(directory).filter(name => /^kubectl\.\d+\.\d+$/.test(name));
  return [onPath, ...others.map(name => join(directory, name))].filter(runs);
}

function runs(program: string): boolean {
  return spawnSync(program, ['version', '--client'], { stdio: 'ignore' }).status === 0;
}
