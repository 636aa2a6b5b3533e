import { explainManifest } from '../../diagnosis/explanation/explain-manifest.ts';
import type { Explanation } from '../../diagnosis/explanation/explanation.ts';
import { isWorthTelling } from '../../diagnosis/explanation/is-worth-telling.ts';
import { judgingEngine } from '../../diagnosis/explanation/judging-engine.ts';
import { inheriting } from '../../diagnosis/inheriting.ts';
import { inNamespace } from '../../injection/in-namespace.ts';
import { InjectorError } from '../../injector-error.ts';
import { at, type JsonObject } from '../../kubernetes/json.ts';
import { readManifests } from '../../manifests/edit-manifests.ts';
import { sourcesAmong } from '../../namespaces/sources-of.ts';
import { namespaceOf } from '../../written-objects/namespace-of.ts';
import { type EngineChoice, loadEngine } from '../load-engine.ts';
import { findManifests, type ManifestSource } from '../manifests/find-manifests.ts';
import { namespacesAmong } from '../manifests/namespaces-among.ts';
import { readManifest } from '../manifests/read-manifest.ts';
import { readNamespaces } from '../manifests/read-namespaces.ts';
import { tell } from '../print.ts';
import type { ExplainedObject } from './explanation-text.ts';

/** Explanations, and what they go by. */
export interface Explained {
  /** Absent where no cluster was asked. */
  readonly context?: string;
  /** Where the definitions are from, in words. */
  readonly definitions: string;
  readonly objects: readonly ExplainedObject[];
}

/** Explains the objects of manifests by the engine alone. */
export async function explainFiles(
  paths: readonly string[],
  choice: EngineChoice & { readonly namespace?: string | undefined },
): Promise<Explained> {
  const { config, sidecars, policy, rules, leftOut } = await loadEngine(choice);
  const engine = judgingEngine(config, sidecars, { policy, rules });
  for (const line of leftOut) tell(line);
  const namespaces = await readNamespaces(config.namespaces);
  const { sources, namespaces: own } = await namespacesAmong(await findManifests(paths));
  const sourcesOf = sourcesAmong(new Map([...namespaces, ...own]), rules);
  const objects: ExplainedObject[] = [];
  for await (const written of writtenObjects(sources)) {
    const home = namespaceOf(written.value) ?? choice.namespace ?? 'default';
    const inHome = { ...engine, injector: inNamespace(engine.injector, home) };
    const there = inheriting(inHome, ({ metadata }) => sourcesOf(home, metadata.labels ?? {}));
    const explanation = explainManifest(written.value, there);
    if (isWorthTelling(written.value, explanation, engine.workloadKinds)) {
      objects.push(explainedObject(written, explanation, choice.namespace));
    }
  }
  return { definitions: `directory ${config.sidecars}`, objects };
}

/** An object of a manifest, and where it is written. */
export interface WrittenObject {
  readonly value: JsonObject;
  readonly file: string;
  readonly line: number;
}

/**
 * Reads the objects of manifests, in the order in which they are written.
 *
 * @throws InjectorError where a manifest cannot be read.
 */
export async function* writtenObjects(sources: readonly ManifestSource[]): AsyncGenerator<WrittenObject> {
  for (const source of sources) {
    const { objects, problems } = readManifests(await readManifest(source));
    if (problems.length > 0) {
      throw new InjectorError(
        problems.map(({ line, message }) => `${source.name}:${line}: ${message}`).join('\n'),
      );
    }
    for (const object of objects) yield { ...object, file: source.name };
  }
}

/** What an explanation is about. */
interface Explainable {
  readonly value: JsonObject;
  readonly file?: string;
  readonly line?: number;
  /** What could not be looked at. */
  readonly unknown?: readonly string[];
}

/** An explanation with the names of its object; the keys in the order in which they are printed. */
export function explainedObject(
  { value, file, line, unknown = [] }: Explainable,
  { verdict, reason, sidecars, problems, warnings, leftOut, pods }: Explanation,
  namespace: string | undefined,
): ExplainedObject {
  const own = namespaceOf(value) ?? namespace;
  return {
    apiVersion: String(value['apiVersion'] ?? ''),
    kind: String(value['kind'] ?? ''),
    ...(own === undefined ? {} : { namespace: own }),
    name: textIn(value, 'name') ?? textIn(value, 'generateName') ?? '',
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    ...{ verdict, reason, sidecars, problems, warnings },
    ...(leftOut === undefined ? {} : { leftOut }),
    ...(pods === undefined ? {} : { pods }),
    ...(unknown.length === 0 ? {} : { unknown }),
  };
}

function textIn(object: JsonObject, key: string): string | undefined {
  const text = at(object, ['metadata', key]);
  return typeof text === 'string' && text !== '' ? text : undefined;
}
