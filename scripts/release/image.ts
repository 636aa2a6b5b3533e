/**
 * Packs the image without a container engine: the program on a base that has Node.js.
 *
 *   node scripts/release/image.ts [--base BASE] [--output DIR] [--platforms linux/amd64,linux/arm64]
 *
 * BASE is a directory with an OCI image layout, or NAME@sha256:… in a registry, which crane pulls; by default RELEASE_BASE,
 * or what the Dockerfile names. DIR is by default that of the image in the directory of the release. The same sources and the
 * same base give the same digest, which is printed.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { assembleImage } from './assemble-image.ts';
import { OciLayout } from './oci-layout.ts';
import { type PackedLayer, packLayer } from './pack-layer.ts';
import { readRelease, releaseBase, root, run } from './release.ts';

const { values } = parseArgs({
  options: {
    base: { type: 'string', default: releaseBase() },
    output: { type: 'string' },
    platforms: { type: 'string', default: 'linux/amd64,linux/arm64' },
  },
});
const { base, platforms } = values;
const output = values.output ?? join(readRelease().directory, 'image');

const pulled = await mkdtemp(join(tmpdir(), 'sidecar-injector-base-'));
try {
  const layout = new OciLayout(baseDirectory(base));
  const { digest } = await assembleImage(layout, programLayer, output, platforms.split(','));
  console.log(digest);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await rm(pulled, { recursive: true, force: true });
}

function baseDirectory(base: string): string {
  if (existsSync(join(base, 'oci-layout'))) return base;
  if (!/@sha256:[0-9a-f]{64}$/.test(base)) {
    throw new Error(`--base ${base} is neither a directory with an OCI layout nor a name with @sha256:…`);
  }
  const directory = join(pulled, 'layout');
  run('crane', ['pull', '--format=oci', base, directory]);
  return directory;
}

/** What the Dockerfile copies. The bundle is built in the tree: its source map names the sources from where it lies. */
async function programLayer(): Promise<PackedLayer> {
  const built = await mkdtemp(join(root, '.image-'));
  const files = await mkdtemp(join(tmpdir(), 'sidecar-injector-layer-'));
  try {
    // What esbuild says is in the message where it fails, and nowhere else.
    const settings = { stdio: 'pipe', timeout: 600_000 } as const;
    const builders = [
      ['build.ts', built],
      ['build-playground.ts', join(built, 'playground.html')],
    ] as const;
    for (const [script, to] of builders)
      execFileSync(process.execPath, [join(root, 'scripts', script), to], settings);
    await cp(built, join(files, 'app'), { recursive: true });
    await cp(join(root, 'sidecars'), join(files, 'app/sidecars'), { recursive: true });
    return packLayer(files);
  } finally {
    for (const directory of [built, files]) await rm(directory, { recursive: true, force: true });
  }
}
