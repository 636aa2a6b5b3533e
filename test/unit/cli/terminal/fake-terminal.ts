import { EventEmitter } from 'node:events';
import type { Terminal } from '../../../../src/cli/terminal/live-view.ts';

/** A terminal of 80 columns that keeps what is written to it. */
export class FakeTerminal extends EventEmitter {
  readonly isTTY = true;
  columns = 80;
  rows = 24;
  written = '';

  write(text: string): boolean {
    this.written += text;
    return true;
  }

  /** As the program sees it. */
  get stream(): Terminal {
    return this as unknown as Terminal;
  }
}
