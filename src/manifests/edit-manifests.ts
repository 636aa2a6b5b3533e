/**
 * Edits manifests where they stand in their text, so that comments, order, quotes and whatever else somebody wrote stay
 * byte for byte. Nothing that is not edited is printed anew.
 */
import type { YAMLMap, YAMLSeq } from 'yaml';
import { isObject, type Json, type JsonObject } from '../kubernetes/json.ts';
import { keysOfPointer } from '../kubernetes/json-pointer.ts';
import { applyOperation, type ManifestOperation } from './apply-operation.ts';
import { blockStyle } from './block-style.ts';
import { collectEdits } from './collect-edits.ts';
import { standingBefore } from './emptied.ts';
import { listObjects } from './list-objects.ts';
import { type ManifestProblem, ManifestProblemError } from './manifest-problem.ts';
import { type Branch, kept, Unfolder } from './patch-tree.ts';
import { nodeAt, placeIn, type Stretch } from './place-in.ts';
import { offsetOf } from './places.ts';
import { type ManifestDocument, readDocuments } from './read-documents.ts';
import { ValueReader } from './read-value.ts';
import { editedText, lineStart, nextLine, type TextEdit } from './text-edit.ts';

/** An object of Kubernetes in a text. */
export interface ManifestObject {
  /** As kubectl reads it. */
  readonly value: JsonObject;
  /** Where it begins, counted from 1. */
  readonly line: number;
  /** Where the value at a path in it stands with its key; undefined where nothing is there. To be asked at once. */
  readonly placeOf: (path: readonly string[]) => Stretch | undefined;
}

/** Says what is to be done with an object: operations with pointers into it, none where it stays as it is. */
export type PatchOf = (object: ManifestObject) => readonly ManifestOperation[];

export interface EditedManifests {
  /** Not to be used where there are problems. */
  readonly text: string;
  readonly problems: readonly ManifestProblem[];
  /** What was done to the text, in its order. */
  readonly edits: readonly TextEdit[];
}

/** Edits the objects of a text. Where nothing is to be done it comes back as it is. */
export function editManifests(text: string, patchOf: PatchOf): EditedManifests {
  const editor = new ManifestEditor(text, patchOf);
  const problems = editor.run();
  if (problems.length > 0 || editor.edits.length === 0) return { text, problems, edits: [] };
  // Of several insertions in one place the first one comes first.
  const edits = editor.edits.toSorted((a, b) => a.start - b.start);
  const edited = editedText(editor.padded, edits);
  const result = edited.slice(0, edited.length - (editor.padded.length - text.length));
  return { text: result, problems: problemsOf(result, editor), edits };
}

/** Reads the objects of a text, and edits none. */
export function readManifests(text: string): {
  readonly objects: readonly Omit<ManifestObject, 'placeOf'>[];
  readonly problems: readonly ManifestProblem[];
} {
  const objects: Omit<ManifestObject, 'placeOf'>[] = [];
  // Where things stand is known by their document, of which only one is held at a time.
  const { problems } = editManifests(text, ({ value, line }) => {
    objects.push({ value, line });
    return [];
  });
  return { objects, problems };
}

/** Whoever mends these sees the next ones. */
const maxProblems = 20;

class ManifestEditor {
  readonly #text: string;
  readonly #patchOf: PatchOf;
  readonly #lines: LineCount;
  readonly #newline: string;
  readonly #problems: ManifestProblem[] = [];
  /** The text with a line break at its end, so that each line has one. */
  readonly padded: string;
  readonly edits: TextEdit[] = [];
  /** How many documents there are. */
  count = 0;
  /** What those with edits are to be, by their number. */
  readonly expected = new Map<number, Json>();

  constructor(text: string, patchOf: PatchOf) {
    this.#text = text;
    this.#patchOf = patchOf;
    this.#lines = new LineCount(text);
    this.#newline = /^[^\n]*\r\n/.test(text) ? '\r\n' : '\n';
    this.padded = text.endsWith('\n') ? text : text + this.#newline;
  }

  run(): readonly ManifestProblem[] {
    this.#catch(0, () => {
      for (const document of readDocuments(this.#text)) this.#editDocument(document, this.count++);
    });
    return this.#problems;
  }

