import { describe, expect, it } from 'vitest';
import type { ApiRequest } from '../../../src/cluster/api-client.ts';
import { ApiError } from '../../../src/cluster/api-error.ts';
import { listPages, type ObjectPage } from '../../../src/cluster/list-objects.ts';
import type { JsonObject } from '../../../src/kubernetes/json.ts';

/** Lists behind an API that gives these answers, one a call. */
async function list(answers: readonly (JsonObject | Error)[], onlyMetadata?: boolean) {
  const calls: ApiRequest[] = [];
  const request = async (call: ApiRequest) => {
    const answer = answers[calls.push(call) - 1];
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error('one call too many');
    return answer;
  };
  const pages: ObjectPage[] = [];
  const choice = { path: '/pods', query: { limit: '1' }, ...(onlyMetadata && { onlyMetadata }) };
  for await (const page of listPages({ request }, choice)) pages.push(page);
  return { pages, calls };
}

const page = (name: string, resourceVersion: string, next = '') => ({
  metadata: { resourceVersion, continue: next },
  items: [{ metadata: { name } }],
});

const expired = (restOfList?: string) =>
  new ApiError('GET /pods', 410, 'too old', restOfList ? { restOfList } : {});

describe('a list in pages', () => {
  it('goes on, as of then, where its version is no longer kept', async () => {
    const answers = [page('a', '5', 'old'), expired('rest'), page('b', '90', 'more'), page('c', '90')];
    const { pages, calls } = await list(answers);
    expect(pages.flatMap(({ items }) => items.map(({ metadata }) => metadata))).toEqual([
      { name: 'a' },
      { name: 'b' },
      { name: 'c' },
    ]);
    expect(pages.map(({ resourceVersion }) => resourceVersion)).toEqual(['5', '90', '90']);
    const pathOf = (next: string) => `/pods?limit=1&continue=${next}`;
    expect(calls.map(({ path }) => path)).toEqual([
      '/pods?limit=1',
      pathOf('old'),
      pathOf('rest'),
      pathOf('more'),
    ]);
  });

  it('fails where the API server does not say where the rest is, or does not give it', async () => {
    await expect(list([page('a', '5', 'old'), expired()])).rejects.toThrow('410 too old');
    await expect(list([page('a', '5', 'old'), expired('rest'), expired('rest')])).rejects.toThrow('410');
  });

  it('may be one of metadata', async () => {
    const { calls } = await list([page('a', '5')], true);
    expect(calls).toEqual([{ method: 'GET', path: '/pods?limit=1', onlyMetadataOf: 'list' }]);
  });
});
