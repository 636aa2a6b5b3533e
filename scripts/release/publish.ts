/**
 * Publishes the npm package, with provenance, and the release on GitHub with its files. What cannot be taken back comes last.
 *
 *   node scripts/release/publish.ts
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRelease, run } from './release.ts';

const { version, directory } = readRelease();
const at = (file: string) => join(directory, file);
const archive = at(readFileSync(at('package.txt'), 'utf8').trim());
const files = [
  'install.yaml',
  `sidecar-injector-${version}.tgz`,
  'sbom.cdx.json',
  'provenance.json',
  'krew.yaml',
];
const early = version.includes('-');
const release = ['release', 'create', `v${version}`, '--verify-tag', '--title', `v${version}`];
const options = [...release, '--notes-file', at('notes.md'), ...(early ? ['--prerelease'] : [])];
run('gh', [...options, ...files.map(at), archive]);
run('npm', ['publish', archive, '--provenance', '--access', 'public', '--tag', early ? 'next' : 'latest']);
