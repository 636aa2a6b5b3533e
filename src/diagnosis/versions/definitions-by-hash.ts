import type { LoadedFile, SidecarSet } from '../../sidecars/sidecar-set.ts';
import type { DefinitionInForce } from './injector-version.ts';

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
  const byKey = new Map(
    sets.flatMap(({ sidecars, files }) =>
      [...files.values()].flatMap(({ definition, ...file }) =>
        definition !== undefined && sidecars.get(definition.name) === definition
          ? [[`${definition.name} ${definition.hash}`, { definition, ...file }] as const]
          : [],
      ),
    ),
  );
  const wanted = inForce.filter(({ hash }) => hash !== undefined);
  const found = wanted.flatMap(({ sidecar, hash }) => byKey.get(`${sidecar} ${hash}`) ?? []);
  const sidecars = new Map(found.map(({ definition }) => [definition.name, definition]));
  return {
    set: {
      sidecars,
      broken: brokenAmong(inForce),
      problems: [],
      files: new Map(found.map((file): readonly [string, LoadedFile] => [file.definition.name, file])),
    },
    missing: wanted.filter(({ sidecar, hash }) => !byKey.has(`${sidecar} ${hash}`)),
  };
}

/** The sidecars that have a file, and no version of it that can be used. */
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
