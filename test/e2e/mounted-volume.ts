import { mkdir, readdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Writes files the way the kubelet mounts a ConfigMap or Secret: into a new directory, to which the link `..data` is
 * swung over in one step, so that a reader sees all of the old version or all of the new one.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/volume/util/atomic_writer.go
 */
export async function mountVolume(directory: string, files: Readonly<Record<string, string>>): Promise<void> {
  const link = join(directory, '..data');
  const old = await readlink(link).catch(() => undefined);
  const version = `..${process.hrtime.bigint()}`;
  await mkdir(join(directory, version), { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(directory, version, name), text);
    await symlink(join('..data', name), join(directory, name)).catch(() => undefined); // There since the last version.
  }
  await symlink(version, `${link}_tmp`);
  await rename(`${link}_tmp`, link);
  if (old !== undefined) await rm(join(directory, old), { recursive: true });
  const gone = (await readdir(directory)).filter(
    name => !name.startsWith('..') && !Object.hasOwn(files, name),
  );
  for (const name of gone) await rm(join(directory, name));
}
