/** Changes of a review at the level of JSON: whatever value, wherever. */
import { isObject } from '../../src/kubernetes/json.ts';
import { anyKey, anyScalar, anyText } from './dictionary.ts';
import type { Random } from './random.ts';
import type { Setting } from './settings.ts';

export type Node = Record<string, unknown>;

interface Change {
  readonly random: Random;
  readonly setting: Setting;
  readonly review: Node;
}

/** Changes a review, which is made for this, in one to seven places. */
export function mutateReview(review: Node, random: Random, setting: Setting): Node {
  const times = 1 + random.below(random.once(4) ? 7 : 3);
  for (let time = 0; time < times; time++) random.pick(changes)({ random, setting, review });
  return review;
}

const structural = [replaceValue, removeValue, copyValue, repeatEntry, addField, nestValue, changeText];
const changes: readonly ((change: Change) => void)[] = [
  ...Array.from({ length: 8 }, () => annotate),
  ...structural,
  ...structural,
  annotateLoosely,
  changeStatus,
  changeRequest,
  multiply,
];

/** Sets an annotation that some definition knows, on the object or on its template. */
function annotate({ random, setting, review }: Change): void {
  const annotations = random.pick(annotationsIn(review));
  setField(annotations, anyKey(random, setting), anyText(random));
}

function annotateLoosely({ random, setting, review }: Change): void {
  setField(random.pick(annotationsIn(review)), anyKey(random, setting), anyScalar(random));
}

/** The maps of annotations of an object and of what is nested in it; made where they are missing. */
function annotationsIn(review: Node): readonly Node[] {
  const request = child(review, 'request');
  const object = child(request, 'object');
  const kind = child(request, 'kind')['kind'];
  const objects = [object];
  const spec = child(object, 'spec');
  if (kind === 'CronJob') objects.push(child(spec, 'jobTemplate'));
  if (kind !== 'Pod') {
    const around = kind === 'CronJob' ? child(child(spec, 'jobTemplate'), 'spec') : spec;
    objects.push(child(around, 'template'));
  }
  return objects.map(one => child(child(one, 'metadata'), 'annotations'));
}

function child(node: Node, key: string): Node {
  const below = Object.hasOwn(node, key) ? node[key] : undefined;
  if (isObject(below)) return below as Node;
  const made: Node = {};
  setField(node, key, made);
  return made;
}

/** Also where the key is `__proto__`, as JSON.parse does it. */
function setField(node: object, key: string, value: unknown): void {
  Object.defineProperty(node, key, { value, writable: true, enumerable: true, configurable: true });
}

interface Place {
  readonly parent: object;
  readonly key: string;
}

/** Any place below the request's object, and now and then in what is around it. */
function anyPlace({ random, review }: Change): Place {
  let place: Place = { parent: review, key: 'request' };
  if (!random.once(10)) place = { parent: child(review, 'request'), key: 'object' };
  for (let depth = random.below(9); depth > 0; depth--) {
    const value = valueAt(place);
    if (typeof value !== 'object' || value === null) break;
    const keys = Object.keys(value);
    if (keys.length === 0) break;
    place = { parent: value, key: random.pick(keys) };
  }
  return place;
}

function valueAt({ parent, key }: Place): unknown {
  return (parent as Node)[key];
}

function replaceValue(change: Change): void {
  const { parent, key } = anyPlace(change);
  setField(parent, key, anyScalar(change.random));
}

function removeValue(change: Change): void {
  const { parent, key } = anyPlace(change);
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete (parent as Node)[key];
}

function copyValue(change: Change): void {
  const { parent, key } = anyPlace(change);
  setField(parent, key, structuredClone(valueAt(anyPlace(change))));
}

function repeatEntry(change: Change): void {
  const place = anyPlace(change);
  const value = valueAt(place);
  if (!Array.isArray(value)) return;
  const entry = value.length > 0 ? change.random.pick(value.map(one => [one])) : [anyScalar(change.random)];
  value.splice(change.random.below(value.length + 1), 0, structuredClone(entry[0]));
}

