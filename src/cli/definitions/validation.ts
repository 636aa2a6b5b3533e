import type { DefinitionProblem } from '../../sidecars/definition-problem.ts';
import { inOneLine } from '../../sidecars/definition-problem.ts';
import type { DefinitionFinding } from '../../sidecars/review/review-definition.ts';

/** What was found out about definitions. */
export interface Validation {
  readonly files: number;
  /** Those that can be used. */
  readonly sidecars: number;
  readonly errors: readonly DefinitionProblem[];
  readonly findings: readonly DefinitionFinding[];
  /** Findings that their definitions accept. */
  readonly accepted: readonly DefinitionFinding[];
}

/** A line for each, in the form that editors and compilers use, and one with the counts. */
export function validationText({ files, sidecars, errors, findings, accepted }: Validation): string {
  const counts = [
    `${errors.length} errors`,
    `${findings.length} findings`,
    ...(accepted.length > 0 ? [`${accepted.length} accepted`] : []),
  ];
  return [
    ...errors.map(error => `${inOneLine(error)} (error)`),
    ...findings.map(found => `${inOneLine(found)} (finding: ${found.finding})`),
    ...accepted.map(found => `${inOneLine(found)} (accepted: ${found.reason})`),
    `${files} files, ${sidecars} sidecars: ${counts.join(', ')}`,
    '',
  ].join('\n');
}

/** The same as one object, for programs. */
export function validationJson({ files, sidecars, errors, findings, accepted }: Validation): string {
  const counts = {
    files,
    sidecars,
    errors: errors.length,
    findings: findings.length,
    accepted: accepted.length,
  };
  return `${JSON.stringify({ counts, errors, findings, accepted }, undefined, 2)}\n`;
}
