/**
 * Prints the manifest of the kubectl plugin for krew, filled in for one archive.
 *
 *   node scripts/krew-manifest.ts ARCHIVE --uri ADDRESS --homepage ADDRESS
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** What a release knows of itself. */
export interface Release {
  /** The tarball that "npm pack" made. */
  readonly archive: Buffer;
  /** Where people load it from. */
  readonly uri: string;
  readonly homepage: string;
}

/** The text of `deploy/krew/sidecar-injector.yaml` for a release. */
export function krewManifest({ archive, uri, homepage }: Release): string {
  const { version } = JSON.parse(readProjectFile('package.json'));
  const values: Readonly<Record<string, string>> = {
    version: `v${version}`,
    homepage,
    uri,
    sha256: createHash('sha256').update(archive).digest('hex'),
  };
  const template = readProjectFile('deploy/krew/sidecar-injector.yaml').replace(/^#.*\n/gm, '');
  return template.replaceAll(/"\{(\w+)\}"/g, (_, name: string) => JSON.stringify(values[name]));
}

function readProjectFile(path: string): string {
  return readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const {
    values: { uri, homepage },
    positionals: [archive],
  } = parseArgs({
    options: { uri: { type: 'string' }, homepage: { type: 'string' } },
    allowPositionals: true,
  });
  if (archive === undefined || uri === undefined || homepage === undefined) {
    console.error('usage: node scripts/krew-manifest.ts ARCHIVE --uri ADDRESS --homepage ADDRESS');
    process.exit(2);
  }
  process.stdout.write(krewManifest({ archive: readFileSync(archive), uri, homepage }));
}
