import { type DestinationStream, destination, type Logger, pino } from 'pino';

export type Log = Logger;

export interface LoggerOptions {
  /** Least level that is written, such as `info`. */
  readonly level: string;
  /** `json`: one object per line, for machines; `pretty`: for a person at a terminal. */
  readonly format: 'json' | 'pretty';
}

/**
 * Makes the logger of the program. Bodies, patches and values of annotations are never handed to it.
 * JSON lines are written in blocks, at the latest after half a second: a write per decision would be the dearest part of it.
 */
export async function createLogger({ level, format }: LoggerOptions): Promise<Log> {
  const stream =
    format === 'pretty'
      ? await prettyStream()
      : destination({ dest: 1, sync: false, minLength: 8192, periodicFlush: 500 });
  return loggerTo(stream, level);
}

/** A logger that makes its lines and writes them nowhere. */
export function createSilentLogger(): Log {
  return loggerTo({ write: () => {} }, 'info');
}

function loggerTo(stream: DestinationStream, level: string): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: timestamps(Date.now),
      formatters: { level: label => ({ level: label }) },
    },
    stream,
  );
}

/** The time as a field of a line. Its second is written once for all lines of that second: that takes most of a line's time. */
export function timestamps(now: () => number): () => string {
  let [second, text] = [Number.NaN, ''];
  return () => {
    const ms = now();
    const milliseconds = ms % 1000;
    if (ms - milliseconds !== second) {
      second = ms - milliseconds;
      text = new Date(second).toISOString().slice(0, -'000Z'.length);
    }
    return `,"time":"${text}${String(milliseconds).padStart(3, '0')}Z"`;
  };
}

// Loaded only where it is wanted: in a cluster it never is.
async function prettyStream(): Promise<DestinationStream> {
  const { default: pretty } = await import('pino-pretty');
  return pretty({
    destination: 1,
    sync: true,
    ignore: 'pid,hostname',
    translateTime: 'SYS:HH:MM:ss.l',
    singleLine: true,
  });
}
