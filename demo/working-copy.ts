import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execute, type Terminal } from './transcript.ts';

/**
 * Makes a working copy `site` with a first commit, and a bare repository `site.git` that it pushes to. A hook there is a
 * shell script that carries each push to where it is served.
 *
 * @returns the working copy.
 */
export async function makeWorkingCopy(
  terminal: Terminal,
  directory: string,
  publish: string,
): Promise<string> {
  await mkdir(join(directory, 'site.git/hooks'), { recursive: true });
  const hook = join(directory, 'site.git/hooks/post-receive');
  await writeFile(hook, publish);
  await chmod(hook, 0o755);
  const commands = [
    `cd ${directory}`,
    'git init --quiet --bare --initial-branch=main site.git',
    'git init --quiet --initial-branch=main site',
    'cd site',
    'git config user.name demo',
    'git config user.email demo@example.com',
    'git config commit.gpgSign false',
    'git remote add origin ../site.git',
    `echo '${pageOf('version 1')}' > index.html`,
    'git add index.html',
    'git commit --quiet --message "Version 1"',
    'git push --quiet origin main',
  ];
  const { exitCode, output } = await execute(terminal, commands.join(' &&\n'));
  if (exitCode !== 0) throw new Error(`the repository could not be prepared:\n${output}`);
  return join(directory, 'site');
}

/** A page that a browser loads anew every two seconds. */
export function pageOf(text: string): string {
  return `<meta http-equiv="refresh" content="2"><h1>${text}</h1>`;
}
