import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ApiError } from '../../../../src/cluster/api-error.ts';
import { NamespaceReads } from '../../../../src/cluster/namespaces/namespace-reads.ts';
import type { JsonObject } from '../../../../src/kubernetes/json.ts';

/** Reads of an API server that the test answers, with a clock that the test moves. */
function reading() {
  let now = 0;
  const asked: { readonly path: string; readonly settle: (answer: JsonObject | Error) => void }[] = [];
  const results: string[] = [];
  const limits: unknown[] = [];
  const slept: number[] = [];
  const reads = new NamespaceReads({
    nowMs: () => now,
    sleep: async milliseconds => {
      slept.push(milliseconds);
      now += milliseconds;
    },
    client: {
      request: ({ path, timeoutMs, maxBytes }) =>
        new Promise((resolve, reject) => {
          limits.push([timeoutMs, maxBytes]);
          const settle = (answer: JsonObject | Error) =>
            answer instanceof Error ? reject(answer) : resolve(answer);
          asked.push({ path, settle });
        }),
    },
    onRead: result => results.push(result),
  });
  return {
    ...{ reads, asked, results, limits, slept },
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

const shop = { metadata: { name: 'shop', labels: { a: 'b' }, annotations: { 'x/y': 'z' } } };
const facts = { name: 'shop', labels: { a: 'b' }, annotations: {} };

describe('a namespace that is read', () => {
  it('is asked for by its name, in little time and with a bound', async () => {
    const { reads, asked, results, limits } = reading();
    const found = reads.read('shop');
    asked[0]?.settle(shop);
    expect(await found).toEqual(facts);
    expect([asked.map(({ path }) => path), results]).toEqual([['/api/v1/namespaces/shop'], ['success']]);
    expect(limits).toEqual([[2000, 4 * 1024 * 1024]]);
  });

  it('may not be there', async () => {
    const { reads, asked, results } = reading();
    const found = reads.read('shop');
    asked[0]?.settle(new ApiError('GET x', 404, 'namespaces "shop" not found'));
    expect([await found, results]).toEqual([undefined, ['success']]);
  });

  it('is asked for once by all who need it within a second, and anew by who comes later', async () => {
    const { reads, asked, pass } = reading();
    const first = reads.read('shop');
    pass(999);
    const second = reads.read('shop');
    void reads.read('other');
    pass(1);
    const third = reads.read('shop');
    expect(asked.map(({ path }) => path.split('/').at(-1))).toEqual(['shop', 'other', 'shop']);
    for (const { settle } of asked) settle(shop);
    expect(await Promise.all([first, second, third])).toEqual([facts, facts, facts]);
    expect(await reads.read('shop'), 'also after the answer').toEqual(facts);
    expect(asked).toHaveLength(3);
    pass(1000);
    void reads.read('shop');
    expect(asked).toHaveLength(4);
  });

  it.each([
    [
      new ApiError('GET x', 403, 'User "a" cannot get'),
      'GET x: 403 User "a" cannot get; the ClusterRole sidecar-injector-namespaces allows it',
    ],
    [new ApiError('GET x', 500, 'etcd is away'), 'GET x: 500 etcd is away; try again'],
  ])('tells why it cannot be: %s', async (error, message) => {
    const { reads, asked, results } = reading();
    const found = reads.read('shop');
    asked[0]?.settle(error);
    await expect(found).rejects.toMatchObject({ name: 'UnreadNamespaceError', message });
    await expect(reads.read('shop'), 'the same for all').rejects.toThrow(message);
    expect(results).toEqual(['failure']);
  });

  const unanswered = new ApiError('GET x', 0, 'the API server does not answer');

  it('is asked for once more where there was no answer, after a pause, in what is left of the time', async () => {
    const { reads, asked, results, limits, slept, pass } = reading();
    const found = reads.read('shop');
    pass(900);
    asked[0]?.settle(unanswered);
    await turn();
    asked[1]?.settle(shop);
    expect(await found).toEqual(facts);
    expect(await reads.read('shop')).toEqual(facts);
    expect(slept).toEqual([50]);
    expect([results, limits.map(limit => (limit as number[])[0])]).toEqual([['success'], [2000, 1050]]);
  });

  it.each([
    ['twice', 0, 2],
    ['after long', 1001, 1],
  ])(
    'tells that there was no answer %s, and is asked for anew by the next',
    async (_, passedMs, requests) => {
      const { reads, asked, results, pass } = reading();
      const found = reads.read('shop');
      const both = reads.read('shop');
      const message = 'GET x: the API server does not answer; try again';
      const told = Promise.all([found, both].map(read => expect(read).rejects.toThrow(message)));
      pass(passedMs);
      asked[0]?.settle(unanswered);
      await turn();
      asked[1]?.settle(unanswered);
      await told;
      expect([asked.length, results]).toEqual([requests, ['failure']]);
      void reads.read('shop');
      expect(asked).toHaveLength(requests + 1);
    },
  );

  it('is refused where too many are being read', async () => {
    const { reads, asked } = reading();
    const all = Array.from({ length: 300 }, (_, index) => reads.read(`n${index}`));
    await expect(reads.read('shop')).rejects.toThrow('300 namespaces are being read already; try again');
    void reads.read('n1');
    expect(asked).toHaveLength(300);
    for (const { settle } of asked) settle(shop);
    await Promise.all(all);
    void reads.read('shop');
    expect(asked).toHaveLength(301);
  });
});
