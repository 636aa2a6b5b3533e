import type { Pod } from '../kubernetes/pod.ts';
import type { SidecarDefinition } from '../sidecars/definition.ts';
import { leastOf } from '../sidecars/samples/scenarios.ts';
import { annotationsOf } from '../trial/annotations-of.ts';
import { samplePod } from '../trial/sample-pod.ts';
import { clusterDefinitions } from './cluster-definitions.ts';
import { type Fact, isKnown, known, unknown } from './fact.ts';
import type { Installation } from './installation.ts';

/** A pod that asks for a sidecar, and the container that it should come back with. */
export interface ProbePod {
  readonly sidecar: string;
  readonly pod: Pod;
}

/** Makes a pod for trying the way through the webhook, with the first sidecar of the cluster that needs no guesses. */
export function probePodFor(installation: Pick<Installation, 'definitions'>): Fact<ProbePod> {
  const { definitions } = installation;
  if (!isKnown(definitions)) return definitions;
  for (const definition of clusterDefinitions(installation).sidecars.values()) {
    const pod = podAskingFor(definition);
    if (pod !== undefined) return known({ sidecar: definition.name, pod });
  }
  return unknown('the cluster has no definition to try it with');
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
