import type { ApiClient } from '../../cluster/api-client.ts';
import type { ClusterPods, PodSelection } from '../../cluster/cluster-pods.ts';
import type { WorkloadOwners } from '../../cluster/fleet/workload-owners.ts';
import { PlanMemory } from '../../injection/plan/plan-memory.ts';
import type { RunningPod } from '../../kubernetes/running-pod.ts';
import {
  type KnownSources,
  type PlanFor,
  type SurveyedSidecar,
  surveyPod,
} from '../../running-pods/survey-pod.ts';
import { connectToContext } from '../connect-to-context.ts';
import { countingRules } from '../counting-rules.ts';
import { readDefinitions } from '../load-definitions.ts';
import { loadConfiguration } from '../load-engine.ts';
import { policyOf } from '../policy-of.ts';
import { whereInWords } from '../where-in-words.ts';
import { mustAskInjector } from './ask-injector.ts';
import { definitionsForPods } from './definitions-for-pods.ts';
import { type PodChoice, selectionOf } from './pod-choice.ts';
import { settingsForPods } from './settings-for-pods.ts';

/** Pods of a cluster beside the definitions that are in force. */
export interface ConnectedPods {
  readonly client: ApiClient;
  readonly pods: ClusterPods;
  readonly selection: PodSelection;
  readonly context: string;
  /** The sidecars that have a definition. */
  readonly sidecars: readonly string[];
  /** The context, the pods that are meant and what they are compared with, then what is not known: a line for each. */
  readonly about: readonly string[];
  readonly survey: (pod: RunningPod) => readonly SurveyedSidecar[];
  /** Finds out what names the workload of a pod, as in `shop/Deployment/web`. */
  readonly workloads: () => Promise<Pick<WorkloadOwners, 'workloadOf'>>;
  /** Where the definitions are not those that the cluster has in force: a note, which changes no result. */
  readonly otherDefinitions: Promise<string | undefined>;
  /** Why no more pods may be moved to the definitions; undefined where they may. */
  readonly whyStop: () => Promise<string | undefined>;
}

/**
 * Reads configuration and definitions and prepares calls of the Kubernetes API.
 *
 * @throws InjectorError where one of them cannot be used.
 */
export async function connectToPods(choice: PodChoice): Promise<ConnectedPods> {
  const local = await loadConfiguration(choice);
  const named = choice.sidecars === undefined ? undefined : await readDefinitions(local.sidecars, local);
  const connected = await connectToContext({ kubeconfig: local.kubeconfig, context: choice.context });
  const { client, name: context } = connected;
  // Asked first: where it does not say, or no API server answers, there is nothing to go on with.
  const source = named === undefined ? { inForce: await mustAskInjector(client, context) } : { named };
  const settings = await settingsForPods(client, choice, local);
  const { config } = settings;
  const definitions = await definitionsForPods({
    ...{ client, context, config, source },
    directory: local.sidecars,
    unknownSettings: settings.unknown,
  });
  const { set } = definitions;
  // The mode of a pod that runs is what its status says.
  const policy = policyOf(config, true);
  const plans = new PlanMemory(set, policy);
  const planFor: PlanFor = (pod, inheritance, versions) => plans.planFor(pod, inheritance, versions);
  const { ClusterPods } = await import('../../cluster/cluster-pods.ts');
  const pods = new ClusterPods(client);
  const selection = selectionOf(choice, connected.namespace);
  const { namespace } = selection;
  const leftAlone = await pods.namespacesLeftAlone(namespace);
  const { learnSources } = await import('../namespaces/learn-sources.ts');
  const { rules, leftOut } = countingRules(settings.rules, { sidecars: set, policy });
  const { sourcesIn, unknown } = await learnSources(client, rules, namespace);
  const isMeant =
    ({ metadata }: RunningPod) =>
    ({ state }: SurveyedSidecar) =>
      state !== 'bare' || !leftAlone.has(metadata.namespace);
  const known = (pod: RunningPod): KnownSources => {
    const sources = sourcesIn(pod.metadata.namespace, pod);
    return { sources: sources ?? [], areAllKnown: sources !== undefined && settings.unknown.length === 0 };
  };
  const workloads = async () => {
    const { WorkloadOwners } = await import('../../cluster/fleet/workload-owners.ts');
    const owners = new WorkloadOwners(client);
    await owners.load(namespace);
    return owners;
  };
  return {
    client,
    pods,
    selection,
    workloads,
    context,
    sidecars: [...set.sidecars.keys()],
    about: [
      whereInWords(context, selection),
      `compared with ${definitions.comparedWith}`,
      ...definitions.notes,
      ...settings.unknown,
      ...leftOut,
      ...unknown,
    ],
    survey: pod => surveyPod(pod, planFor, known(pod)).filter(isMeant(pod)),
    otherDefinitions: definitions.otherDefinitions,
    whyStop: definitions.whyStop,
  };
}
