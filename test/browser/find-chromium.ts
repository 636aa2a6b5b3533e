import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, openSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type ChromiumFacts, chooseChromium, chromiumNames } from './chromium-choice.ts';

/** The program, or why there is none; a machine that has to have one gets a package of its system where it can. */
export function findChromium(): string | { readonly missing: string } {
  const facts = readFacts();
  const choice = chooseChromium(facts);
  switch (choice.do) {
    case 'use':
      return choice.path;
    case 'skip':
      return { missing: choice.reason };
    case 'fail':
      throw new Error(`test:browser cannot run: ${choice.reason}`);
    case 'install':
      return installed(facts);
  }
}

function readFacts(): ChromiumFacts {
  const { CI, CHROMIUM_BIN: named } = process.env;
  return {
    named,
    isNamedThere: named !== undefined && isExecutable(named),
    found: onPath(),
    isInstallable: process.getuid?.() === 0 && isDebian(),
    isRequired: CI !== undefined && !['', '0', 'false'].includes(CI),
  };
}

/** Installs Debian's package, and looks again. */
function installed(facts: ChromiumFacts): string | { readonly missing: string } {
  const log = join(tmpdir(), `install-chromium-${process.pid}.log`);
  console.log(`\ntest:browser installs chromium by apt-get; its output is in ${log}`);
  // The lists of a new machine are empty, or older than the packages of the server.
  const isThere =
    aptGet(log, 'update') && aptGet(log, 'install', '-y', '--no-install-recommends', 'chromium');
  const found = isThere ? onPath() : undefined;
  if (found !== undefined) return found;
  console.warn(readFileSync(log, 'utf8'));
  const choice = chooseChromium({ ...facts, isInstallable: false });
  const reason = `"apt-get install chromium" gave none, see above; ${'reason' in choice ? choice.reason : ''}`;
  if (choice.do === 'fail') throw new Error(`test:browser cannot run: ${reason}`);
  return { missing: reason };
}

function aptGet(log: string, ...args: readonly string[]): boolean {
  const output = openSync(log, 'a');
  const { status } = spawnSync('apt-get', ['-o', 'Acquire::Retries=3', ...args], {
    stdio: ['ignore', output, output],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    timeout: installationMs,
  });
  return status === 0;
}

/** The package and what it needs are some 150 MB. */
const installationMs = 300_000;

/** Debian, and what is made of it: others have no such package under that name. */
function isDebian(): boolean {
  const file = '/etc/os-release';
  return existsSync(file) && /^ID(_LIKE)?=.*\bdebian\b/m.test(readFileSync(file, 'utf8'));
}

function onPath(): string | undefined {
  const directories = (process.env['PATH'] ?? '').split(delimiter).filter(directory => directory !== '');
  return chromiumNames
    .flatMap(name => directories.map(directory => join(directory, name)))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
