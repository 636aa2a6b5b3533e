import type { ApiRequest } from '../../../../src/cluster/api-client.ts';
import { ApiError } from '../../../../src/cluster/api-error.ts';
import type { JsonObject } from '../../../../src/kubernetes/json.ts';

/** An API server that has these answers by path, without the query; a number is the status of a refusal. */
export class FakeClient {
  readonly asked: string[] = [];
  readonly #answers: Readonly<Record<string, JsonObject | number>>;

  constructor(answers: Readonly<Record<string, JsonObject | number>>) {
    this.#answers = answers;
  }

  async request({ method, path }: ApiRequest): Promise<JsonObject> {
    this.asked.push(path);
    const [place = ''] = path.split('?', 1);
    const answer = this.#answers[place] ?? 404;
    if (typeof answer !== 'number') return answer;
    throw new ApiError(`${method} ${place}`, answer, answer === 403 ? 'is forbidden' : 'not found');
  }
}
