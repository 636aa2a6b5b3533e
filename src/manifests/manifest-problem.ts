/** A place in a text that cannot be read or edited, and what to do about it. */
export interface ManifestProblem {
  /** Counted from 1. */
  readonly line: number;
  readonly message: string;
}

/** Ends the work on a text; caught within this room, where the place becomes a line. */
export class ManifestProblemError extends Error {
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}
