import { setImmediate as turn } from 'node:timers/promises';
import { contentHash } from '../../content-hash.ts';
import type { TaggedBody } from '../../http/playground-routes.ts';
import type { InjectionPolicy } from '../../injection/policy.ts';
import { isObject, type JsonObject } from '../../kubernetes/json.ts';
import type { NamedWorkloadKind } from '../../kubernetes/workload.ts';
import type { InjectionRule } from '../../namespaces/injection-rule.ts';
import { stateJson } from '../../playground/page-with-state.ts';
import type { PlaygroundState } from '../../playground/playground-state.ts';
import { programVersion } from '../../program-version.ts';
import type { SidecarSet, SidecarSettings } from '../../sidecars/sidecar-set.ts';
import type { WorkloadMode } from '../../workloads/decide-workload.ts';

/** What the page shows of an injector at a moment. */
export interface ShownInForce {
  readonly definitions: SidecarSet;
  readonly settings: SidecarSettings;
  readonly policy: InjectionPolicy;
  readonly rules: readonly InjectionRule[];
  readonly workloads: WorkloadMode;
  readonly workloadKinds: readonly NamedWorkloadKind[];
}

/**
 * The state that the page is told, as JSON. It is made when it is first asked for after a change, and not again before the
 * next one; with turns for requests in between, because the files together may be 8 MiB.
 */
export function playgroundState(now: () => ShownInForce): () => Promise<TaggedBody> {
  let made: { readonly of: ShownInForce; readonly body: Promise<TaggedBody> } | undefined;
  return () => {
    const of = now();
    if (made === undefined || !isSame(made.of, of)) made = { of, body: bodyOf(stateOf(of)) };
    return made.body;
  };
}

function isSame(a: ShownInForce, b: ShownInForce): boolean {
  return (
    a.definitions === b.definitions &&
    a.settings === b.settings &&
    a.policy === b.policy &&
    a.rules === b.rules &&
    a.workloads === b.workloads &&
    a.workloadKinds === b.workloadKinds
  );
}

/** Each field is named here, so that nothing else of the configuration can come along. */
function stateOf({
  definitions,
  settings,
  policy,
  rules,
  workloads,
  workloadKinds,
}: ShownInForce): PlaygroundState {
  return {
    version: programVersion,
    isLive: true,
    files: [...definitions.files.values()].map(({ file }) => file),
    settings: { defaults: settings.defaults ?? {}, images: settings.images ?? {} },
    policy,
    rules,
    workloads,
    workloadKinds,
  };
}

async function bodyOf(state: PlaygroundState): Promise<TaggedBody> {
  const pieces: Buffer[] = [];
  const hashes: string[] = [];
  for (const text of inPieces(lineOf(state))) {
    pieces.push(Buffer.from(text));
    hashes.push(contentHash(text));
    await turn();
  }
  return { pieces, tag: contentHash(hashes.join()) };
}

/** The state as a line of JSON. */
function* lineOf(state: PlaygroundState): Generator<string> {
  yield* jsonTexts(state);
  yield '\n';
}

/** The same texts, as few of them as are not much longer than a piece should be. */
function* inPieces(texts: Iterable<string>): Generator<string> {
  let piece = '';
  for (const text of texts) {
    piece += text;
    if (piece.length < pieceLength) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

/** Written within a few milliseconds, even where each character has to be escaped. */
const pieceLength = 16 * 1024;

/** The JSON of a value, in texts that follow each other: however large it is, none of them is. */
function* jsonTexts(value: unknown): Generator<string> {
  if (typeof value === 'string') yield* textsOfString(value);
  else if (Array.isArray(value)) yield* textsOfList(value);
  else if (isObject(value)) yield* textsOfObject(value);
  else yield stateJson(value ?? null);
}

/** The JSON of two texts, without its quotes, is that of both together. */
function* textsOfString(text: string): Generator<string> {
  yield '"';
  for (let start = 0; start < text.length; start += pieceLength) {
    yield stateJson(text.slice(start, start + pieceLength)).slice(1, -1);
  }
  yield '"';
}

function* textsOfList(items: readonly unknown[]): Generator<string> {
  yield '[';
  for (const [index, item] of items.entries()) {
    if (index > 0) yield ',';
    yield* jsonTexts(item);
  }
  yield ']';
}

function* textsOfObject(object: JsonObject): Generator<string> {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined);
  yield '{';
  for (const [index, [key, value]] of entries.entries()) {
    yield `${index > 0 ? ',' : ''}${stateJson(key)}:`;
    yield* jsonTexts(value);
  }
  yield '}';
}
