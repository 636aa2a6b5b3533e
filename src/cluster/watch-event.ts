import { at, isObject, type JsonObject } from '../kubernetes/json.ts';

/** What a line of a watch says. */
export type WatchEvent = {
  readonly resourceVersion: string;
} & ({ readonly type: 'written' | 'deleted'; readonly object: JsonObject } | { readonly type: 'bookmark' });

/**
 * Reads a line of a watch.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 *
 * @throws Error where it is none, or says that something is wrong: mostly that the version is too old to go on from.
 */
export function readWatchEvent(line: string): WatchEvent {
  const event = parsed(line);
  if (!isObject(event)) throw new Error('a line of the watch is no event');
  const { type, object } = event;
  if (type === 'ERROR') {
    throw new Error(`the watch has failed: ${String(at(object, ['message']))}`);
  }
  const resourceVersion = at(object, ['metadata', 'resourceVersion']);
  if (!isObject(object) || typeof resourceVersion !== 'string' || resourceVersion === '') {
    throw new Error('an event of the watch has no resourceVersion');
  }
  switch (type) {
    case 'BOOKMARK':
      return { type: 'bookmark', resourceVersion };
    case 'ADDED':
    case 'MODIFIED':
      return { type: 'written', object, resourceVersion };
    case 'DELETED':
      return { type: 'deleted', object, resourceVersion };
    default:
      throw new Error('an event of the watch has a type that nobody knows');
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // Not the parser's own message: it quotes the line.
    return undefined;
  }
}
