/**
 * Writes install.yaml with the image by its digest.
 *
 *   node scripts/release/install-manifest.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, imageByDigest, readRelease, root } from './release.ts';

const release = readRelease();
const image = `image: sidecar-injector:${release.version}\n`;
const parts = readFileSync(join(root, 'deploy/install.yaml'), 'utf8').split(image);
if (parts.length !== 2) fail(`deploy/install.yaml has "${image.trim()}" ${parts.length - 1} times, not once`);
writeFileSync(join(release.directory, 'install.yaml'), parts.join(`image: ${imageByDigest(release)}\n`));
