import { EventEmitter } from 'node:events';
import type { Terminal } from '../../../../src/cli/terminal/live-view.ts';

/** A terminal of 80 columns that keeps what is written to it, and knows what there is to see of it. */
export class FakeTerminal extends EventEmitter {
  readonly isTTY = true;
  columns = 80;
  rows = 24;
  written = '';
  readonly #screen: string[] = [''];
  #row = 0;
  #column = 0;

  write(text: string): boolean {
    this.written += text;
    for (const [part, count, command] of text.matchAll(parts)) this.#take(part, Number(count || 1), command);
    return true;
  }

  /** As the program sees it. */
  get stream(): Terminal {
    return this as unknown as Terminal;
  }

  /** The lines that there are to see, without empty ones at the end. */
  get screen(): readonly string[] {
    return this.#screen.join('\n').trimEnd().split('\n');
  }

  #take(part: string, count: number, command: string | undefined): void {
    if (part === '\n') this.#moveTo(this.#row + 1, 0);
    else if (command === 'A') this.#moveTo(this.#row - count, this.#column);
    else if (command === 'B') this.#moveTo(this.#row + count, this.#column);
    else if (command === 'G') this.#moveTo(this.#row, count - 1);
    else if (command === 'K') this.#put(count === 2 ? '' : this.#line.slice(0, this.#column));
    else if (!part.startsWith(escapeSign)) this.#write(part);
  }

  #write(text: string): void {
    const line = this.#line.padEnd(this.#column);
    this.#put(line.slice(0, this.#column) + text + line.slice(this.#column + text.length));
    this.#column += text.length;
  }

  #moveTo(row: number, column: number): void {
    this.#row = Math.max(row, 0);
    this.#column = column;
    while (this.#screen.length <= this.#row) this.#screen.push('');
  }

  get #line(): string {
    return this.#screen[this.#row] ?? '';
  }

  #put(line: string): void {
    this.#screen[this.#row] = line;
  }
}

const escapeSign = String.fromCharCode(27);

/** Texts, ends of lines, and what a terminal obeys. */
const parts = new RegExp(`${escapeSign}\\[\\??(\\d*)([A-Za-z])|\\n|[^${escapeSign}\\n]+`, 'g');
