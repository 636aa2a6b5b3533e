import type { Replica } from '../../diagnosis/installation.ts';
import { at, type JsonObject } from '../../kubernetes/json.ts';
import { oneLine } from '../../shown-text.ts';
import type { ApiClient } from '../api-client.ts';
import { listObjects } from '../list-objects.ts';
import { names } from '../names.ts';

/** The pods of the injector, in the order of their names. */
export async function readReplicas(
  client: Pick<ApiClient, 'request'>,
  namespace: string,
): Promise<readonly Replica[]> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
  const pods = await listObjects(client, path, { labelSelector: `app.kubernetes.io/name=${names.service}` });
  return pods.map(replicaOf);
}

function replicaOf(pod: JsonObject): Replica {
  const phase = textAt(pod, ['status', 'phase']);
  const container = ownOf(at(pod, ['spec', 'containers']));
  const status = ownOf(at(pod, ['status', 'containerStatuses']));
  const ready = conditionsOf(pod).find(({ type }) => type === 'Ready');
  const waiting = at(status, ['state', 'waiting']) ?? at(status, ['state', 'terminated']);
  const scheduled = conditionsOf(pod).find(
    ({ type, status }) => type === 'PodScheduled' && status === 'False',
  );
  return {
    name: textAt(pod, ['metadata', 'name']),
    isReady: ready?.['status'] === 'True',
    isGoing: at(pod, ['metadata', 'deletionTimestamp']) !== undefined || ended.has(phase),
    phase,
    image: textAt(container, ['image']),
    restarts: Number(at(status, ['restartCount']) ?? 0),
    why: [waiting, scheduled, ready].map(inWords).find(words => words !== '') ?? '',
    lastTermination: terminationOf(at(status, ['lastState', 'terminated'])),
    createdAt: textAt(pod, ['metadata', 'creationTimestamp']),
  };
}

/** Of such a pod nothing will ever run again; it was evicted, most often. */
const ended: ReadonlySet<string> = new Set(['Succeeded', 'Failed']);

/** The injector's own container, or the first one. */
function ownOf(list: unknown): JsonObject | undefined {
  const objects = (Array.isArray(list) ? list : []) as readonly JsonObject[];
  return objects.find(({ name }) => name === names.service) ?? objects[0];
}

function conditionsOf(pod: JsonObject): readonly JsonObject[] {
  const conditions = at(pod, ['status', 'conditions']);
  return (Array.isArray(conditions) ? conditions : []) as readonly JsonObject[];
}

/** Reason and message, as in `CrashLoopBackOff: back-off 20s restarting failed container`. */
function inWords(state: unknown): string {
  const words = [textAt(state, ['reason']), textAt(state, ['message'])].filter(text => text !== '');
  return oneLine(words.join(': '), maxLength);
}

function terminationOf(terminated: unknown): Replica['lastTermination'] {
  if (terminated === undefined) return undefined;
  return {
    reason: textAt(terminated, ['reason']),
    exitCode: Number(at(terminated, ['exitCode']) ?? 0),
    // The last lines of a log, because deploy/ asks for them where there is no message.
    message: oneLine(textAt(terminated, ['message']).trim().split('\n').at(-1) ?? '', maxLength),
    finishedAt: textAt(terminated, ['finishedAt']),
  };
}

function textAt(object: unknown, path: readonly string[]): string {
  const value = at(object, path);
  return typeof value === 'string' ? value : '';
}

const maxLength = 300;
