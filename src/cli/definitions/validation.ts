import { inOneLine } from '../../sidecars/definition-problem.ts';
import type { Validation } from '../../trial/validate-definitions.ts';

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
