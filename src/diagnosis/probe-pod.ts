import type { Pod } from '../kubernetes/pod.ts';
import type { SidecarDefinition } from '../sidecars/definition.ts';
import { leastOf } from '../sidecars/samples/scenarios.ts';
import { emptySidecarSet, type SidecarSet } from '../sidecars/sidecar-set.ts';
import { annotationsOf } from '../trial/annotations-of.ts';
import { samplePod } from '../trial/sample-pod.ts';
import { clusterDefinitions } from './cluster-definitions.ts';
import { type Fact, isKnown, known, unknown } from './fact.ts';
import type { Installation } from './installation.ts';
import { compiledSidecars, isByPoliciesAlone, type Registrations } from './sidecar-policies.ts';

/** A pod that asks for a sidecar, and the container that it should come back with. */
export interface ProbePod {
  readonly sidecar: string;
  readonly pod: Pod;
}

/**
 * Makes a pod for trying what becomes of an annotated one, with the first sidecar that needs no guesses: one of the
 * cluster's ConfigMap, or, where policies were compiled of definitions elsewhere, one of `others` that they were compiled of.
 */
export function probePodFor(
  installation: Pick<Installation, 'definitions'> & Registrations,
  others: SidecarSet = emptySidecarSet,
): Fact<ProbePod> {
  const { definitions } = installation;
  if (isByPoliciesAlone(installation)) {
    const compiled = compiledSidecars(installation);
    const all = [...clusterDefinitions(installation).sidecars.values(), ...others.sidecars.values()];
    return firstProbe(
      all.filter(({ name, hash }) => compiled.get(name)?.has(hash)),
      'none of the definitions at hand is one that the policies were compiled of',
    );
  }
  if (!isKnown(definitions)) return definitions;
  const all = clusterDefinitions(installation).sidecars.values();
  return firstProbe(all, 'the cluster has no definition to try it with');
}

function firstProbe(definitions: Iterable<SidecarDefinition>, otherwise: string): Fact<ProbePod> {
  for (const definition of definitions) {
    const pod = podAskingFor(definition);
    if (pod !== undefined) return known({ sidecar: definition.name, pod });
  }
  return unknown(otherwise);
}

function podAskingFor(definition: SidecarDefinition): Pod | undefined {
  const texts = leastOf(definition);
  if (texts === undefined) return undefined;
  const { [modeKey(definition)]: _mode, ...annotations } = annotationsOf(definition, texts, '');
  return samplePod('sidecar-injector-check', annotations);
}

/** The mode is left to the injector. */
function modeKey({ name }: SidecarDefinition): string {
  return `sidecar.io/${name}.mode`;
}
