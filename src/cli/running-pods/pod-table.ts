import { differenceInWords } from '../../running-pods/difference.ts';
import { oneLine } from '../../shown-text.ts';
import { print } from '../print.ts';
import { tableInParts } from '../table.ts';
import type { StatusOutput } from './status-output.ts';
import { findUnusual, isColumnShown, type StatusRow, versionOf, whoPutIn } from './status-rows.ts';

/** A table with a line for each sidecar of each pod. What it shows is kept, and nothing else of a pod. */
export class PodTable implements StatusOutput {
  readonly #lines: (readonly string[])[] = [];
  readonly #texts = new Map<string, string>();
  readonly #context: string | undefined;
  readonly #unusual = new Set<string>();

  /** The context is a column where it is named. */
  constructor(context: string | undefined) {
    this.#context = context;
  }

  add(rows: readonly StatusRow[]): void {
    findUnusual(rows, this.#unusual);
    for (const row of rows) {
      this.#lines.push(columns.map(({ cell, isRepeated }) => this.#kept(shownCell(cell(row)), isRepeated)));
    }
  }

  async flush(): Promise<void> {}

  async end(): Promise<void> {
    if (this.#lines.length === 0) return;
    const isShown = columns.map(({ header }) => isColumnShown(header, this.#unusual));
    const lines = [columns.map(({ header }) => header), ...this.#lines.splice(0)];
    // Each line in the place of the one with all columns: there may be a hundred thousand.
    for (const [index, line] of lines.entries()) lines[index] = line.filter((_, column) => isShown[column]);
    for (const part of tableInParts(withContext(lines, this.#context))) await print(part);
  }

  /** Each text once that is the same in many lines. */
  #kept(text: string, isRepeated = true): string {
    if (!isRepeated) return text;
    const known = this.#texts.get(text);
    if (known === undefined) this.#texts.set(text, text);
    return known ?? text;
  }
}

interface Column {
  readonly header: string;
  readonly cell: (row: StatusRow) => string | undefined;
  /** Whether many rows have the same, as in most columns. */
  readonly isRepeated?: boolean;
}

const columns: readonly Column[] = [
  { header: 'NAMESPACE', cell: row => row.namespace },
  { header: 'POD', cell: row => row.pod, isRepeated: false },
  { header: 'SIDECAR', cell: row => row.container },
  { header: 'STATE', cell: row => row.state },
  { header: 'MODE', cell: row => row.mode },
  { header: 'VERSION', cell: versionOf },
  { header: 'BY', cell: whoPutIn },
  { header: 'IMAGE', cell: row => row.image },
  { header: 'DEFINITION', cell: row => row.definitionImage },
  { header: 'DIFFERENCE', cell: row => row.difference && differenceInWords(row.difference, row) },
];

/** Images and what a status says are written by whoever may write pods. */
export function shownCell(text: string | undefined): string {
  return text === undefined ? '' : oneLine(text, maxCharacters);
}

/** The longest image with a digest has less. */
const maxCharacters = 500;

/** The lines of a table with the context before each; of one context alone it is told beside. */
export function withContext(
  lines: readonly (readonly string[])[],
  context: string | undefined,
): readonly (readonly string[])[] {
  if (context === undefined) return lines;
  return lines.map((line, index) => [index === 0 ? 'CONTEXT' : shownCell(context), ...line]);
}
