/**
 * Takes the notes of this version from CHANGELOG.md and leaves them in notes.md.
 *
 *   node scripts/release/notes.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail, readRelease, root } from './release.ts';

/**
 * The text below the heading `## VERSION`, which may have a date behind it, up to the next heading of that level.
 *
 * @returns undefined where there is no such heading, or nothing below it.
 */
export function notesOf(changelog: string, version: string): string | undefined {
  const lines = changelog.split('\n');
  const start = lines.findIndex(line => line === `## ${version}` || line.startsWith(`## ${version} `));
  if (start < 0) return undefined;
  const length = lines.slice(start + 1).findIndex(line => line.startsWith('## '));
  const text = lines.slice(start + 1, length < 0 ? undefined : start + 1 + length).join('\n');
  return text.trim() || undefined;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { version, directory } = readRelease();
  const notes = notesOf(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), version);
  if (notes === undefined) {
    fail(
      `CHANGELOG.md has nothing below a heading "## ${version}": give the changes since the last release that heading`,
    );
  }
  writeFileSync(join(directory, 'notes.md'), `${notes}\n`);
}
