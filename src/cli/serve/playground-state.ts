import { setImmediate as turn } from 'node:timers/promises';
import { contentHash } from '../../content-hash.ts';
import type { TaggedBody } from '../../http/playground-routes.ts';
import type { InjectionPolicy } from '../../injection/policy.ts';
import type { NamedWorkloadKind } from '../../kubernetes/workload.ts';
import type { InjectionRule } from '../../namespaces/injection-rule.ts';
import { stateJson } from '../../playground/page-with-state.ts';
import type { PlaygroundState } from '../../playground/playground-state.ts';
import { programVersion } from '../../program-version.ts';
import type { SidecarFile, SidecarSet, SidecarSettings } from '../../sidecars/sidecar-set.ts';
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
  for (const text of inPieces(jsonTexts(state))) {
    pieces.push(Buffer.from(text));
    hashes.push(contentHash(text));
    await turn();
  }
  return { pieces, tag: contentHash(hashes.join()) };
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

/** The JSON of the state, in texts that follow each other. */
function* jsonTexts({ files, ...others }: PlaygroundState): Generator<string> {
  yield `${stateJson(others).slice(0, -1)},"files":[`;
  for (const [index, file] of files.entries()) {
    if (index > 0) yield ',';
    yield* textsOf(file);
  }
  yield ']}\n';
}

/** The JSON of two texts, without its quotes, is that of both together. */
function* textsOf(file: SidecarFile): Generator<string> {
  if (file.text === undefined) return yield stateJson(file);
  yield `{"name":${stateJson(file.name)},"text":"`;
  for (let start = 0; start < file.text.length; start += pieceLength) {
    yield stateJson(file.text.slice(start, start + pieceLength)).slice(1, -1);
  }
  yield '"}';
}
