import { readFileSync } from 'node:fs';

/** The titles of all cases of a test file, without the places where a table puts its rows. */
export function casesOf(file: string): readonly string[] {
  const text = readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
  const titles = text.matchAll(/(?:\b(?:it|gitSyncCase|nodeCase)|\))\(\s*(?:'([^'\n]+)'|"([^"\n]+)"),/g);
  return [...titles].map(([, single, double]) => (single ?? double ?? '').replace(/: %[sj]$/, ''));
}
