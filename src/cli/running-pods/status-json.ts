import { print } from '../print.ts';
import { shownJson } from '../terminal/shown-json.ts';
import type { StatusOutput } from './status-output.ts';
import type { StatusCounts, StatusRow } from './status-rows.ts';

/**
 * One document of JSON that is printed while pods are read, so that nothing of them is kept. Where they cannot be read to the
 * end, its own end is missing.
 */
export class StatusJson implements StatusOutput {
  readonly #context: string;
  readonly #toPrint: string[] = [];
  #hasBegun = false;
  #hasRows = false;

  constructor(context: string) {
    this.#context = context;
  }

  add(rows: readonly StatusRow[]): void {
    for (const row of rows) {
      this.#toPrint.push(this.#hasRows ? ',\n' : '\n', indented(shownJson(forProgram(row), 2), 4));
      this.#hasRows = true;
    }
  }

  async flush(): Promise<void> {
    const text = this.#toPrint.splice(0).join('');
    if (text === '') return;
    await print(`${this.#hasBegun ? '' : this.#head()}${text}`);
    this.#hasBegun = true;
  }

  async end(counts: StatusCounts): Promise<void> {
    this.#toPrint.push(this.#hasRows ? '\n  ],\n' : '],\n');
    this.#toPrint.push(`  "counts": ${indented(shownJson(counts, 2), 2).trimStart()}\n}\n`);
    await this.flush();
  }

  #head(): string {
    return `{\n  "context": ${shownJson(this.#context)},\n  "sidecars": [`;
  }
}

/** Sidecars as a program reads them. */
function forProgram({ namespace, pod, container, sidecar, state, mode, ...others }: StatusRow) {
  const { image, definitionImage, version, definitionVersion, difference, from, by } = others;
  return {
    ...{ namespace, pod, container, sidecar, state, mode },
    ...{ image, definitionImage, version, definitionVersion, difference, from, by },
  };
}

/** In the values there are no line breaks: JSON escapes them. */
function indented(text: string, spaces: number): string {
  const indent = ' '.repeat(spaces);
  return text.replace(/^/gm, indent);
}
