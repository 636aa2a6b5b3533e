import type { ClusterPods, PodSelection } from '../../cluster/cluster-pods.ts';
import { definitionsInForce } from '../../diagnosis/versions/definitions-in-force.ts';
import { PlanMemory } from '../../injection/plan/plan-memory.ts';
import type { RunningPod } from '../../kubernetes/running-pod.ts';
import {
  type KnownSources,
  type PlanFor,
  type SurveyedSidecar,
  surveyPod,
} from '../../running-pods/survey-pod.ts';
import { compareWithInjector } from '../compare-with-injector.ts';
import { connectToContext } from '../connect-to-context.ts';
import { countingRules } from '../counting-rules.ts';
import { loadDefinitions } from '../load-definitions.ts';
import { policyOf } from '../policy-of.ts';
import { whereInWords } from '../where-in-words.ts';
import type { PodChoice } from './pod-choice.ts';
import { rulesInForce } from './rules-in-force.ts';

/** Pods of a cluster beside the definitions that are in force. */
export interface ConnectedPods {
  readonly pods: ClusterPods;
  readonly selection: PodSelection;
  readonly context: string;
  /** The sidecars that have a definition. */
  readonly sidecars: readonly string[];
  /** The context and the pods that are meant, in words. */
  readonly where: string;
  /** What could not be learnt, or does not count, in words. */
  readonly unknown: readonly string[];
  readonly survey: (pod: RunningPod) => readonly SurveyedSidecar[];
  /** Where the definitions are not those that the cluster has in force: a note, which changes no result. */
  readonly otherDefinitions: Promise<string | undefined>;
}

/**
 * Reads configuration and definitions and prepares calls of the Kubernetes API.
 *
 * @throws InjectorError where one of them cannot be used.
 */
export async function connectToPods(choice: PodChoice): Promise<ConnectedPods> {
  const { config, set } = await loadDefinitions(choice);
  // The mode of a pod that runs is what its status says.
  const policy = policyOf(config, true);
  const plans = new PlanMemory(set, policy);
  const planFor: PlanFor = (pod, inheritance) => plans.planFor(pod, inheritance);
  const { kubeconfig } = config;
  const connected = await connectToContext({ kubeconfig, context: choice.context });
  const { ClusterPods } = await import('../../cluster/cluster-pods.ts');
  const pods = new ClusterPods(connected.client);
  const namespace = choice.allNamespaces ? undefined : (choice.namespace ?? connected.namespace ?? 'default');
  const { selector } = choice;
  const leftAlone = await pods.namespacesLeftAlone(namespace);
  const { learnSources } = await import('../namespaces/learn-sources.ts');
  const configured = await rulesInForce(connected.client, choice, config);
  const { rules, leftOut } = countingRules(configured.rules, { sidecars: set, policy });
  const { sourcesIn, unknown } = await learnSources(connected.client, rules, namespace);
  const isMeant =
    ({ metadata }: RunningPod) =>
    ({ state }: SurveyedSidecar) =>
      state !== 'bare' || !leftAlone.has(metadata.namespace);
  const known = (pod: RunningPod): KnownSources => {
    const sources = sourcesIn(pod.metadata.namespace, pod);
    return { sources: sources ?? [], areAllKnown: sources !== undefined && configured.unknown.length === 0 };
  };
  return {
    pods,
    selection: { namespace, selector },
    context: connected.name,
    sidecars: [...set.sidecars.keys()],
    where: whereInWords(connected.name, { namespace, selector }),
    survey: pod => surveyPod(pod, planFor, known(pod)).filter(isMeant(pod)),
    unknown: [...configured.unknown, ...leftOut, ...unknown],
    otherDefinitions: compareWithInjector(connected.client, definitionsInForce(set, config.imageRegistry)),
  };
}
