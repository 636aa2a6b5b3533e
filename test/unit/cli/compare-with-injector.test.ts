import { describe, expect, it } from 'vitest';
import { compareWithInjector } from '../../../src/cli/compare-with-injector.ts';
import type { ApiRequest } from '../../../src/cluster/api-client.ts';
import { ApiError } from '../../../src/cluster/api-error.ts';
import type { JsonObject } from '../../../src/kubernetes/json.ts';

const here = [{ sidecar: 'logs', hash: 'aaaa', file: 'logs.yaml' }];

/** An API with one Service of the injector, whose replicas answer in turn. */
function injectorWith(...hashes: readonly string[]) {
  let asked = 0;
  return async ({ path }: ApiRequest): Promise<JsonObject> => {
    if (!path.includes('/services/')) return {};
    const hash = hashes[asked++ % hashes.length] ?? '';
    const definitions = [{ sidecar: 'logs', hash, file: 'logs.yaml' }];
    return { version: '1', node: 'v24', nativeSidecars: true, definitions };
  };
}

describe('the definitions here', () => {
  it('are told where the injector has others in force', async () => {
    const note = await compareWithInjector({ request: injectorWith('bbbb') }, here);
    expect(note).toBe(
      'the definitions here are not those that the cluster has in force: logs (aaaa here, bbbb there)',
    );
  });

  it('are told where only one of its replicas has others', async () => {
    const note = await compareWithInjector({ request: injectorWith('aaaa', 'cccc') }, here);
    expect(note).toContain('logs (aaaa here, cccc there)');
  });

  it('are not told where they are the same', async () => {
    expect(await compareWithInjector({ request: injectorWith('aaaa') }, here)).toBeUndefined();
  });

  it.each([
    new ApiError('GET /x', 403, 'forbidden'),
    new ApiError('GET /x', 404, 'Not Found'),
    new ApiError('GET /x', 0, 'the API server does not answer'),
    new Error('broken'),
  ])('are not told where nobody says what is in force: %s', async error => {
    expect(await compareWithInjector({ request: () => Promise.reject(error) }, here)).toBeUndefined();
  });
});

it('an injector that does not answer keeps nobody waiting', async () => {
  expect(await compareWithInjector({ request: () => new Promise(() => undefined) }, here, 1)).toBeUndefined();
});
