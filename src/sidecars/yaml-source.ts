import { type Document, isNode, LineCounter, type Node, parseAllDocuments } from 'yaml';
import type { DefinitionProblem } from './definition-problem.ts';

export type KeyPath = readonly (string | number)[];

/** One YAML document with its places, so that every problem can name line and column. */
export class YamlSource {
  readonly #file: string;
  readonly #lines = new LineCounter();
  readonly #problems: DefinitionProblem[] = [];
  readonly document: Document.Parsed | undefined;

  constructor(file: string, text: string) {
    this.#file = file;
    const parsed = parseAllDocuments(text, { lineCounter: this.#lines, prettyErrors: false, version: '1.2' });
    const documents = 'empty' in parsed ? [] : parsed;
    this.document = documents[0];
    for (const { pos, code, message } of documents.flatMap(({ errors, warnings }) => [
      ...errors,
      ...warnings,
    ])) {
      this.#addAt(pos[0], [], inPlainWords[code] ?? message);
    }
    const second = documents[1];
    if (this.document === undefined) this.#addAt(0, [], 'the file is empty; write one definition');
    if (second !== undefined)
      this.#addAt(second.range[0], [], 'a second document; write one definition per file');
  }

  /** All problems so far, in the order of the file. */
  get problems(): readonly DefinitionProblem[] {
    return this.#problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
  }

  /** Reports a problem at a node of the document. */
  addAtNode(node: Node | null | undefined, path: KeyPath, message: string): void {
    this.#addAt(node?.range?.[0] ?? 0, path, message);
  }

  /** Reports a problem at a path, or at the nearest parent that the document has. */
  add(path: KeyPath, message: string): void {
    this.#problems.push(this.problemAt(path, message));
  }

  /** A problem at a path that is returned and not kept: for remarks that make the file no worse. */
  problemAt(path: KeyPath, message: string): DefinitionProblem {
    for (let length = path.length; length >= 0; length--) {
      const node = this.document?.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return this.#problem(node.range[0], path, message);
    }
    return this.#problem(0, path, message);
  }

  #addAt(offset: number, path: KeyPath, message: string): void {
    this.#problems.push(this.#problem(offset, path, message));
  }

  #problem(offset: number, path: KeyPath, message: string): DefinitionProblem {
    const { line, col } = this.#lines.linePos(offset);
    return {
      file: this.#file,
      line: Math.max(line, 1),
      column: Math.max(col, 1),
      path: inWords(path),
      message,
    };
  }
}

/** What the parser's own words do not make clear. */
const inPlainWords: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'this key stands here twice',
  TAG_RESOLVE_FAILED:
    'YAML takes a word that begins with "!" for a tag; write a condition in quotes: "!secret"',
};

function inWords(path: KeyPath): string {
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${key}`))
    .join('');
}
