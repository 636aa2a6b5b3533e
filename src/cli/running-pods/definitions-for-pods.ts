import { definitionsInForce } from '../../diagnosis/versions/definitions-in-force.ts';
import { InjectorError } from '../../injector-error.ts';
import { inOneLine } from '../../sidecars/definition-problem.ts';
import {
  emptySidecarSet,
  nextSidecarSet,
  type SidecarSet,
  type SidecarSettings,
} from '../../sidecars/sidecar-set.ts';
import { compareWithInjector } from '../compare-with-injector.ts';
import { definitionsOfInjector } from './definitions-of-injector.ts';
import type { DefinitionsQuestion, PodDefinitions } from './pod-definitions.ts';

/**
 * Those that the injector in the cluster has in force, whatever lies here; others only where somebody names them.
 *
 * @throws InjectorError where nobody has named any and those in force are not found, or where one cannot be used.
 */
export async function definitionsForPods(question: DefinitionsQuestion): Promise<PodDefinitions> {
  const { client, config, directory, source } = question;
  if ('inForce' in source) return definitionsOfInjector(question, source.inForce);
  const set = withSettings(source.named, config);
  return {
    set,
    comparedWith: `the definitions in ${directory} (--sidecars)`,
    notes: [],
    otherDefinitions: compareWithInjector(client, definitionsInForce(set, config)),
    whyStop: async () => undefined,
  };
}

/** The same files with the operator's settings; those for sidecars that the directory does not have change nothing. */
function withSettings({ files }: SidecarSet, settings: SidecarSettings): SidecarSet {
  const set = nextSidecarSet(
    emptySidecarSet,
    [...files.values()].map(({ file }) => file),
    settings,
  );
  const problems = set.problems.filter(({ file }) => files.has(file));
  if (problems.length > 0) throw new InjectorError(problems.map(inOneLine).join('\n'));
  return set;
}
