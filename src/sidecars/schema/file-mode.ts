import type { Scalar } from 'yaml';

/**
 * A number as its author meant it: YAML 1.2 takes `0400` for four hundred, while everyone who writes the rights of a file
 * means octal, as YAML 1.1 and kubectl do. Undefined where it is not written so.
 */
export function octalMode({ value, source }: Scalar): number | undefined {
  if (typeof value !== 'number' || source === undefined) return undefined;
  return /^0[0-7]+$/.test(source) ? Number.parseInt(source, 8) : undefined;
}

/** What is wrong with how the rights of a file are written; undefined where only their size may be. */
export function fileModeProblem({ value, source }: Scalar): string | undefined {
  if (typeof value === 'string' && /^0?o?[0-7]+$/.test(value)) {
    return `expected the rights of a file, got the text "${value}"; write ${value} without quotes`;
  }
  if (typeof value !== 'number' || source === undefined) return undefined;
  if (/^0\d*[89]/.test(source)) return `${source} is no octal number: its digits go from 0 to 7`;
  const octal = /^0o?([0-7]+)$/.exec(source)?.[1];
  const isAbove = octal !== undefined && Number.parseInt(octal, 8) > 0o777;
  return isAbove ? `expected the rights of a file, from 0 to 0777 in octal, got ${source}` : undefined;
}
