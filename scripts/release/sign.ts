/**
 * Signs image and chart, and attaches the list of packages and the provenance, without a key: cosign gets a certificate for
 * the identity of the workflow. https://docs.sigstore.dev/cosign/signing/overview/
 *
 *   node scripts/release/sign.ts
 */
import { join } from 'node:path';
import { chartByDigest, imageByDigest, readRelease, run } from './release.ts';

const release = readRelease();
const [image, chart] = [imageByDigest(release), chartByDigest(release)];
for (const reference of [image, chart]) run('cosign', ['sign', '--yes', '--recursive', reference]);
attest(image, 'cyclonedx', 'sbom.cdx.json');
for (const reference of [image, chart]) attest(reference, 'slsaprovenance1', 'provenance.json');

function attest(reference: string, type: string, file: string): void {
  const predicate = join(release.directory, file);
  run('cosign', ['attest', '--yes', '--type', type, '--predicate', predicate, reference]);
}
