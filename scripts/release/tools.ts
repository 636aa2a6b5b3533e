/**
 * Builds the programs that a release runs, in their pinned versions, and puts them on the PATH of the steps that follow.
 *
 *   node scripts/release/tools.ts
 */
import { appendFileSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { tool } from '../tools/tool.ts';
import { fail, readRelease } from './release.ts';

const { GITHUB_PATH = fail('GITHUB_PATH must be set, as GitHub Actions does') } = process.env;
const directory = join(readRelease().directory, 'bin');
mkdirSync(directory, { recursive: true });
for (const name of ['crane', 'helm', 'cosign'] as const) {
  const link = join(directory, name);
  rmSync(link, { force: true });
  symlinkSync(tool(name), link);
}
appendFileSync(GITHUB_PATH, `${directory}\n`);
