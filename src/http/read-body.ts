import type { IncomingMessage } from 'node:http';
import { InjectorError } from '../injector-error.ts';
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
}

/**
 * Reads the body of a request whole.
 *
 * @throws BodyTooLargeError as soon as it is known to be longer than `maxBytes`.
 * @throws BodyAbortedError where the connection ends first.
 */
export function readBody(request: IncomingMessage, { maxBytes, onHold }: BodyBounds): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const announced = request.headers['content-length'];
    if (Number(announced ?? 0) > maxBytes) {
      reject(new BodyTooLargeError(maxBytes));
      return;
    }
    const body = new BodyBlocks(announced === undefined ? Number.POSITIVE_INFINITY : Number(announced));
    const forget = () => {
      body.clear();
      request.off('data', keep);
      onHold(0);
    };
    const keep = (chunk: Buffer) => {
      if (body.length + chunk.length > maxBytes) {
        forget();
        reject(new BodyTooLargeError(maxBytes));
        return;
      }
      body.add(chunk);
      onHold(body.heldBytes);
    };
    request.on('data', keep);
    request.once('end', () => {
      onHold(0);
      resolve(body.takeWhole());
    });
    request.once('close', () => {
      if (request.complete) return;
      forget();
      reject(new BodyAbortedError());
    });
  });
}
