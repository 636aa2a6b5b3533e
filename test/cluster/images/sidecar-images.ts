import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findPrograms } from '../../sidecars/programs.ts';
import { imageOf } from '../image-probe.ts';
import type { Containerd } from './containerd.ts';

/** Where the images have their program, and the user that they run it as. */
const contents = {
  'log-collector': { program: '/otelcol-k8s', user: '10001:10001' },
  'statsd-exporter': { program: '/bin/statsd_exporter', user: '65534:65534' },
  'tls-proxy': { program: '/usr/bin/ghostunnel', user: '65532:65532' },
} as const;

export type ToolSidecar = keyof typeof contents;

/** The sidecars whose program is built here. */
export const toolSidecars = Object.keys(contents) as readonly ToolSidecar[];

/**
 * Makes the images that the definitions name without a container engine, from the programs that test/cluster/sidecars
 * builds. Without Go there are none, and the cases that need them are skipped.
 */
export async function importSidecarImages(containerd: Containerd): Promise<void> {
  const programs = findPrograms();
  if (typeof programs['missing'] === 'string') {
    console.warn(`\ntest:cluster makes no images of the sidecars: ${programs['missing']}\n`);
    return;
  }
  for (const sidecar of toolSidecars) {
    const name = withRegistry(imageOf(sidecar));
    const file = (programs as Readonly<Record<string, string>>)[sidecar];
    if (file === undefined || (await containerd.has(name))) continue;
    await importImage(containerd, sidecar, name, file);
  }
}

async function importImage(
  containerd: Containerd,
  sidecar: ToolSidecar,
  name: string,
  file: string,
): Promise<void> {
  const { program, user } = contents[sidecar];
  const directory = await mkdtemp(join(tmpdir(), 'sidecar-injector-rootfs-'));
  try {
    await mkdir(dirname(join(directory, program)), { recursive: true });
    await copyFile(file, join(directory, program));
    const config = { User: user, Entrypoint: [program], Env: ['PATH=/usr/bin:/bin'] };
    await containerd.import({ name, layers: [{ directory, owners: 'root' }], config });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The name as containerd knows it. */
function withRegistry(image: string): string {
  const [first = ''] = image.split('/');
  return first.includes('.') ? image : `docker.io/${image}`;
}
