/**
 * Gives the image that was pushed and signed its version as a tag.
 *
 *   node scripts/release/tag-image.ts
 */
import { imageByDigest, readRelease, run } from './release.ts';

const release = readRelease();
run('crane', ['tag', imageByDigest(release), release.version]);
console.log(`${release.image}:${release.version}`);
