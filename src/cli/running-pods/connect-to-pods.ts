import type { ClusterPods, PodSelection } from '../../cluster/cluster-pods.ts';
import { loadConfig } from '../../config/load-config.ts';
import { PlanMemory } from '../../injection/plan/plan-memory.ts';
import { InjectorError } from '../../injector-error.ts';
import type { RunningPod } from '../../kubernetes/running-pod.ts';
import { type SurveyedSidecar, surveyPod } from '../../running-pods/survey-pod.ts';
import { inOneLine } from '../../sidecars/definition-problem.ts';
import { readSidecarFiles } from '../../sidecars/sidecar-directory.ts';
import { emptySidecarSet, nextSidecarSet } from '../../sidecars/sidecar-set.ts';
import { attempt } from '../attempt.ts';
import type { PodChoice } from './pod-options.ts';

/** Pods of a cluster beside the definitions that are in force. */
export interface ConnectedPods {
  readonly pods: ClusterPods;
  readonly selection: PodSelection;
  readonly context: string;
  /** The sidecars that have a definition. */
  readonly sidecars: readonly string[];
  /** The context and the pods that are meant, in words. */
  readonly where: string;
  readonly survey: (pod: RunningPod) => readonly SurveyedSidecar[];
}

/**
 * Reads configuration and definitions and prepares calls of the Kubernetes API.
 *
 * @throws InjectorError where one of them cannot be used.
 */
export async function connectToPods(choice: PodChoice): Promise<ConnectedPods> {
  const { config, problems } = {
    config: undefined,
    problems: undefined,
    ...(await loadConfig(configFlags(choice))),
  };
  if (config === undefined) throw new InjectorError((problems ?? []).join('\n'));
  const reading = readSidecarFiles(config.sidecars);
  const files = await attempt(`cannot read the definitions in "${config.sidecars}" (--sidecars)`, reading);
  const set = nextSidecarSet(emptySidecarSet, files, config.defaults);
  if (set.problems.length > 0) throw new InjectorError(set.problems.map(inOneLine).join('\n'));
  // The mode of a pod that runs is what its status says.
  const plans = new PlanMemory(set, { ...config, areNativeSidecarsAvailable: true });
  const { loadContext } = await import('../../cluster/kubeconfig.ts');
  const { ApiClient } = await import('../../cluster/api-client.ts');
  const { ClusterPods } = await import('../../cluster/cluster-pods.ts');
  const { name, access } = loadContext({ file: config.kubeconfig || undefined, context: choice.context });
  const pods = new ClusterPods(new ApiClient(access, () => new Date()));
  const namespace = choice.allNamespaces ? undefined : (choice.namespace ?? access.namespace ?? 'default');
  const { selector } = choice;
  const leftAlone = await pods.namespacesLeftAlone(namespace);
  return {
    pods,
    selection: { namespace, selector },
    context: name,
    sidecars: [...set.sidecars.keys()],
    where: [
      `context ${name}`,
      namespace === undefined ? 'all namespaces' : `namespace ${namespace}`,
      ...(selector === undefined ? [] : [`selector ${selector}`]),
    ].join(', '),
    survey: pod =>
      surveyPod(pod, known => plans.planFor(known)).filter(
        ({ state }) => state !== 'bare' || !leftAlone.has(pod.metadata.namespace),
      ),
  };
}

function configFlags({ kubeconfig, sidecars, config }: PodChoice): readonly string[] {
  return Object.entries({ kubeconfig, sidecars, config }).flatMap(([flag, value]) =>
    value === undefined ? [] : [`--${flag}=${value}`],
  );
}
