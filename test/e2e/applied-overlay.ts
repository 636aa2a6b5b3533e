import { type Manifest, type Overlay, renderedManifests } from '../rendered-manifests.ts';
import { kubectl, reinstall } from './suite.ts';

/** What kubectl calls an object: `deployment.v1.apps/web`. */
export function nameOf({ apiVersion, kind, metadata }: Manifest): string {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : [];
  return `${[kind, version, group].filter(Boolean).join('.')}/${metadata.name}`.toLowerCase();
}

/** Manifests as one object for kubectl. */
export function listOf(items: readonly Manifest[]) {
  return { apiVersion: 'v1', kind: 'List', items };
}

/** The arguments of kubectl for where an object is. */
export function namespaceOf({ metadata }: Manifest): readonly string[] {
  return metadata.namespace === undefined ? [] : ['--namespace', metadata.namespace];
}

/** Takes away what an overlay has beyond the default, and applies that again. */
export async function takeAway(overlay: Overlay): Promise<void> {
  const installed = new Set(renderedManifests('default').map(nameOf));
  const more = renderedManifests(overlay).filter(manifest => !installed.has(nameOf(manifest)));
  for (const manifest of more) await kubectl([...namespaceOf(manifest), 'delete', nameOf(manifest)]);
  await reinstall();
}
