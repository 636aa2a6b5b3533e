/**
 * Refuses a tag that is not the version of what would be released.
 *
 *   node scripts/release/check-version.ts v0.1.0
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { programVersion } from '../../src/program-version.ts';
import { fail, readRelease, root } from './release.ts';

const { version } = readRelease();
const tag = process.argv[2] ?? fail('usage: node scripts/release/check-version.ts TAG');
const chart = parse(readFileSync(join(root, 'deploy/chart/Chart.yaml'), 'utf8'));
const found = {
  [`the tag ${tag}`]: tag.replace(/^v/, ''),
  'src/program-version.ts': programVersion,
  'version in deploy/chart/Chart.yaml': chart.version,
  'appVersion in deploy/chart/Chart.yaml': chart.appVersion,
};
const others = Object.entries(found).filter(([, other]) => other !== version);
if (!tag.startsWith('v') || others.length > 0) {
  const told =
    others.map(([where, other]) => `${where} says ${other}`).join(', ') || `the tag ${tag} has no v in front`;
  fail(`package.json says ${version}, so the tag must be v${version}: ${told}`);
}
