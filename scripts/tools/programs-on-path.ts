import { delimiter, join } from 'node:path';
import { isProgram } from './is-program.ts';

/** The programs of a name, as the PATH of an environment has them: the one that a shell would run is the first. */
export function programsOnPath(name: string, env: NodeJS.ProcessEnv): readonly string[] {
  const directories = (env['PATH'] ?? '').split(delimiter).filter(directory => directory !== '');
  return directories.map(directory => join(directory, name)).filter(isProgram);
}
