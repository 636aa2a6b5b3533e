import type { FindingName } from '../finding.ts';
import type { KeyPath } from '../yaml-source.ts';

/** What one rule of the review has to say, and where in the document. */
export interface Remark {
  readonly finding: FindingName;
  readonly path: KeyPath;
  readonly message: string;
}

/** Ends a message about what the restricted Pod Security Standard forbids. */
export const restricted = 'a namespace that enforces the restricted Pod Security Standard refuses the pod';
