import type { WriteStream } from 'node:tty';
import type { TerminalEnvironment } from '../../config/terminal-environment.ts';
import { tellThrough } from '../print.ts';

/** What there is room for, in characters and lines. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** A stream on which what was written can be written over; one of a process is no terminal where it has been redirected. */
export type Terminal = Pick<WriteStream, 'write' | 'on' | 'off'> &
  Partial<Pick<WriteStream, 'isTTY' | 'columns' | 'rows'>>;

/**
 * Whether somebody watches on a terminal that can write over its own lines. A build that runs in a terminal of its own says
 * so by `CI`: what it keeps is a log.
 */
export function canRedraw({ isTTY }: Pick<Terminal, 'isTTY'>, { term, ci }: TerminalEnvironment): boolean {
  return isTTY === true && term !== 'dumb' && !ci;
}

/** What of the library is used here. */
interface Draw {
  (text: string): void;
  clear(): void;
}

/** Lines at the end of a terminal that are written anew as time goes on. */
export class LiveView {
  readonly #terminal: Terminal;
  readonly #frame: (size: TerminalSize) => readonly string[];
  readonly #draw: Draw;
  readonly #redraw = () => this.#show();
  readonly #toKeep: string[] = [];
  /** How many lines there are of it. */
  #drawn = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `frame` gives the lines of now; none where there is nothing to show. */
  static async on(terminal: Terminal, frame: (size: TerminalSize) => readonly string[]): Promise<LiveView> {
    const { createLogUpdate } = await import('log-update');
    // A cursor that was hidden would stay so where the process is killed.
    const draw = createLogUpdate(sized(terminal) as WriteStream, { showCursor: true });
    return new LiveView(terminal, frame, draw);
  }

  private constructor(terminal: Terminal, frame: (size: TerminalSize) => readonly string[], draw: Draw) {
    this.#terminal = terminal;
    this.#frame = frame;
    this.#draw = draw;
  }

  /** Draws from now on; what is told to a person goes above it. */
  start(): void {
    this.#timer = setInterval(this.#redraw, intervalMs);
    // Nobody waits for a picture.
    this.#timer.unref();
    this.#terminal.on('resize', this.#redraw);
    // Where standard error goes elsewhere, so do its lines.
    if (process.stderr.isTTY) tellThrough(line => this.keep(line));
  }

  /** Lets a line stand above the view, from when it is drawn next. */
  keep(line: string): void {
    this.#toKeep.push(line);
  }

  /** Takes the view away; what was kept stays. */
  stop(): void {
    clearInterval(this.#timer);
    this.#terminal.off('resize', this.#redraw);
    tellThrough(undefined);
    this.#draw.clear();
    this.#write();
  }

  #show(): void {
    if (this.#toKeep.length > 0) this.#draw.clear();
    this.#write();
    const lines = this.#frame(sizeOf(this.#terminal));
    // The library leaves lines where they are that are the same at the end, also where those above are fewer now.
    if (lines.length !== this.#drawn) this.#draw.clear();
    if (lines.length > 0) this.#draw(lines.join('\n'));
    this.#drawn = lines.length;
  }

  /** By itself: the library cuts what is longer than the terminal. */
  #write(): void {
    const lines = this.#toKeep.splice(0).map(line => `${line}\n`);
    if (lines.length > 0) this.#terminal.write(lines.join(''));
  }
}

/** Often enough for an eye, and seldom enough for a slow line. */
const intervalMs = 250;

/** A terminal as the library sees it, which would draw nothing on one of no lines. */
function sized(terminal: Terminal): Partial<WriteStream> {
  return {
    isTTY: true,
    write: (text: Uint8Array | string) => terminal.write(text),
    get columns() {
      return sizeOf(terminal).columns;
    },
    get rows() {
      return sizeOf(terminal).rows;
    },
  };
}

/** A terminal that does not say, or says nonsense as some do at their start, has the usual size. */
function sizeOf({ columns, rows }: Terminal): TerminalSize {
  return { columns: columns || 80, rows: rows || 24 };
}
