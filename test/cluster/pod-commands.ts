/** The commands about pods that run, on the pods of a scene. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cleanEnvironment, program, projectDirectory } from '../e2e/installation.ts';
import type { Scene } from './scene.ts';

/** Runs the program as a person would; a command that takes longer than this is ended. */
export function runWithin(timeoutMs: number) {
  return (scene: Scene, verb: string, ...flags: readonly string[]) => {
    const args = [program, verb, '--kubeconfig', scene.cluster.kubeconfig, '--namespace', scene.namespace];
    const options = { cwd: projectDirectory, env: cleanEnvironment, timeout: timeoutMs };
    return new Promise<{ readonly exitCode: number; readonly output: string }>(resolve => {
      execFile(process.execPath, [...args, ...flags], options, (error, stdout, stderr) =>
        resolve({ exitCode: error === null ? 0 : Number(error.code), output: `${stdout}${stderr}` }),
      );
    });
  };
}

/** A directory with the definition that ships and another image. */
export async function definitionsWith(scene: Scene, image: string): Promise<string> {
  const directory = await mkdtemp(join(scene.cluster.directory, 'definitions-'));
  const text = await readFile(join(projectDirectory, 'sidecars/git-sync.yaml'), 'utf8');
  await writeFile(
    join(directory, 'git-sync.yaml'),
    text.replace(/^( {4}image: ).*$/m, `$1${JSON.stringify(image)}`),
  );
  return directory;
}