function addField(change: Change): void {
  const value = valueAt(anyPlace(change));
  if (!isObject(value)) return;
  setField(value, anyText(change.random).slice(0, 80), anyScalar(change.random));
}

function nestValue(change: Change): void {
  const { parent, key } = anyPlace(change);
  let nested: unknown = anyScalar(change.random);
  for (let depth = change.random.below(400); depth > 0; depth--)
    nested = change.random.once(2) ? [nested] : { a: nested };
  setField(parent, key, nested);
}

function changeText(change: Change): void {
  const place = anyPlace(change);
  const value = valueAt(place);
  if (typeof value !== 'string') return;
  const at = change.random.below(value.length + 1);
  const text = anyText(change.random);
  setField(place.parent, place.key, value.slice(0, at) + text + value.slice(at + change.random.below(3)));
}

/** What the injector itself wrote, and anybody may copy, edit or make up. */
function changeStatus({ random, setting, review }: Change): void {
  const annotations = random.pick(annotationsIn(review));
  const key = random.pick(['sidecar.io/status', 'sidecar.io/propagated']);
  const names = [...setting.sidecars.sidecars.keys(), '__proto__', 'app', ''];
  const entry = {
    definition: '0123456789abcdef',
    parameters: '0123456789abcdef',
    mode: random.pick(['native', 'classic', 'init', '']),
    containers: [random.pick(names)],
    volumes: [random.pick(names)],
    content: anyText(random),
    [random.pick(['mounts', 'env', 'annotations', 'leftToOthers', 'content'])]: anyScalar(random),
  };
  const status: Node = {};
  for (let count = random.below(3); count > 0; count--)
    setField(status, random.pick(names), random.once(4) ? anyScalar(random) : entry);
  const text = JSON.stringify(random.once(3) ? (annotations[key] ?? status) : status);
  const cut = random.once(4) ? text.slice(0, random.below(text.length)) : text;
  setField(annotations, key, random.once(200) ? '['.repeat(60_000) + ']'.repeat(60_000) : cut);
}

const kinds = [
  ['', 'Pod'],
  ['apps', 'Deployment'],
  ['apps', 'StatefulSet'],
  ['apps', 'DaemonSet'],
  ['batch', 'Job'],
  ['batch', 'CronJob'],
  ['apps', 'ReplicaSet'],
  ['argoproj.io', 'Rollout'],
] as const;

function changeRequest({ random, review }: Change): void {
  const request = child(review, 'request');
  switch (random.below(7)) {
    case 0: {
      const [group, kind] = random.pick(kinds);
      request['kind'] = { group, version: 'v1', kind };
      break;
    }
    case 1:
      request['operation'] = random.pick(['CREATE', 'UPDATE', 'DELETE', 'CONNECT', '']);
      break;
    case 2:
      request['subResource'] = anyScalar(random);
      break;
    case 3:
      request['dryRun'] = random.pick([true, false, null]);
      break;
    case 4:
      request['namespace'] = anyText(random);
      break;
    case 5:
      request['name'] = anyText(random);
      break;
    default:
      request['operation'] = 'UPDATE';
      request['oldObject'] = structuredClone(request['object']);
  }
}

/** Many of something: annotations of instances, containers, or the entries of a list. */
function multiply({ random, setting, review }: Change): void {
  const count = 2 ** random.below(random.once(10) ? 11 : 6);
  if (random.once(2)) {
    const annotations = random.pick(annotationsIn(review));
    const [name, value] = [anyKey(random, setting).replace(/_.*/, ''), anyText(random).slice(0, 2000)];
    for (let index = 0; index < count; index++)
      setField(annotations, name.replace(/(\.|$)/, `_i${index}$1`), value);
    return;
  }
  const value = valueAt(anyPlace({ random, setting, review }));
  if (!Array.isArray(value) || value.length === 0 || JSON.stringify(value[0]).length > 2000) return;
  for (let index = 0; index < count; index++) {
    const copy = structuredClone(value[0]);
    if (isObject(copy)) setField(copy, 'name', `n${index}`);
    value.push(copy);
  }
}
