import type { Json } from '../kubernetes/json.ts';
import type { Pod } from '../kubernetes/pod.ts';
import type { ApiClient } from './api-client.ts';
import { ApiError } from './api-error.ts';

/** Has the API server judge pods without creating them: https://kubernetes.io/docs/reference/using-api/api-concepts/#dry-run */
export class DryRunPods {
  readonly #client: Pick<ApiClient, 'request'>;
  readonly #namespace: string;

  constructor(client: Pick<ApiClient, 'request'>, namespace: string) {
    this.#client = client;
    this.#namespace = namespace;
  }

  /**
   * What the API server, or somebody whom it asks, says against a pod; undefined where it is admitted.
   *
   * @throws ApiError where it gives no answer about this pod.
   */
  async refusalOf(pod: Pod): Promise<string | undefined> {
    const path = `/api/v1/namespaces/${encodeURIComponent(this.#namespace)}/pods?dryRun=All`;
    try {
      const body = pod as unknown as Json;
      await this.#client.request({ method: 'POST', path, contentType: 'application/json', body });
      return undefined;
    } catch (error) {
      if (error instanceof ApiError && refusals.has(error.status)) return error.answer;
      throw error;
    }
  }
}

/** Bad request, forbidden by an admission controller, too large, unprocessable. */
const refusals: ReadonlySet<number> = new Set([400, 403, 413, 422]);
