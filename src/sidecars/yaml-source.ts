import { type Document, isNode, type LineCounter, type Node } from 'yaml';
import { type ComposedYaml, composeYaml } from '../compose-yaml.ts';
import { BrokenParts, type KeyPath } from './broken-parts.ts';
import { type DefinitionProblem, shownProblem } from './definition-problem.ts';
import { explainYaml } from './explain-yaml.ts';

export type { KeyPath } from './broken-parts.ts';

/** What is wrong, or how to say it: where it takes time to find the words, they are asked for only if they are shown. */
export type ProblemMessage = string | (() => string);

/** One YAML document with its places, so that every problem can name line and column. */
export class YamlSource {
  readonly #file: string;
  readonly #lines: LineCounter;
  readonly #problems: DefinitionProblem[] = [];
  /** How many there are beside those that are kept. */
  #others = 0;
  readonly document: Document.Parsed | undefined;
  /** Whether the parser understood all of it; what it makes of the rest of a file would only confuse. */
  readonly isYaml: boolean;
  /** What does not have its shape, and what must not be judged for it. */
  readonly broken = new BrokenParts();

  #isSureOfNames: boolean;

  constructor(file: string, text: string, { documents, problems, lines }: ComposedYaml = composeYaml(text)) {
    this.#file = file;
    this.#lines = lines;
    this.document = documents[0];
    this.isYaml = documents.length === 1 && problems.every(({ code }) => code === 'DUPLICATE_KEY');
    this.#isSureOfNames = problems.length === 0;
    for (const { offset, message } of explainYaml(text, problems)) this.#addAt(offset, [], message);
    const second = documents[1];
    if (this.document === undefined && problems.length === 0)
      this.#addAt(0, [], 'the file is empty; write one definition');
    if (second !== undefined)
      this.#addAt(second.range[0], [], 'a second document; write one definition per file');
  }

  /** Whether all that the file names can be told: nothing of it is broken, stands twice, or is misspelt. */
  get isSureOfNames(): boolean {
    return this.#isSureOfNames && this.broken.isEmpty;
  }

  get hasProblems(): boolean {
    return this.#problems.length > 0;
  }

  /** The first problems in the order of the file, and how many more there are. */
  get problems(): readonly DefinitionProblem[] {
    const shown = this.#problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
    const last = shown.at(-1);
    if (last === undefined || this.#others === 0) return shown;
    return [...shown, { ...last, path: '', message: `and ${this.#others} more in this file` }];
  }

  /** Reports that the node at a path does not have its shape. */
  addAtNode(node: Node | null | undefined, path: KeyPath, message: ProblemMessage): void {
    this.broken.add(path);
    this.#addAt(node?.range?.[0] ?? 0, path, message);
  }

  addUnknownKey(key: Node, path: KeyPath, message: ProblemMessage): void {
    this.broken.addUnknownKey(path);
    this.#addAt(key.range?.[0] ?? 0, path, message);
  }

  addMissing(map: Node, path: KeyPath, key: string): void {
    this.broken.add([...path, key]);
    this.#addAt(map.range?.[0] ?? 0, path, `the key "${key}" is missing`);
  }

  /**
   * Reports a problem at a path, or at the nearest parent that the document has. Nothing is said about what is broken
   * anyhow: one mistake makes one problem.
   */
  add(path: KeyPath, message: ProblemMessage): void {
    if (!this.broken.touch(this.broken.inFile(path)))
      this.#keep(() => this.problemAt(path, inWordsOf(message)));
  }

  /** Reports that a text names a parameter that is not there, where it is sure which ones there are. */
  addUnknownName(path: KeyPath, message: ProblemMessage): void {
    this.#isSureOfNames = false;
    if (!this.broken.hide(['spec', 'parameters'])) this.add(path, message);
  }

  /** A problem at a path that is returned and not kept: for remarks that make the file no worse. */
  problemAt(path: KeyPath, message: string): DefinitionProblem {
    const inFile = this.broken.inFile(path);
    for (let length = path.length; length >= 0; length--) {
      const node = this.document?.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return this.#problem(node.range[0], inFile, message);
    }
    return this.#problem(0, inFile, message);
  }

  #addAt(offset: number, path: KeyPath, message: ProblemMessage): void {
    this.#keep(() => this.#problem(offset, path, inWordsOf(message)));
  }

  #keep(make: () => DefinitionProblem): void {
    if (this.#problems.length < maxProblems) this.#problems.push(make());
    else this.#others++;
  }

  #problem(offset: number, path: KeyPath, message: string): DefinitionProblem {
    const { line, col } = this.#lines.linePos(offset);
    const [atLine, column] = [Math.max(line, 1), Math.max(col, 1)];
    return shownProblem({ file: this.#file, line: atLine, column, path: inWords(path), message });
  }
}

/** Whoever mends these sees the next ones. */
const maxProblems = 20;

function inWordsOf(message: ProblemMessage): string {
  return typeof message === 'string' ? message : message();
}

function inWords(path: KeyPath): string {
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${key}`))
    .join('');
}
