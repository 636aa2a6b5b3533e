/**
 * Pushes the image by its digest. Nobody finds it by a tag before it is signed: `tag-image.ts` gives it one.
 *
 *   node scripts/release/push-image.ts
 */
import { join } from 'node:path';
import { imageByDigest, readRelease, run } from './release.ts';

const release = readRelease();
const image = imageByDigest(release);
run('crane', ['push', join(release.directory, 'image'), image]);
console.log(image);
