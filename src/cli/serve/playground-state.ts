import { setImmediate as turn } from 'node:timers/promises';
import { contentHash } from '../../content-hash.ts';
import type { TaggedBody } from '../../http/playground-routes.ts';
import type { InjectionPolicy } from '../../injection/policy.ts';
import type { NamedWorkloadKind } from '../../kubernetes/workload.ts';
import type { InjectionRule } from '../../namespaces/injection-rule.ts';
import { stateJson } from '../../playground/page-with-state.ts';
import type { PlaygroundState } from '../../playground/playground-state.ts';
import { programVersion } from '../../program-version.ts';
import type { SidecarSet, SidecarSettings } from '../../sidecars/sidecar-set.ts';

/** What the page shows of an injector at a moment. */
export interface ShownInForce {
  readonly definitions: SidecarSet;
  readonly settings: SidecarSettings;
  readonly policy: InjectionPolicy;
  readonly rules: readonly InjectionRule[];
  readonly workloadKinds: readonly NamedWorkloadKind[];
}

/**
 * The state that the page is told, as JSON. It is made when it is first asked for after a change, and not again before the
 * next one; with a turn for requests between two files, which together may be 8 MiB.
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
    a.workloadKinds === b.workloadKinds
  );
}

/** Each field is named here, so that nothing else of the configuration can come along. */
function stateOf({ definitions, settings, policy, rules, workloadKinds }: ShownInForce): PlaygroundState {
  return {
    version: programVersion,
    isLive: true,
    files: [...definitions.files.values()].map(({ file }) => file),
    settings: { defaults: settings.defaults ?? {}, images: settings.images ?? {} },
    policy,
    rules,
    workloadKinds,
  };
}

async function bodyOf(state: PlaygroundState): Promise<TaggedBody> {
  const pieces: Buffer[] = [];
  const hashes: string[] = [];
  for (const text of jsonPieces(state)) {
    pieces.push(Buffer.from(text));
    hashes.push(contentHash(text));
    await turn();
  }
  return { pieces, tag: contentHash(hashes.join()) };
}

/** The JSON of the state, a file at a time: each is at most 256 KiB, and is written within a millisecond or two. */
function* jsonPieces({ files, ...others }: PlaygroundState): Generator<string> {
  yield `${stateJson(others).slice(0, -1)},"files":[`;
  for (const [index, file] of files.entries()) yield `${index === 0 ? '' : ','}${stateJson(file)}`;
  yield ']}\n';
}
