import { versionedName } from '../../injection/render/choose-image.ts';
import type { SidecarDefinition } from '../../sidecars/definition.ts';
import type { LoadedFile, SidecarSet } from '../../sidecars/sidecar-set.ts';
import { isInSet } from './definitions-in-force.ts';
import { type DefinitionInForce, nameInForce } from './injector-version.ts';

/** The definitions that an injector has in force, as far as they were found. */
export interface FoundDefinitions {
  readonly set: SidecarSet;
  /** Those in force whose text is nowhere among the sets. */
  readonly missing: readonly DefinitionInForce[];
}

/**
 * Picks out of these sets the definitions that are in force: a hash says all that a definition says, so that a text with
 * the same hash is the same definition, wherever it lies. Nothing else of the sets counts.
 */
export function definitionsByHash(
  inForce: readonly DefinitionInForce[],
  sets: readonly SidecarSet[],
): FoundDefinitions {
  const byKey = new Map<string, LoadedFile & { readonly definition: SidecarDefinition }>(
    sets.flatMap(set =>
      [...set.files.values()].flatMap(({ definition, ...file }) =>
        definition !== undefined && isInSet(definition, set)
          ? [[`${versionedName(definition)} ${definition.hash}`, { definition, ...file }] as const]
          : [],
      ),
    ),
  );
  const wanted = inForce.filter(({ hash }) => hash !== undefined);
  const keyOf = (definition: DefinitionInForce) => `${nameInForce(definition)} ${definition.hash}`;
  const found = wanted.flatMap(definition => byKey.get(keyOf(definition)) ?? []);
  const named = (version: 'next' | undefined) =>
    new Map(
      found.flatMap(({ definition }) =>
        definition.version === version ? [[definition.name, definition] as const] : [],
      ),
    );
  return {
    set: {
      sidecars: named(undefined),
      next: named('next'),
      broken: brokenAmong(inForce.filter(({ version }) => version === undefined)),
      brokenNext: brokenAmong(inForce.filter(({ version }) => version === 'next')),
      problems: [],
      files: new Map(
        found.map((file): readonly [string, LoadedFile] => [versionedName(file.definition), file]),
      ),
    },
    missing: wanted.filter(definition => !byKey.has(keyOf(definition))),
  };
}

/** The sidecars that have a file, and no good text of it. */
function brokenAmong(inForce: readonly DefinitionInForce[]): ReadonlyMap<string, string> {
  const good = new Set(inForce.filter(({ hash }) => hash !== undefined).map(({ sidecar }) => sidecar));
  return new Map(
    inForce.flatMap(({ sidecar, hash, file, problem = '' }) =>
      sidecar === undefined || hash !== undefined || good.has(sidecar)
        ? []
        : [[sidecar, `${file}: ${problem}`] as const],
    ),
  );
}
