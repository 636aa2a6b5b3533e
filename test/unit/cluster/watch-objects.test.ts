import { describe, expect, it } from 'vitest';
import type { ApiRequest, LinesRequest } from '../../../src/cluster/api-client.ts';
import { ApiError } from '../../../src/cluster/api-error.ts';
import { watchObjects } from '../../../src/cluster/watch-objects.ts';
import { at, type JsonObject } from '../../../src/kubernetes/json.ts';

/** What an API answers: to a list its page, to a watch its lines, which may end with an error. */
type Answer = JsonObject | Error | readonly (string | Error)[];

const object = (name: string, resourceVersion = '1') => ({
  metadata: { name, uid: `uid-${name}`, resourceVersion },
});

const listOf = (resourceVersion: string, ...names: readonly string[]) => ({
  metadata: { resourceVersion },
  items: names.map(name => object(name)),
});

const line = (type: string, name: string, resourceVersion: string) =>
  JSON.stringify({ type, object: object(name, resourceVersion) });

/** Watches an API that gives these answers, and then is left alone: all that is told, asked and waited for. */
async function follow(answers: readonly Answer[], resourceVersion?: string) {
  const ending = new AbortController();
  const calls: string[] = [];
  const next = (path: string) => {
    const answer = answers[calls.push(path) - 1];
    if (answer === undefined) ending.abort();
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error('aborted');
    return answer;
  };
  const request = async ({ path }: ApiRequest) => next(path) as JsonObject;
  const openLines = async ({ path }: LinesRequest) => linesOf(next(path) as readonly (string | Error)[]);
  const waits: number[] = [];
  const problems: (string | undefined)[] = [];
  const backOffMs = (failures: number) => failures * 100;
  const sleep = async (milliseconds: number) => waits.push(milliseconds);
  const events = watchObjects(
    { request, openLines },
    {
      ...{ path: '/pods', query: { fieldSelector: 'x' }, resourceVersion, signal: ending.signal },
      read: ({ metadata }) => String(at(metadata, ['name'])),
      onProblem: problem => problems.push(problem),
      time: { nowMs: () => 0, sleep, backOffMs },
    },
  );
  const told: unknown[] = [];
  for await (const event of events)
    told.push(event.kind === 'listedAnew' ? [...event.uids] : `${event.object} ${event.kind}`);
  return { told, calls, waits, problems };
}

async function* linesOf(lines: readonly (string | Error)[]) {
  for (const line of lines) {
    if (line instanceof Error) throw line;
    yield line;
  }
}

const list = '/pods?limit=500&fieldSelector=x';
const watchFrom = (version: string) =>
  `/pods?fieldSelector=x&watch=true&allowWatchBookmarks=true&resourceVersion=${version}&timeoutSeconds=20`;

const broken = new ApiError('GET /pods', 0, 'the answer breaks off');
const gone = new ApiError('GET /pods', 410, 'too old');

describe('a watch of objects', () => {
  it('tells what is there, and then what becomes of it', async () => {
    const lines = [line('MODIFIED', 'a', '6'), line('ADDED', 'c', '7'), line('DELETED', 'b', '8')];
    const { told, calls } = await follow([listOf('5', 'a', 'b'), lines]);
    expect(told).toEqual([
      ...['a written', 'b written', ['uid-a', 'uid-b']],
      ...['a written', 'c written', 'b deleted'],
    ]);
    expect(calls).toEqual([list, watchFrom('5'), watchFrom('8')]);
  });

  it('goes on from a version that is given, without a list', async () => {
    const { told, calls } = await follow([[line('ADDED', 'a', '9')]], '7');
    expect([told, calls]).toEqual([['a written'], [watchFrom('7'), watchFrom('9')]]);
  });

  it('goes on from the last line, a bookmark too, where it breaks off', async () => {
    const lines = [line('ADDED', 'a', '6'), line('BOOKMARK', '', '8'), broken];
    const { told, calls, waits, problems } = await follow([lines, []], '5');
    expect(told).toEqual(['a written']);
    expect(calls.slice(0, 2)).toEqual([watchFrom('5'), watchFrom('8')]);
    expect(waits[0]).toBe(100);
    expect(problems.slice(0, 2)).toEqual(['GET /pods: the answer breaks off', undefined]);
  });

  it.each([
    ['when it opens', gone],
    ['with a line', [JSON.stringify({ type: 'ERROR', object: { code: 410, message: 'too old' } })]],
  ])('lists anew where the API server says %s that the version is gone', async (_when, answer) => {
    const { told, calls } = await follow([answer, listOf('20', 'b'), [line('ADDED', 'c', '21')]], '5');
    expect(told).toEqual(['b written', ['uid-b'], 'c written']);
    expect(calls.slice(0, 3)).toEqual([watchFrom('5'), list, watchFrom('20')]);
  });

  it('goes on from the version of the first page, because changes since would be missed', async () => {
    const first = { ...listOf('5', 'a'), metadata: { resourceVersion: '5', continue: 'old' } };
    const expired = new ApiError('GET /pods', 410, 'too old', { restOfList: 'rest' });
    const { told, calls } = await follow([first, expired, listOf('90', 'b')]);
    expect(told).toEqual(['a written', 'b written', ['uid-a', 'uid-b']]);
    expect(calls.at(-1)).toBe(watchFrom('5'));
  });

  it('waits longer each time where it fails, and lists anew after five failures', async () => {
    const { calls, waits } = await follow(Array<Error>(5).fill(broken), '5');
    expect(waits.slice(0, 5)).toEqual([100, 200, 300, 400, 500]);
    expect(calls).toEqual([...Array<string>(5).fill(watchFrom('5')), list]);
  });

  it('waits where watches end at once, for nothing', async () => {
    expect((await follow([[], [], []], '5')).waits.slice(0, 3)).toEqual([100, 200, 300]);
  });
});
