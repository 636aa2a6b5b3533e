import { InjectorError } from '../injector-error.ts';

/** An answer has more bytes than whoever asked can use. */
export class AnswerTooLargeError extends InjectorError {
  override name = 'AnswerTooLargeError' as const;

  constructor(maxBytes: number) {
    super(`the answer has more than ${maxBytes} bytes`);
  }
}
