import { execFileSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';

export interface PackedLayer {
  readonly tar: Buffer;
  readonly compressed: Buffer;
}

/**
 * Packs a directory as a layer. The same files give the same bytes: names sorted, times zero, everything root's, and
 * readable by all whatever the umask was. It needs GNU tar.
 */
export function packLayer(directory: string): PackedLayer {
  const same = ['--sort=name', '--mtime=@0', '--format=ustar', '--mode=u=rwX,go=rX'];
  const owners = ['--numeric-owner', '--owner=0', '--group=0'];
  const tar = execFileSync('tar', ['--create', '--directory', directory, ...same, ...owners, '.'], {
    maxBuffer: layerLimit,
  });
  return { tar, compressed: gzipSync(tar) };
}

const layerLimit = 512 * 1024 * 1024;
