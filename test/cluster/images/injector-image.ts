import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { imageProcess } from '../../../scripts/dockerfile.ts';
import { OciLayout } from '../../../scripts/release/oci-layout.ts';
import { projectDirectory } from '../../e2e/installation.ts';
import { writeImages } from '../../oci-images.ts';
import { run } from '../run.ts';
import type { Containerd } from './containerd.ts';
import { architecture } from './pack-image.ts';

/**
 * Makes the image of the injector as a release does, by `scripts/release/image.ts`. Its base is of this machine: the
 * Node.js of the npm package and the libraries that it is linked with, at the places of the base in the Dockerfile.
 */
export async function importInjectorImage(containerd: Containerd, name: string): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'sidecar-injector-rootfs-'));
  try {
    const [base, image] = [join(directory, 'base'), join(directory, 'image')];
    await writeBase(base, join(directory, 'runtime'));
    const script = join(projectDirectory, 'scripts/release/image.ts');
    const platform = `linux/${architecture}`;
    await run(process.execPath, [script, '--base', base, '--output', image, '--platforms', platform]);
    await containerd.importLayout(image, name);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** An OCI layout with one image, which is nothing but a Node.js. */
async function writeBase(directory: string, root: string): Promise<void> {
  await copyNode(root, imageProcess().nodePath);
  const layout = new OciLayout(directory);
  await layout.finish(await writeImages(layout, [{ architecture, root }]));
}

/** The running Node.js and the shared libraries it is linked with, at the same places as here. */
async function copyNode(root: string, path: string): Promise<void> {
  const libraries = [...(await run('ldd', [process.execPath])).matchAll(/(\/\S+) \(0x/g)].map(
    ([, library = '']) => library,
  );
  const places = [[process.execPath, path], ...libraries.map(library => [library, library])];
  for (const [from = '', to = ''] of places) {
    await mkdir(dirname(join(root, to)), { recursive: true });
    await cp(from, join(root, to), { dereference: true });
  }
}