  #editDocument(found: ManifestDocument, number: number): void {
    const { document, base } = found;
    const values = new ValueReader(document);
    const objects = listObjects(values.read(document.contents));
    const unfolder = new Unfolder(document, values);
    const context = {
      unfolder,
      before: (node: YAMLMap | YAMLSeq) => standingBefore(found.text, node),
    };
    let root: Branch = kept(document.contents);
    for (const object of objects) {
      const path = keysOfPointer(object.pointer);
      const line = this.#lines.at(base + offsetOf(nodeAt(document.contents, path)));
      const placeOf = (below: readonly string[]) => placeIn(document.contents, [...path, ...below], base);
      const operations = this.#patchOf({ value: object.value, line, placeOf });
      this.#catch(base, () => {
        for (const operation of operations) {
          root = applyOperation(root, { ...operation, path: object.pointer + operation.path }, context);
        }
      });
    }
    if (root.kind === 'kept' || this.#problems.length > 0) return;
    this.#catch(base, () => this.#collect(root, found));
    this.expected.set(number, unfolder.valueOf(root));
  }

  #collect(root: Branch, { text, base, document }: ManifestDocument): void {
    const isWhole = text.length === this.#text.length;
    const padded = isWhole ? this.padded : text;
    const style = blockStyle(padded, document, padded === text);
    const add = ({ start, end, text: put }: TextEdit) =>
      this.edits.push({ start: base + start, end: base + end, text: put });
    if (root.kind === 'emptied') {
      const [start = 0, end = 0] = document.contents?.range ?? [];
      add({ start, end, text: root.text });
    } else collectEdits(root, { text: padded, newline: this.#newline, style, add });
  }

  #catch(base: number, run: () => void): void {
    try {
      run();
    } catch (error) {
      if (!(error instanceof ManifestProblemError)) throw error;
      if (this.#problems.length === maxProblems) return;
      const offset = base + error.offset;
      const message = `${error.message}${templateHint(this.#text, offset)}`;
      this.#problems.push({ line: this.#lines.at(offset), message });
    }
  }
}

/** Said of a line that is no YAML because it has yet to become some. */
function templateHint(text: string, offset: number): string {
  const line = text.slice(lineStart(text, offset), nextLine(text, offset + 1));
  return line.includes('{{') ? '; render the template first, as "helm template" does' : '';
}

/** Counts lines on from where it counted last. */
class LineCount {
  readonly #text: string;
  #offset = 0;
  #line = 1;

  constructor(text: string) {
    this.#text = text;
  }

  at(offset: number): number {
    if (offset < this.#offset) [this.#offset, this.#line] = [0, 1];
    let next = this.#text.indexOf('\n', this.#offset);
    while (next >= 0 && next < offset) {
      this.#offset = next + 1;
      this.#line++;
      next = this.#text.indexOf('\n', this.#offset);
    }
    return this.#line;
  }
}

/** Reads what was written: an edit that would read otherwise than it should is worse than none. */
function problemsOf(
  text: string,
  { expected, count }: Pick<ManifestEditor, 'expected' | 'count'>,
): readonly ManifestProblem[] {
  const lines = new LineCount(text);
  let number = 0;
  try {
    for (const { document, base } of readDocuments(text)) {
      const value = expected.get(number++);
      const isRight = value === undefined || isSame(value, new ValueReader(document).read(document.contents));
      if (!isRight) return [misread(lines.at(base + offsetOf(document.contents)))];
    }
  } catch (error) {
    if (!(error instanceof ManifestProblemError)) throw error;
    return [misread(lines.at(error.offset))];
  }
  return number === count ? [] : [misread(1)];
}

function misread(line: number): ManifestProblem {
  return {
    line,
    message: 'this text is written in a way that cannot be edited without changing more; write it plainly',
  };
}

function isSame(one: Json, other: Json): boolean {
  if (Array.isArray(one)) {
    return (
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((item: Json, index) => isSame(item, other[index]))
    );
  }
  if (!isObject(one) || !isObject(other)) return one === other;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every(key => Object.hasOwn(other, key) && isSame(one[key] ?? null, other[key] ?? null))
  );
}
