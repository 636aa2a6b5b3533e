import type { DryRunPods } from '../../cluster/dry-run-pods.ts';
import { InjectorError } from '../../injector-error.ts';
import { oneLine } from '../../shown-text.ts';
import type { SidecarDefinition } from '../../sidecars/definition.ts';
import type { DefinitionProblem } from '../../sidecars/definition-problem.ts';
import type { YamlSource } from '../../sidecars/yaml-source.ts';
import { admissionProblem, withoutMode } from '../../trial/admission-problem.ts';
import { samplePod } from '../../trial/sample-pod.ts';
import { type TrialPod, trialPods } from '../../trial/trial-pods.ts';

/** Which API server is asked; the names are kubectl's. */
export interface ApiServerChoice {
  readonly context: string;
  readonly kubeconfig?: string | undefined;
  readonly namespace?: string | undefined;
}

export interface AskedDefinition {
  readonly definition: SidecarDefinition;
  readonly source: YamlSource;
}

/** How many pods are asked about; more would be a burden for a cluster that others use. */
const maxPods = 2000;

/**
 * Has the API server of a context judge, by dry run, the pods that definitions make.
 *
 * @throws InjectorError where it cannot be asked.
 */
export async function askApiServer(
  { context, kubeconfig, namespace }: ApiServerChoice,
  definitions: readonly AskedDefinition[],
): Promise<readonly DefinitionProblem[]> {
  const { loadContext } = await import('../../cluster/kubeconfig.ts');
  const { clientForPerson } = await import('../client-for-person.ts');
  const { DryRunPods } = await import('../../cluster/dry-run-pods.ts');
  const { access } = loadContext({ file: kubeconfig, context });
  const inNamespace = namespace ?? access.namespace ?? 'default';
  const pods = new DryRunPods(clientForPerson(access), inNamespace);
  return judgeDefinitions(pods, definitions).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InjectorError(`context ${context}, namespace ${inNamespace}: ${oneLine(reason, 1000)}`, {
      cause,
    });
  });
}

/**
 * Has pods of definitions judged, each different one once, and tells each answer once for a definition.
 *
 * @throws InjectorError where a pod without a sidecar is refused, or where there are too many; ApiError.
 */
export async function judgeDefinitions(
  pods: Pick<DryRunPods, 'refusalOf'>,
  definitions: readonly AskedDefinition[],
): Promise<readonly DefinitionProblem[]> {
  const plain = await pods.refusalOf(samplePod('plain', {}));
  if (plain !== undefined) {
    throw new InjectorError(`a pod without a sidecar is refused, so none can be judged there: ${plain}`);
  }
  const asked = definitions.map(({ definition, source }) => ({ source, trials: trialPods(definition) }));
  const count = asked.reduce((sum, { trials }) => sum + trials.length, 0);
  if (count > maxPods) {
    throw new InjectorError(`${count} pods to judge, at most ${maxPods}; name fewer files at once`);
  }
  const problems: DefinitionProblem[] = [];
  for (const { source, trials } of asked) problems.push(...(await judgePods(pods, source, trials)));
  return problems;
}

async function judgePods(
  pods: Pick<DryRunPods, 'refusalOf'>,
  source: YamlSource,
  trials: readonly TrialPod[],
): Promise<readonly DefinitionProblem[]> {
  const problems = new Map<string, DefinitionProblem>();
  for (const { trial, pod } of trials) {
    const answer = await pods.refusalOf(pod);
    if (answer === undefined || problems.has(withoutMode(answer))) continue;
    problems.set(withoutMode(answer), admissionProblem(source, trial, answer));
  }
  return [...problems.values()];
}
