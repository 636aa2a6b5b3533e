/**
 * Measures the webhook, against the floor where there is one, prints tables and writes bench/results.json.
 * docs/performance.md says what the figures mean.
 *
 *   npm run bench                        all sections but `api-server`, `fleet` and `podLists`
 *   npm run bench -- throughput memory   these sections
 *   npm run bench -- quick               fewer requests, for a first look; nothing is written
 *   npm run bench -- busy                also on a machine that others use; nothing is written
 *   npm run bench -- fleet 100000        a fleet of so many pods; 10,000 where no number stands there
 *   npm run bench -- podLists            commands that read 10,000 and 100,000 pods, from a server that has nothing else
 *   npm run bench -- record              records the reviews of bench/recorded anew
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { BusyMachineError, QuietMachine } from './quiet-machine.ts';
import { recordReviews } from './record-reviews.ts';
import { measureEngine } from './sections/engine.ts';
import { measureLoop } from './sections/loop.ts';
import { measureMemory } from './sections/memory.ts';
import { measureInNamespaces } from './sections/namespaces.ts';
import { measurePaced } from './sections/paced.ts';
import { measureFirstOutput, measureStart } from './sections/start.ts';
import { measureThroughput } from './sections/throughput.ts';
import { bundle, type Setting, withSetting } from './setting.ts';
import type { Rows } from './table.ts';

const sections: Readonly<Record<string, (setting: Setting) => Promise<Rows>>> = {
  engine: measureEngine,
  throughput: measureThroughput,
  paced: measurePaced,
  namespaces: measureInNamespaces,
  memory: measureMemory,
  start: measureStart,
  firstOutput: measureFirstOutput,
  loop: measureLoop,
};

/** Not among those of a run of all: the first two need what the tests on a real API server need. */
async function measureApiServer(setting: Setting): Promise<Rows> {
  prepareControlPlane();
  const section = await import('./sections/api-server.ts');
  return section.measureApiServer(setting);
}

async function measureFleet(setting: Setting): Promise<Rows> {
  prepareControlPlane();
  // Those that would make pods of their own beside those that are measured are left out.
  process.env['SIDECAR_INJECTOR_CONTROLLERS'] =
    'serviceaccount-controller,serviceaccount-token-controller,disruption-controller';
  const section = await import('./sections/fleet.ts');
  return section.measureFleet(setting);
}

async function measurePodLists(setting: Setting): Promise<Rows> {
  prepareControlPlane();
  const section = await import('./sections/pod-lists.ts');
  return section.measurePodLists(setting);
}

/** What these say is read when the files are loaded that start a control plane and the program in it. */
function prepareControlPlane(): void {
  process.env['SIDECAR_INJECTOR_AUDIT'] = 'off';
  process.env['SIDECAR_INJECTOR_TEST_PROGRAM'] = bundle;
}

const allSections: typeof sections = {
  ...sections,
  'api-server': measureApiServer,
  fleet: measureFleet,
  podLists: measurePodLists,
};
const words = process.argv.slice(2);
const isQuick = words.includes('quick');
const isBusyAllowed = words.includes('busy');
const fleetPods = Number(words.find(isNumber) ?? 10_000);
const chosen = words.filter(word => !['quick', 'busy', 'record'].includes(word) && !isNumber(word));
const isWhole = chosen.length === 0;
const unknown = chosen.filter(word => !(word in allSections));

// Whatever was started ends with this process.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));
try {
  if (unknown.length > 0)
    fail(`There is no section ${unknown.join(', ')}, but ${Object.keys(allSections).join(', ')}.`);
  else if (words.includes('record')) await recordReviews();
  else await measure(isWhole ? Object.keys(sections) : chosen);
} catch (error) {
  if (!(error instanceof BusyMachineError)) throw error;
  fail(error.message);
}

function isNumber(word: string): boolean {
  return /^\d+$/.test(word);
}

function fail(problem: string): void {
  console.error(`\n${problem}`);
  process.exitCode = 1;
}

async function measure(names: readonly string[]): Promise<void> {
  const machine = new QuietMachine({ isBusyAllowed });
  await withSetting({ isQuick, fleetPods, machine }, async setting => {
    for (const name of names) {
      const rows = await allSections[name]?.(setting);
      if (rows !== undefined && !isQuick && !isBusyAllowed) keep(name, rows);
    }
  });
}

/** Each section as soon as it is measured, beside those of earlier runs, which a run of all sections forgets. */
function keep(name: string, rows: Rows): void {
  const file = new URL('results.json', import.meta.url);
  const earlier = isWhole && name === Object.keys(sections)[0] ? {} : JSON.parse(readFileSync(file, 'utf8'));
  const results = {
    ...earlier,
    node: process.version,
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    [name]: rows,
  };
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
}
