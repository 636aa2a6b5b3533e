import { InjectorError } from '../../injector-error.ts';

/** A patch of ours that would not apply: our own fault, found before it could do harm. */
export class UnappliablePatchError extends InjectorError {
  override name = 'UnappliablePatchError' as const;
  readonly path: string;

  constructor(path: string, problem: string) {
    super(`patch operation on ${path} does not apply: ${problem}`);
    this.path = path;
  }
}
