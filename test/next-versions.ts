/** Definitions with a next version, for tests. */
import {
  emptySidecarSet,
  nextSidecarSet,
  type SidecarFile,
  type SidecarSet,
} from '../src/sidecars/sidecar-set.ts';

/** Two files for a sidecar: the current version has the image `…:v1`, the next one `…:v2` and what is said beside that. */
export function filesWithNext(name: string, next: object = {}): readonly SidecarFile[] {
  const file = (suffix: string, version: string, more: object) => ({
    name: `${name}${suffix}`,
    // YAML reads JSON.
    text: JSON.stringify({
      apiVersion: 'sidecar.io/v1',
      kind: 'Sidecar',
      metadata: { name },
      spec: {
        description: 'A sidecar of a test.',
        parameters: { level: { type: 'integer', default: 1, description: 'How much it says.' } },
        container: { image: `registry.example.com/${name}:${version}`, args: ['--level=${level}'] },
        ...more,
      },
    }),
  });
  return [file('.yaml', 'v1', {}), file('.next.yaml', 'v2', next)];
}

/** A set of sidecars that each have both versions. */
export function sidecarSetWithNext(...names: readonly string[]): SidecarSet {
  return nextSidecarSet(
    emptySidecarSet,
    names.flatMap(name => filesWithNext(name)),
  );
}
