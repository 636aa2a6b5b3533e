import type { AddOperation } from '../injection/patch/patch-operation.ts';
import { statusAnnotation } from '../injection/request/annotation-keys.ts';
import { keyOfPointer } from '../kubernetes/json-pointer.ts';

/** What goes into a pod, by the names of Kubernetes; what a container of the app gets stands below `app`. */
export type AddedToPod = Readonly<Record<string, unknown>>;

/** The parts in the order in which a person reads them. */
const order = ['initContainers', 'containers', 'volumes', 'imagePullSecrets', 'app', 'annotations'];

/**
 * Reads from a patch what it adds to a pod that had one container, `app`. The status annotation is left out: it holds
 * hashes, and is written for the injector itself.
 *
 * @throws Error where an operation adds something else.
 */
export function addedToPod(operations: readonly AddOperation[]): AddedToPod {
  const lists = new Map<string, unknown[]>();
  const app = new Map<string, unknown[]>();
  const annotations: Record<string, unknown> = {};
  for (const { path, value } of operations) {
    const { annotation, field, list } = placePattern.exec(path)?.groups ?? {};
    if (annotation !== undefined) annotations[keyOfPointer(annotation)] = value;
    else if (field !== undefined) append(app, field, value);
    else if (list !== undefined) append(lists, list, value);
    else throw new Error(`an addition at an unknown place: ${path}`);
  }
  delete annotations[statusAnnotation];
  const parts = new Map<string, unknown>(lists);
  if (app.size > 0) parts.set('app', Object.fromEntries(app));
  if (Object.keys(annotations).length > 0) parts.set('annotations', annotations);
  return Object.fromEntries(order.flatMap(part => (parts.has(part) ? [[part, parts.get(part)]] : [])));
}

const placePattern =
  /^\/metadata\/annotations\/(?<annotation>.+)$|^\/spec\/(?:init)?[cC]ontainers\/\d+\/(?<field>volumeMounts|env)(?:\/-)?$|^\/spec\/(?<list>initContainers|containers|volumes|imagePullSecrets)(?:\/(?:-|\d+))?$/;

/** A list that was missing is added whole, to one that is there each entry by itself. */
function append(lists: Map<string, unknown[]>, name: string, value: unknown): void {
  const values = lists.get(name) ?? [];
  lists.set(name, values);
  for (const one of Array.isArray(value) ? value : [value]) values.push(one);
}
