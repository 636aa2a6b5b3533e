import { InjectorError } from '../injector-error.ts';

/** A command was called wrongly; each problem says with what, and what to write. */
export class UsageError extends InjectorError {
  override name = 'UsageError';
  readonly problems: readonly string[];

  constructor(...problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}
