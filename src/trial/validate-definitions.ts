import type { DefinitionProblem } from '../sidecars/definition-problem.ts';
import { parseDefinition, type ReadDefinition } from '../sidecars/parse-definition.ts';
import { type DefinitionFinding, reviewDefinition } from '../sidecars/review/review-definition.ts';
import { emptySidecarSet, nextSidecarSet, type SidecarFile } from '../sidecars/sidecar-set.ts';
import { engineProblems } from './engine-problems.ts';

/** What was found out about definitions. */
export interface Validation {
  readonly files: number;
  /** Those that can be used. */
  readonly sidecars: number;
  readonly errors: readonly DefinitionProblem[];
  readonly findings: readonly DefinitionFinding[];
  /** Findings that their definitions accept. */
  readonly accepted: readonly DefinitionFinding[];
}

/** Judges files as one set: what `validate` says of them, without an API server. Also gives those that can be used. */
export function validateDefinitions(
  files: readonly SidecarFile[],
): Validation & { readonly usable: readonly ReadDefinition[] } {
  const { problems, sidecars, next } = nextSidecarSet(emptySidecarSet, files);
  const all = files.flatMap(({ name, text }) => (text === undefined ? [] : parseDefinition(name, text)));
  const usable = all.flatMap(reading => (reading.definition ? [reading] : []));
  // Of a file with errors as much as is sure whatever comes of them.
  const legible = all.flatMap(reading => (reading.definition ? [reading] : (reading.rest ?? [])));
  const found = legible.flatMap(({ definition, source, spec }) => reviewDefinition(source, spec, definition));
  return {
    files: files.length,
    sidecars: sidecars.size + next.size,
    errors: [...problems, ...usable.flatMap(({ definition, source }) => engineProblems(definition, source))],
    findings: found.filter(({ reason }) => reason === undefined),
    accepted: found.filter(({ reason }) => reason !== undefined),
    usable,
  };
}
