/**
 * Packs the npm package under the name that it is published with, and leaves the archive and the manifest of the kubectl
 * plugin, which names it.
 *
 *   node scripts/release/package.ts
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { krewManifest } from '../krew-manifest.ts';
import { readRelease, run } from './release.ts';

const release = readRelease();
const directory = mkdtempSync(join(tmpdir(), 'sidecar-injector-package-'));
try {
  const [{ filename }] = JSON.parse(
    run('npm', ['pack', '--json', '--loglevel=error', '--pack-destination', directory]),
  );
  run('tar', ['--extract', '--file', join(directory, filename), '--directory', directory]);
  const file = join(directory, 'package/package.json');
  // What is only for this checkout stays here: it may not be published from it, and its tools are of no use to others.
  const {
    private: _,
    scripts: _scripts,
    devDependencies: _tools,
    ...manifest
  } = JSON.parse(readFileSync(file, 'utf8'));
  const { devEngines: _engines, allowScripts: _allowed, ...published } = manifest;
  const repository = { type: 'git', url: `git+${release.repository}.git` };
  writeFileSync(file, `${JSON.stringify({ ...published, name: release.package, repository }, null, 2)}\n`);
  const args = ['pack', '--json', '--loglevel=error', '--pack-destination', release.directory];
  const [packed] = JSON.parse(run('npm', args, join(directory, 'package')));
  const archive = join(release.directory, packed.filename);
  const uri = `${release.repository}/releases/download/v${release.version}/${packed.filename}`;
  const krew = krewManifest({ archive: readFileSync(archive), uri, homepage: release.repository });
  writeFileSync(join(release.directory, 'krew.yaml'), krew);
  writeFileSync(join(release.directory, 'package.txt'), `${packed.filename}\n`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
