/**
 * Packs the chart with the image's name and digest as defaults, and pushes it as an OCI artifact.
 *
 *   node scripts/release/chart.ts
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { fail, imageByDigest, readRelease, root, run } from './release.ts';

const release = readRelease();
const [, digest = ''] = imageByDigest(release).split('@');
const directory = mkdtempSync(join(tmpdir(), 'sidecar-injector-chart-'));
try {
  const chart = join(directory, 'sidecar-injector');
  cpSync(join(root, 'deploy/chart'), chart, { recursive: true });
  const file = join(chart, 'values.yaml');
  const values = parseDocument(readFileSync(file, 'utf8'));
  values.setIn(['image', 'repository'], release.image);
  values.setIn(['image', 'digest'], digest);
  writeFileSync(file, values.toString({ lineWidth: 0 }));
  run('helm', ['package', chart, '--destination', release.directory]);
} finally {
  rmSync(directory, { recursive: true, force: true });
}

const archive = join(release.directory, `sidecar-injector-${release.version}.tgz`);
const repository = release.chart.slice(0, release.chart.lastIndexOf('/'));
// Registries on this machine speak no TLS.
const plain = /^(?:127\.0\.0\.1|localhost):/.test(repository) ? ['--plain-http'] : [];
const told = run('helm', ['push', archive, `oci://${repository}`, ...plain]);
const pushed = /sha256:[0-9a-f]{64}/.exec(told)?.[0];
if (pushed === undefined) fail(`helm did not say the digest of what it pushed: ${told.slice(0, 500)}`);
writeFileSync(join(release.directory, 'chart.digest'), `${pushed}\n`);
console.log(`${release.chart}@${pushed}`);
