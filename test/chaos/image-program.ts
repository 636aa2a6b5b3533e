import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { imageProcess } from '../../scripts/dockerfile.ts';
import { projectDirectory } from '../e2e/installation.ts';
import { controlPlane } from '../e2e/suite.ts';
import type { ImageProgram } from './replica.ts';

/** Builds the bundle and says how it is started as in a pod of the Deployment. */
export async function buildImageProgram(): Promise<ImageProgram> {
  // Below the project, where its packages are found; the directory of the run is removed with the run.
  const directory = await mkdtemp(join(controlPlane().directory, 'bundle-'));
  await promisify(execFile)(process.execPath, [join(projectDirectory, 'scripts/build.ts'), directory]);
  const { nodeFlags, environment } = imageProcess();
  return {
    args: [...nodeFlags, join(directory, 'sidecar-injector.mjs'), 'serve'],
    environment,
  };
}
