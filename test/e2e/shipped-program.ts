import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Lays the program out as its package has it, in an empty directory: it starts in half the time that the sources take. */
export function layOutProgram(): { readonly program: string; readonly remove: () => void } {
  const directory = mkdtempSync(join(tmpdir(), 'sidecar-injector-program-'));
  const remove = () => rmSync(directory, { recursive: true });
  const args = [join(root, 'scripts/build.ts'), join(directory, 'dist')];
  const build = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000 });
  if (build.status !== 0) {
    remove();
    throw new Error(`the program could not be built: ${build.error?.message ?? build.stderr}`);
  }
  for (const part of ['bin', 'sidecars'])
    cpSync(join(root, part), join(directory, part), { recursive: true });
  cpSync(join(root, 'package.json'), join(directory, 'package.json'));
  symlinkSync(join(root, 'docs'), join(directory, 'docs'));
  return { program: join(directory, 'bin/sidecar-injector.js'), remove };
}
