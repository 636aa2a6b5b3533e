import { InjectorError } from '../injector-error.ts';
import { inOneLine } from '../sidecars/definition-problem.ts';
import { readSidecarFiles } from '../sidecars/sidecar-directory.ts';
import {
  emptySidecarSet,
  nextSidecarSet,
  type SidecarSet,
  type SidecarSettings,
} from '../sidecars/sidecar-set.ts';
import { attempt } from './attempt.ts';

/**
 * Reads definitions for a command that judges by all of them.
 *
 * @throws InjectorError with all that is wrong with one of them.
 */
export async function readDefinitions(directory: string, settings: SidecarSettings): Promise<SidecarSet> {
  const reading = readSidecarFiles(directory);
  const files = await attempt(`cannot read the definitions in "${directory}" (--sidecars)`, reading);
  const set = nextSidecarSet(emptySidecarSet, files, settings);
  if (set.problems.length > 0) throw new InjectorError(set.problems.map(inOneLine).join('\n'));
  return set;
}
