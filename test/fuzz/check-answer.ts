/** What holds for the answer to every review, judged from outside: by comparing objects, not by asking the engine. */
import { applyPatch, type Operation } from 'rfc6902';
import type { AnsweredReview, Core } from '../../src/admission/answer-review.ts';
import { answerReview } from '../../src/admission/answer-review.ts';
import type { Surroundings } from '../../src/admission/surroundings.ts';
import type { JsonObject } from '../../src/kubernetes/json.ts';
import { replaceUnseen } from '../../src/shown-text.ts';
import { isPromisedPath, withoutAdditions } from '../additions.ts';
import { differences, isPromisedPlace, withoutEmptyAnnotations } from '../workload-additions.ts';
import { marker } from './dictionary.ts';
import type { Node } from './mutate-review.ts';

/** The most that is told to a person, and that is written into the log, about one review. */
const maxMessageBytes = 4096;
const maxRecordBytes = 8192;

export interface Answered {
  readonly review: Node;
  readonly answer: AnsweredReview['review'];
  readonly record: AnsweredReview['record'];
  readonly core: Core;
  /** What was said around the object; nothing where it is absent. */
  readonly surroundings?: Surroundings | undefined;
}

/** Everything that is wrong with an answer, each in a sentence that begins with what was promised. */
export function problemsOfAnswer(answered: Answered): readonly string[] {
  const { response } = answered.answer;
  const request = answered.review['request'] as Node;
  const wrong: string[] = [];
  if (response.uid !== request['uid']) wrong.push(`uid: got ${response.uid}`);
  if ((response.patch === undefined) !== (response.patchType === undefined))
    wrong.push('patch: stands without patchType, or the other way');
  if (!response.allowed && response.patch !== undefined) wrong.push('patch: stands in a refusal');
  wrong.push(...problemsOfWords(answered));
  return response.patch === undefined ? wrong : [...wrong, ...problemsOfPatch(answered, response.patch)];
}

function problemsOfWords({ review, answer: { response }, record }: Answered): readonly string[] {
  // The uid goes back as it came, and a log without the names of the objects would be none.
  const { patch: _patch, uid: _uid, ...words } = response;
  const {
    uid: _logged,
    namespace: _namespace,
    pod: _pod,
    workload: _workload,
    owner: _owner,
    ...rest
  } = record;
  return [
    ...tooLong('message', response.status?.message ?? '', maxMessageBytes),
    ...(response.warnings ?? []).flatMap(warning => tooLong('warning', warning, 480)),
    ...tooLong('warnings', JSON.stringify(response.warnings ?? []), 4 * maxMessageBytes),
    ...tooLong('record', JSON.stringify(record), maxRecordBytes),
    ...(holdsMarker(JSON.stringify(withoutOwnName(words, review)))
      ? ['credential: comes back in the answer']
      : []),
    ...(holdsMarker(JSON.stringify(rest)) ? ['credential: stands in the record'] : []),
  ];
}

/** Warnings name the workload that they are about to the one who has just named it, and may be cut within the name. */
function withoutOwnName<T extends { readonly warnings?: readonly string[] }>(words: T, review: Node): T {
  const request = review['request'] as { readonly object?: { readonly metadata?: Node | null } | null };
  const { name, generateName } = request.object?.metadata ?? {};
  const names = [name, generateName].filter(own => typeof own === 'string');
  return { ...words, warnings: (words.warnings ?? []).map(warning => names.reduce(withoutFirst, warning)) };
}

/** A text without the first place where a name begins, as far as the name goes on there. */
function withoutFirst(text: string, name: string): string {
  const shown = replaceUnseen(name.slice(0, maxShownLength), '\u{fffd}');
  const start = text.indexOf(shown.slice(0, leastShownLength));
  if (start < 0 || shown === '') return text;
  let end = start;
  while (end - start < shown.length && text[end] === shown[end - start]) end++;
  return text.slice(0, start) + text.slice(end);
}

/** Warnings show no more of a name, and what shows less of it shows no credential. */
const [maxShownLength, leastShownLength] = [126, 12];

/** Whether a text holds so much of the credential that anybody would know it for one. */
export function holdsMarker(text: string): boolean {
  return text.includes(marker.slice(0, 12));
}

function tooLong(what: string, text: string, maxBytes: number): readonly string[] {
  const bytes = Buffer.byteLength(text);
  return bytes > maxBytes ? [`${what}: ${bytes} bytes`] : [];
}

function problemsOfPatch(answered: Answered, patch: string): readonly string[] {
  const request = answered.review['request'] as Node;
  const before = request['object'] as JsonObject;
  const operations = JSON.parse(Buffer.from(patch, 'base64').toString('utf8')) as Operation[];
  const after = structuredClone(before);
  const errors = applyPatch(after, operations).filter(error => error !== null);
  if (errors.length > 0) return [`patch: does not apply: ${errors[0]?.message}`];
  const wrong = tooLong('patch', patch, 2 ** 20 + 8 * JSON.stringify(before).length);
  const { kind } = request['kind'] as { readonly kind: string };
  const kept =
    kind === 'Pod' ? problemsOfPod(before, after, operations) : problemsOfWorkload(kind, before, after);
  return [...wrong, ...kept, ...problemsOfSecond(answered, after)];
}

/** All that the user wrote is there as it was, byte for byte, and what is new is where it may be. */
function problemsOfPod(
  before: JsonObject,
  after: JsonObject,
  operations: readonly Operation[],
): readonly string[] {
  const astray = operations.find(({ op, path }) => op !== 'add' || !isPromisedPath(path, before));
  if (astray !== undefined) return [`place: ${astray.op} ${astray.path}`];
  return JSON.stringify(withoutAdditions(before, after)) === JSON.stringify(before)
    ? []
    : ['kept: something that the user wrote was changed'];
}

function problemsOfWorkload(kind: string, before: JsonObject, after: JsonObject): readonly string[] {
  const path = kind === 'CronJob' ? ['spec', 'jobTemplate', 'spec', 'template'] : ['spec', 'template'];
  const changed = differences(withoutEmptyAnnotations(before), withoutEmptyAnnotations(after));
  return changed.filter(place => !isPromisedPlace(place, path)).map(place => `place: ${place}`);
}

/** What is injected already stays as it is: asked in the same request again, and, for a workload, updated as it is. */
function problemsOfSecond({ review, core, surroundings }: Answered, after: JsonObject): readonly string[] {
  const request = review['request'] as Node;
  const isPod = (request['kind'] as Node)['kind'] === 'Pod';
  const asked: readonly Node[] = [
    { ...request, object: after },
    ...(isPod ? [] : [{ ...request, object: after, oldObject: after, operation: 'UPDATE' }]),
  ];
  return asked.flatMap(request => {
    const what = `again: ${request['operation']}`;
    try {
      const { response } = answerReview({ ...review, request }, core, surroundings).review;
      if (response.allowed && response.patch === undefined) return [];
      return [`${what} ${response.allowed ? 'changes it' : 'refuses it'} a second time`];
    } catch (error) {
      return [`${what} throws ${error}`];
    }
  });
}
