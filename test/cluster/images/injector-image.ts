import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { imageProcess } from '../../../scripts/dockerfile.ts';
import { projectDirectory } from '../../e2e/installation.ts';
import { run } from '../run.ts';
import type { Containerd } from './containerd.ts';

/**
 * Makes the image of the injector without a container engine: the bundle as the Dockerfile makes it, on the Node.js
 * of the npm package and the libraries that this machine starts it with. User, environment and flags are read from the
 * Dockerfile.
 */
export async function importInjectorImage(containerd: Containerd, name: string): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'sidecar-injector-rootfs-'));
  try {
    const [runtime, app] = [join(directory, 'runtime'), join(directory, 'app')];
    await copyNode(runtime, nodePath);
    await run(process.execPath, [join(projectDirectory, 'scripts/build.ts'), join(app, 'app')]);
    await cp(join(projectDirectory, 'sidecars'), join(app, 'app/sidecars'), { recursive: true });
    const layers = [
      { directory: runtime, owners: 'root' },
      { directory: app, owners: 'root' },
    ] as const;
    await containerd.import({ name, layers, config: imageConfig() });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function imageConfig() {
  const { nodeFlags, program, environment, user } = imageProcess();
  return {
    User: user,
    WorkingDir: dirname(program),
    Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    Entrypoint: [nodePath, ...nodeFlags, program],
    Cmd: ['serve'],
  };
}

/** As in the image that the Dockerfile builds on. */
const nodePath = '/nodejs/bin/node';

/** The running Node.js and the shared libraries it is linked with, at the same places as here. */
export async function copyNode(root: string, path: string): Promise<void> {
  const libraries = [...(await run('ldd', [process.execPath])).matchAll(/(\/\S+) \(0x/g)].map(
    ([, library = '']) => library,
  );
  const places = [[process.execPath, path], ...libraries.map(library => [library, library])];
  for (const [from = '', to = ''] of places) {
    await mkdir(dirname(join(root, to)), { recursive: true });
    await cp(from, join(root, to), { dereference: true });
  }
}
