import type { SidecarDefinition } from '../../src/sidecars/definition.ts';
import { type TrialPod, trialPods } from '../../src/trial/trial-pods.ts';
import type { ApiAnswer, ApiClient } from './api-client.ts';

/** So many requests at once as keep the API server busy. */
const lanes = 6;

/** What became of the pods of a definition. */
export interface Judgement {
  readonly admitted: number;
  /** What the API server said of a pod that the engine put a sidecar into, with what was set. */
  readonly problems: readonly string[];
}

/** Has the API server judge the pods of a definition by dry run, each different one once, of the first scenarios. */
export async function judge(
  api: ApiClient,
  namespace: string,
  definition: SidecarDefinition,
  maximumScenarios = Number.POSITIVE_INFINITY,
): Promise<Judgement> {
  let pods: readonly TrialPod[];
  try {
    pods = trialPods(definition, maximumScenarios);
  } catch (error) {
    return { admitted: 0, problems: [`the engine throws: ${String(error)}`] };
  }
  let admitted = 0;
  const problems: string[] = [];
  await inLanes(pods, async ({ pod, trial: { mode, texts } }) => {
    const answer = await create(api, namespace, pod);
    if (answer.status === 201) admitted += 1;
    else problems.push(`${mode} ${JSON.stringify(Object.fromEntries(texts))}: ${answer.body.message}`);
  });
  return { admitted, problems };
}

function create(
  api: ApiClient,
  namespace: string,
  body: unknown,
): Promise<ApiAnswer<{ readonly message?: string }>> {
  return api.ask({ method: 'POST', path: `/api/v1/namespaces/${namespace}/pods?dryRun=All`, body });
}

/** Works through a list, several entries at once. */
export async function inLanes<T>(list: readonly T[], work: (entry: T) => Promise<void>): Promise<void> {
  const rest = list[Symbol.iterator]();
  const lane = async () => {
    for (const entry of rest) await work(entry);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
