import type { Config } from '../config/config.ts';
import { InjectorError } from '../injector-error.ts';
import { inOneLine } from '../sidecars/definition-problem.ts';
import { readSidecarFiles } from '../sidecars/sidecar-directory.ts';
import {
  emptySidecarSet,
  nextSidecarSet,
  type SidecarDefaults,
  type SidecarSet,
} from '../sidecars/sidecar-set.ts';
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
  return { config, set: await readDefinitions(config.sidecars, config.defaults) };
}

/**
 * Reads definitions for a command that judges by all of them.
 *
 * @throws InjectorError with all that is wrong with one of them.
 */
export async function readDefinitions(directory: string, defaults: SidecarDefaults): Promise<SidecarSet> {
  const reading = readSidecarFiles(directory);
  const files = await attempt(`cannot read the definitions in "${directory}" (--sidecars)`, reading);
  const set = nextSidecarSet(emptySidecarSet, files, defaults);
  if (set.problems.length > 0) throw new InjectorError(set.problems.map(inOneLine).join('\n'));
  return set;
}
