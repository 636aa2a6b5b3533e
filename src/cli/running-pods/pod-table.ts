import { differenceInWords } from '../../running-pods/difference.ts';
import { oneLine } from '../../shown-text.ts';
import { print } from '../print.ts';
import { table } from '../table.ts';
import type { StatusOutput } from './status-output.ts';
import { findUnusual, isColumnShown, type StatusRow, versionOf, whoPutIn } from './status-rows.ts';

/** A table with a line for each sidecar of each pod. What it shows is kept, and nothing else of a pod. */
export class PodTable implements StatusOutput {
  readonly #lines: (readonly string[])[] = [];
  /** Each text once: most are the same in many lines. */
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
      this.#lines.push(columns.map(({ cell }) => this.#once(shownCell(cell(row)))));
    }
  }

  async flush(): Promise<void> {}

  async end(): Promise<void> {
    if (this.#lines.length === 0) return;
    const lines = [columns.map(({ header }) => header), ...this.#lines];
    const isShown = columns.map(({ header }) => isColumnShown(header, this.#unusual));
    const shown = lines.map(line => line.filter((_, column) => isShown[column]));
    await print(table(withContext(shown, this.#context)));
  }

  #once(text: string): string {
    const known = this.#texts.get(text);
    if (known === undefined) this.#texts.set(text, text);
    return known ?? text;
  }
}

interface Column {
  readonly header: string;
  readonly cell: (row: StatusRow) => string | undefined;
}

const columns: readonly Column[] = [
  { header: 'NAMESPACE', cell: row => row.namespace },
  { header: 'POD', cell: row => row.pod },
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
