import { looksLikeCredential } from '../../credential.ts';
import { chooseImage, type ImageSettings } from '../../injection/render/choose-image.ts';
import { at } from '../../kubernetes/json.ts';
import { oneLine } from '../../shown-text.ts';
import type { SidecarDefinition } from '../../sidecars/definition.ts';
import { versionOfFile } from '../../sidecars/definition-file.ts';
import type { DefinitionProblem } from '../../sidecars/definition-problem.ts';
import type { LoadedFile, SidecarSet } from '../../sidecars/sidecar-set.ts';
import { renderTemplate } from '../../sidecars/template/render-template.ts';
import type { Template } from '../../sidecars/template/template.ts';
import type { DefinitionInForce } from './injector-version.ts';

/**
 * What a set of definitions comes to, in the order of the names: one entry for each file, and one for what is wrong
 * outside of the files. It is bounded, and shows nothing that could be a credential.
 */
export function definitionsInForce(set: SidecarSet, images: ImageSettings): readonly DefinitionInForce[] {
  return inOrder([...entriesInForce(set, images)]);
}

/** The same piece by piece and in no order, for who has other things to do between two of them. */
export function* entriesInForce(set: SidecarSet, images: ImageSettings): Generator<DefinitionInForce, void> {
  const problems = Map.groupBy(set.problems.slice(0, maxProblems), ({ file }) => file);
  for (const loaded of set.files.values())
    yield entryOf(loaded, set, { images, problem: told(problems.get(loaded.file.name)) });
  const stray = told(set.problems.filter(({ file }) => !set.files.has(file)));
  if (stray !== undefined) yield { file: 'configuration', problem: stray };
}

/** The pieces in the order of {@link definitionsInForce}. */
export function inOrder(entries: readonly DefinitionInForce[]): readonly DefinitionInForce[] {
  return entries.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

/** More than anybody reads; all of them would be looked through for credentials. */
const maxProblems = 100;

function nameOf({ sidecar = '', version, file }: DefinitionInForce): string {
  return `${sidecar}\n${version ?? ''}\n${file}`;
}

/** Whether it is that definition which pods get, those that get the next version included. */
export function isInSet(definition: SidecarDefinition, { sidecars, next }: SidecarSet): boolean {
  const { name, version } = definition;
  return (version === undefined ? sidecars : next).get(name) === definition;
}

function entryOf(
  { file: { name: file }, definition, names, problems }: LoadedFile,
  set: SidecarSet,
  { images, problem }: { readonly images: ImageSettings; readonly problem: string | undefined },
): DefinitionInForce {
  const isInForce = definition !== undefined && isInSet(definition, set);
  const sidecar = definition?.name ?? names[0];
  const version = versionOfFile(file);
  const image = isInForce ? imageOf(definition, images) : undefined;
  // Behind the last problem that is told, a file must not look as if it were right.
  const wrong =
    problem ?? (problems.length > 0 ? 'more problems than are told here; see validate' : undefined);
  return {
    ...(sidecar === undefined ? {} : { sidecar: shown(sidecar, maxName) }),
    ...(version === 'next' ? { version } : {}),
    ...(isInForce ? { hash: definition.hash } : {}),
    ...(image === undefined ? {} : { image: shown(image, maxImage) }),
    file: shown(file, maxName),
    ...(wrong === undefined ? {} : { problem: wrong }),
  };
}

/** The image that a pod gets whose annotations set nothing beside what is required; no more of it is rendered. */
function imageOf(definition: SidecarDefinition, images: ImageSettings): string | undefined {
  const { name, container, presets } = definition;
  const template = imageTemplate(container);
  const image = template && renderTemplate(template, { name, values: presets, isOnce: false });
  return chooseImage(definition, typeof image === 'string' ? image : undefined, images);
}

function imageTemplate(container: Template): Template | undefined {
  if (container.kind === 'map') return container.entries.find(([key]) => key === 'image')?.[1];
  const image = container.kind === 'literal' ? at(container.value, ['image']) : undefined;
  return typeof image === 'string' ? { kind: 'literal', value: image } : undefined;
}

function told(problems: readonly DefinitionProblem[] = []): string | undefined {
  const [first, ...more] = problems;
  if (first === undefined) return undefined;
  const { line, path, message } = first;
  const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
  return `line ${line}: ${shown(`${path === '' ? '' : `${path}: `}${message}`, maxProblem)}${others}`;
}

/** In one line, cut, and each word left out that could be a credential. */
function shown(text: string, maxCharacters: number): string {
  const read = oneLine(text, maxCharacters);
  return read.replace(/[^\s"'`,;()<>]+/g, word =>
    looksLikeCredential(word.replace(digest, ''), { mayBeHash: true }) ? '***' : word,
  );
}

/** An image by its digest is no credential, though it looks like one. */
const digest = /@sha256:[0-9a-f]{64}$/;

const maxName = 100;
const maxImage = 300;
const maxProblem = 300;
