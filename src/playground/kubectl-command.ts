import { at, type JsonObject } from '../kubernetes/json.ts';
import { shellWord } from '../shell-word.ts';
import { operationsOf } from '../written-objects/object-report.ts';
import type { PlaygroundEngine } from './engine.ts';
import type { ShownObject } from './show-manifest.ts';

/**
 * The command that does with the file alone what the page shows, where the object stands alone in a file that is named after
 * it; undefined where nothing is to be done.
 */
export function patchCommand({ object, making }: ShownObject): string | undefined {
  const operations = making ? operationsOf(making.decision) : [];
  if (operations.length === 0) return undefined;
  const patch = shellWord(JSON.stringify(operations));
  return `kubectl patch --local --filename ${fileOf(object)} --type json --patch ${patch} --output yaml`;
}

function fileOf(object: JsonObject): string {
  const words = [String(object['kind']).toLowerCase(), nameOf(object)];
  const plain = words.flatMap(word => word?.replace(/[^\w.-]/g, '').slice(0, maxWordLength) || []);
  return `${plain.join('-')}.yaml`;
}

const maxWordLength = 100;

/**
 * The command that asks for it where the object is in a cluster already, which has the injector. Undefined for pods, which get a
 * sidecar only when they are created, for Jobs, whose template cannot change, and where workloads are left alone.
 */
export function annotateCommand(
  { object, making, annotations }: ShownObject,
  { explaining }: Pick<PlaygroundEngine, 'explaining'>,
): string | undefined {
  const own = annotations.filter(({ path }) => path !== undefined);
  const name = nameOf(object);
  if (making === undefined || name === undefined || own.length === 0) return undefined;
  if (making.kind === 'Pod' || making.kind === 'Job' || explaining.workloads !== 'propagate')
    return undefined;
  const namespace = at(object, ['metadata', 'namespace']);
  const where = typeof namespace === 'string' ? ` --namespace ${shellWord(namespace)}` : '';
  const settings = own.map(({ key, value }) => shellWord(`${key}=${value}`)).join(' ');
  const target = shellWord(`${String(object['kind']).toLowerCase()}/${name}`);
  return `kubectl annotate${where} --overwrite ${target} ${settings}`;
}

function nameOf(object: JsonObject): string | undefined {
  const name = at(object, ['metadata', 'name']);
  return typeof name === 'string' && name !== '' ? name : undefined;
}
