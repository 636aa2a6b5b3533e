import type { Config } from '../config/config.ts';
import { InjectorError } from '../injector-error.ts';
import { inOneLine } from '../sidecars/definition-problem.ts';
import { readSidecarFiles } from '../sidecars/sidecar-directory.ts';
import { emptySidecarSet, nextSidecarSet, type SidecarSet } from '../sidecars/sidecar-set.ts';
import { attempt } from './attempt.ts';
import { type EngineChoice, loadConfiguration } from './load-engine.ts';

/** What a command judges by. */
export interface LoadedDefinitions {
  readonly config: Config;
  readonly set: SidecarSet;
}

/**
 * Reads configuration and definitions for a command that judges by all of them.
 *
 * @throws InjectorError with all that is wrong with one of them.
 */
export async function loadDefinitions(choice: EngineChoice): Promise<LoadedDefinitions> {
  const config = await loadConfiguration(choice);
  const reading = readSidecarFiles(config.sidecars);
  const files = await attempt(`cannot read the definitions in "${config.sidecars}" (--sidecars)`, reading);
  const set = nextSidecarSet(emptySidecarSet, files, config.defaults);
  if (set.problems.length > 0) throw new InjectorError(set.problems.map(inOneLine).join('\n'));
  return { config, set };
}
