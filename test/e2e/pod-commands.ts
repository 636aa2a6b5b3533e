/** The commands about pods that run, as a person calls them. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cleanEnvironment, program, projectDirectory } from './installation.ts';
import { controlPlane } from './suite.ts';

export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program as a person would. */
export function runProgram(...args: readonly string[]): Promise<Ended> {
  return runProgramWith({}, ...args);
}

/** The same with these variables beside those of whoever runs the tests. */
export function runProgramWith(variables: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<Ended> {
  const env = { ...cleanEnvironment, KUBECONFIG: controlPlane().kubeconfig, ...variables };
  const options = { cwd: projectDirectory, env, timeout: 60_000 };
  return new Promise(resolve => {
    execFile(process.execPath, [program, ...args], options, (error, stdout, stderr) =>
      resolve({ exitCode: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

/** A directory with the definition that ships, changed. */
export async function definitions(change: (text: string) => string): Promise<string> {
  const directory = await mkdtemp(join(controlPlane().directory, 'definitions-'));
  const text = await readFile(join(projectDirectory, 'sidecars/git-sync.yaml'), 'utf8');
  const changed = change(text);
  if (changed === text) throw new Error('the definition is not what this test expects');
  await writeFile(join(directory, 'git-sync.yaml'), changed);
  return directory;
}

/** A directory with the definition that ships and a newer image. */
export function newerDefinitions(): Promise<string> {
  return definitions(text => text.replace(/(image: .*):v[\d.]+/, '$1:v4.9.9'));
}
