import type { Fact } from '../../diagnosis/fact.ts';
import { known, unknown } from '../../diagnosis/fact.ts';
import type { Probe } from '../../diagnosis/installation.ts';
import type { Json } from '../../kubernetes/json.ts';
import type { Pod } from '../../kubernetes/pod.ts';
import { oneLine } from '../../shown-text.ts';
import type { ApiClient } from '../api-client.ts';
import { ApiError } from '../api-error.ts';
import { learn } from './learn.ts';

/**
 * Has the API server create a pod by dry run, which asks the webhooks and keeps nothing:
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#dry-run
 */
export async function tryPod(
  client: Pick<ApiClient, 'request'>,
  namespace: string,
  { pod, sidecar }: { readonly pod: Pod; readonly sidecar: string },
): Promise<Fact<Probe>> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods?dryRun=All`;
  const body = pod as unknown as Json;
  const answer = client
    .request({ method: 'POST', path, contentType: 'application/json', body, timeoutMs })
    .then(created => ({ pod: created }))
    .catch((error: unknown) => {
      if (!(error instanceof ApiError) || isNoAnswer(error)) throw error;
      return { refusal: oneLine(error.answer, maxLength) };
    });
  const learnt = await learn(answer);
  return 'unknown' in learnt
    ? unknown(learnt.unknown, learnt.isForbidden)
    : known({ namespace, sidecar, answer: learnt.value });
}

/** The API server waits for a webhook for up to 30 seconds, as its timeoutSeconds says. */
const timeoutMs = 35_000;

const maxLength = 2000;

/** Nothing that is about the pod: who asks may not create one, or there is no such namespace. */
function isNoAnswer({ status, answer }: ApiError): boolean {
  return status === 0 || status === 401 || status === 404 || /cannot create resource "pods"/.test(answer);
}
