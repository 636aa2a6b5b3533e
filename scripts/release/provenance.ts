/**
 * Says how the release was built, as the predicate of SLSA provenance, from what GitHub Actions tells every job, and leaves
 * it in provenance.json. https://slsa.dev/spec/v1.0/provenance
 *
 *   node scripts/release/provenance.ts
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, readRelease, releaseBase, root } from './release.ts';

const names = [
  'GITHUB_SERVER_URL',
  'GITHUB_REPOSITORY',
  'GITHUB_REF',
  'GITHUB_SHA',
  'GITHUB_WORKFLOW_REF',
  'GITHUB_RUN_ID',
  'GITHUB_RUN_ATTEMPT',
] as const;
const environment = Object.fromEntries(names.map(name => [name, process.env[name] ?? '']));
const missing = names.filter(name => environment[name] === '');
if (missing.length > 0) fail(`${missing.join(', ')} must be set, as GitHub Actions does`);

const { directory } = readRelease();
const server = `${environment['GITHUB_SERVER_URL']}/${environment['GITHUB_REPOSITORY']}`;
const workflow = environment['GITHUB_WORKFLOW_REF'] ?? '';
const path =
  /^[^@]+?\/(\.github\/[^@]+)@/.exec(workflow)?.[1] ??
  fail(`GITHUB_WORKFLOW_REF is ${workflow}, which names no workflow below .github/`);
const provenance = {
  buildDefinition: {
    buildType: 'https://actions.github.io/buildtypes/workflow/v1',
    externalParameters: { workflow: { ref: environment['GITHUB_REF'], repository: server, path } },
    resolvedDependencies: [
      {
        uri: `git+${server}@${environment['GITHUB_REF']}`,
        digest: { gitCommit: environment['GITHUB_SHA'] },
      },
      base(releaseBase()),
      { uri: 'package-lock.json', digest: { sha256: digestOf('package-lock.json') } },
    ],
  },
  runDetails: {
    builder: { id: `${environment['GITHUB_SERVER_URL']}/${environment['GITHUB_WORKFLOW_REF']}` },
    metadata: {
      invocationId: `${server}/actions/runs/${environment['GITHUB_RUN_ID']}/attempts/${environment['GITHUB_RUN_ATTEMPT']}`,
    },
  },
};
writeFileSync(join(directory, 'provenance.json'), `${JSON.stringify(provenance, null, 2)}\n`);

/** As `image.ts` takes it: a layout that lies here by what it names first, anything else by the digest in its name. */
function base(name: string) {
  const index = join(name, 'index.json');
  const named = existsSync(index)
    ? `oci-layout://${name}@${JSON.parse(readFileSync(index, 'utf8')).manifests[0].digest}`
    : `docker://${name}`;
  return { uri: named, digest: { sha256: named.split('@sha256:')[1] } };
}

function digestOf(file: string): string {
  return createHash('sha256')
    .update(readFileSync(join(root, file)))
    .digest('hex');
}
