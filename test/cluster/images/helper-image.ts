import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, rename } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { run } from '../run.ts';
import type { Containerd } from './containerd.ts';

const packages = readFileSync(new URL('helper-packages.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n');

/** Changes with its content, so that a node that has it has the right one. */
export const helperImage = `localhost/sidecar-injector-helper:${createHash('sha256')
  .update(JSON.stringify([packages, process.version]))
  .digest('hex')
  .slice(0, 12)}`;

/**
 * Makes the helper image, in which the servers and apps of the suite run, without a container engine: a Debian root
 * with the packages of helper.Dockerfile, made once and kept in the cache, and Node.js. Needs root and debootstrap.
 */
export async function importHelperImage(containerd: Containerd): Promise<void> {
  if (await containerd.has(helperImage)) return;
  const cache = join(homedir(), '.cache/sidecar-injector/test-images');
  const root = join(cache, 'rootfs');
  if (!existsSync(root)) await makeRoot(cache, root);
  const node = join(cache, 'node');
  await mkdir(join(node, 'usr/local/bin'), { recursive: true });
  await cp(process.execPath, join(node, 'usr/local/bin/node'));
  await containerd.import({
    name: helperImage,
    layers: [
      { directory: root, owners: 'kept' },
      { directory: node, owners: 'root' },
    ],
    config: { Env: ['PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'], Cmd: ['/bin/sh'] },
  });
}

async function makeRoot(cache: string, root: string): Promise<void> {
  const unfinished = join(cache, 'rootfs.unfinished');
  await remove(unfinished);
  await mkdir(unfinished, { recursive: true });
  const args = ['--variant=minbase', `--include=${packages.join()}`, 'bookworm', unfinished];
  await run('debootstrap', [...args, ...(await debianMirror())]);
  for (const useless of [
    'var/cache/apt',
    'var/lib/apt/lists',
    'usr/share/doc',
    'usr/share/man',
    'usr/share/locale',
  ]) {
    await remove(join(unfinished, useless));
  }
  // Devices come from the container runtime.
  await run('find', [join(unfinished, 'dev'), '-xdev', '-mindepth', '1', '-delete']);
  await rename(unfinished, root);
}

/** Never into what is mounted below, as debootstrap mounts /proc. */
async function remove(directory: string): Promise<void> {
  await run('rm', ['--recursive', '--force', '--one-file-system', directory]);
}

/** The mirror that this machine's apt uses, which may be the only one within reach; none leaves it to debootstrap. */
async function debianMirror(): Promise<readonly string[]> {
  const query = ['indextargets', '--format', '$(REPO_URI)', 'Codename: bookworm'];
  const targets = await run('apt-get', query).catch(() => '');
  return targets.split('\n').filter(Boolean).slice(0, 1);
}
