import type { IncomingMessage } from 'node:http';
import { InjectorError } from '../injector-error.ts';
import type { BlockPool } from './block-pool.ts';
import { BodyBlocks } from './body-blocks.ts';

/** A body that is longer than the limit: the rest of it is not kept. */
export class BodyTooLargeError extends InjectorError {
  override name = 'BodyTooLargeError' as const;
  readonly maxBytes: number;

  constructor(maxBytes: number) {
    super(`the body is larger than ${maxBytes / 1024 / 1024} MiB`);
    this.maxBytes = maxBytes;
  }
}

/** A body that is no JSON, such as one that was cut off. */
export class UnreadableBodyError extends InjectorError {
  override name = 'UnreadableBodyError' as const;

  constructor(bytes: number) {
    super(bytes === 0 ? 'the body is empty' : `the body of ${bytes} bytes is no JSON`);
  }
}

/** The client went away before it had sent its body: nobody is left to answer. */
export class BodyAbortedError extends InjectorError {
  override name = 'BodyAbortedError' as const;

  constructor() {
    super('the connection was closed before the body was complete');
  }
}

export interface BodyBounds {
  readonly maxBytes: number;
  /** Told how many bytes are held, each time that it changes. */
  readonly onHold: (bytes: number) => void;
  /** Shared by all bodies. */
  readonly pool: BlockPool;
}

/** A body that has arrived. Its bytes are there only while they are read, which is once. */
export type ArrivedBody = <T>(read: (bytes: Buffer) => T) => T;

/**
 * Waits for the body of a request.
 *
 * @throws BodyTooLargeError as soon as it is known to be longer than `maxBytes`.
 * @throws BodyAbortedError where the connection ends first.
 */
export function readBody(
  request: IncomingMessage,
  { maxBytes, onHold, pool }: BodyBounds,
): Promise<ArrivedBody> {
  return new Promise((resolve, reject) => {
    const announcedBytes = Number(request.headers['content-length'] ?? 0);
    if (announcedBytes > maxBytes) {
      reject(new BodyTooLargeError(maxBytes));
      return;
    }
    let whole: Buffer | undefined;
    const body = new BodyBlocks(pool);
    const forget = () => {
      body.clear();
      request.off('data', keep);
      onHold(0);
    };
    const keep = (chunk: Buffer) => {
      // Whole at once, as most are: it is read right away, and a copy would only cost time.
      if (chunk.length === announcedBytes) {
        whole = chunk;
        return;
      }
      if (body.length + chunk.length > maxBytes) {
        forget();
        reject(new BodyTooLargeError(maxBytes));
        return;
      }
      body.add(chunk);
      onHold(body.heldBytes);
      if (pool.isBusy) freeChunk(chunk);
    };
    request.on('data', keep);
    request.once('end', () => {
      onHold(0);
      const bytes = whole;
      resolve(bytes === undefined ? read => body.readWhole(read) : read => read(bytes));
    });
    request.once('close', () => {
      if (request.complete) return;
      forget();
      reject(new BodyAbortedError());
    });
  });
}

/**
 * Frees what a socket has handed over and what has been copied, where it has memory of its own. The collector of garbage
 * comes every few thousand objects, whatever they hold: until then 16 KiB each would be more than all bodies together.
 * Not at once, because the parser may still be at it.
 */
export function freeChunk({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && byteLength === buffer.byteLength)
    setImmediate(() => buffer.transfer(0));
}
