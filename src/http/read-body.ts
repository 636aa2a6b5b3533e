import type { IncomingMessage } from 'node:http';
import { InjectorError } from '../injector-error.ts';

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

/**
 * Reads the body of a request whole.
 *
 * @throws BodyTooLargeError as soon as it is known to be longer than `maxBytes`.
 * @throws BodyAbortedError where the connection ends first.
 */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
      reject(new BodyTooLargeError(maxBytes));
      return;
    }
    const chunks: Buffer[] = [];
    let length = 0;
    const keep = (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBytes) {
        chunks.push(chunk);
        return;
      }
      chunks.length = 0;
      request.off('data', keep);
      reject(new BodyTooLargeError(maxBytes));
    };
    request.on('data', keep);
    request.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.once('close', () => {
      if (!request.complete) reject(new BodyAbortedError());
    });
  });
}
