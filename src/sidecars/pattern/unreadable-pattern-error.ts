import { InjectorError } from '../../injector-error.ts';

/** A pattern that cannot be used, and what is wrong with it; undefined where it is no regular expression at all. */
export class UnreadablePatternError extends InjectorError {
  override name = 'UnreadablePatternError' as const;
  readonly problem: string | undefined;

  constructor(problem?: string) {
    super(problem ?? 'no regular expression');
    this.problem = problem;
  }
}
