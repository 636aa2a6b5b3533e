/** What happens in the two minutes that the picture of the dashboard shows. */
import { request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../../../test/e2e/api-client.ts';
import { type Annotations, mountedGitSync, podOf } from '../../../test/e2e/pod-manifests.ts';
import { workloadOf } from '../../../test/e2e/workload-manifests.ts';

/** Something that happens again and again, in a part of the time that the picture shows; without one, before it too. */
interface Stream {
  readonly perSecond: number;
  readonly fromSecond?: number;
  readonly untilSecond?: number;
  readonly act: (count: number) => Promise<void>;
}

export interface Targets {
  readonly client: ApiClient;
  readonly namespace: string;
  /** Where a replica takes reviews, for what no API server sends. */
  readonly port: number;
  readonly authority: string;
}

/** How long it goes on: before the picture begins, and while it lasts. */
export interface Duration {
  readonly leadSeconds: number;
  readonly shownSeconds: number;
}

/** Has people and controllers create pods and workloads, some of them with mistakes, and a stranger send nonsense. */
export async function sendTraffic(targets: Targets, duration: Duration): Promise<void> {
  const create = (prefix: string, annotations: Annotations) => async (count: number) => {
    await post(
      targets,
      `/api/v1/namespaces/${targets.namespace}/pods`,
      podOf(`${prefix}-${count}`, annotations),
    );
  };
  const wrongValue = { ...mountedGitSync, 'sidecar.io/git-sync.depth': 'all' };
  const wrongKey = { ...mountedGitSync, 'sidecar.io/git-sync.perod': '30s' };
  const leftOut = { ...mountedGitSync, 'sidecar.io/git-sync.inject': 'false' };
  const streams: readonly Stream[] = [
    { perSecond: 3, act: create('site', mountedGitSync) },
    { perSecond: 1, act: create('left-out', leftOut) },
    { perSecond: 0.5, act: count => createDeployment(targets, `shop-${count}`) },
    { perSecond: 0.5, act: create('wrong-value', wrongValue) },
    // A controller that tries again what is refused.
    { perSecond: 2, fromSecond: 30, untilSecond: 60, act: create('wrong-key', wrongKey) },
    {
      perSecond: 1,
      fromSecond: 70,
      untilSecond: 90,
      act: () => send(targets, 'application/json', 'no review'),
    },
    { perSecond: 0.5, fromSecond: 75, untilSecond: 95, act: () => send(targets, 'text/plain', '{}') },
  ];
  await Promise.all(streams.map(stream => flow(stream, duration)));
}

/** Does it at its times, one after the other: what takes long makes the next ones late. */
async function flow(stream: Stream, { leadSeconds, shownSeconds }: Duration): Promise<void> {
  const { perSecond, fromSecond = -leadSeconds, untilSecond = shownSeconds, act } = stream;
  const startMs = performance.now() + leadSeconds * 1000;
  const count = Math.floor((untilSecond - fromSecond) * perSecond);
  for (let index = 0; index < count; index++) {
    const dueMs = startMs + (fromSecond + index / perSecond) * 1000;
    await sleep(Math.max(0, dueMs - performance.now()));
    if (performance.now() - startMs > shownSeconds * 1000) return;
    await act(index);
  }
}

async function createDeployment(targets: Targets, name: string): Promise<void> {
  const deployment = workloadOf('Deployment', { name, annotations: mountedGitSync });
  await post(targets, `/apis/apps/v1/namespaces/${targets.namespace}/deployments`, deployment);
}

/** Whatever the answer is: it is what the picture is about. */
async function post({ client }: Targets, path: string, body: unknown): Promise<void> {
  await client.ask({ method: 'POST', path, body });
}

/** What is no review, sent past the API server. */
function send({ port, authority }: Targets, type: string, body: string): Promise<void> {
  const options = {
    host: '127.0.0.1',
    port,
    path: '/mutate',
    method: 'POST',
    ca: authority,
    servername: 'sidecar-injector.sidecar-injector.svc',
    headers: { 'content-type': type },
    timeout: 10_000,
  };
  return new Promise((resolve, reject) => {
    const call = request(options, response => {
      response.resume();
      response.once('end', resolve);
    });
    call.once('timeout', () => call.destroy(new Error('no answer in ten seconds')));
    call.once('error', reject);
    call.end(body);
  });
}
