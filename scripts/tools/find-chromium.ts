import { spawnSync } from 'node:child_process';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseChromium, chromiumNames } from './chromium-choice.ts';
import type { FoundProgram } from './found-program.ts';
import { isProgram } from './is-program.ts';
import { programsOnPath } from './programs-on-path.ts';

/**
 * Finds a Chromium: the one that CHROMIUM_BIN names, or the first on the PATH. Where `CI` is set, root on a Debian gets the
 * package of its system where there is none.
 *
 * @throws Error where CHROMIUM_BIN names no program, and where `CI` is set and there is none.
 */
export function findChromium(): FoundProgram {
  const { CI, CHROMIUM_BIN: named } = process.env;
  const choice = chooseChromium({
    named,
    isNamedThere: named !== undefined && isProgram(named),
    found: onPath(),
    isInstallable: process.getuid?.() === 0 && isDebian(),
    isRequired: CI !== undefined && !['', '0', 'false'].includes(CI),
  });
  switch (choice.do) {
    case 'use':
      return { program: choice.path };
    case 'skip':
      return { missing: choice.reason };
    case 'fail':
      throw new Error(choice.reason);
    case 'install':
      return { program: installed() };
  }
}

/**
 * Installs Debian's package, and looks again.
 *
 * @throws Error where it is not there after that.
 */
function installed(): string {
  const log = join(tmpdir(), `install-chromium-${process.pid}.log`);
  console.log(`\nchromium is installed by apt-get; its output is in ${log}`);
  // The lists of a new machine are empty, or older than the packages of the server.
  const isThere =
    aptGet(log, 'update') && aptGet(log, 'install', '-y', '--no-install-recommends', 'chromium');
  const found = isThere ? onPath() : undefined;
  if (found !== undefined) return found;
  console.warn(readFileSync(log, 'utf8'));
  throw new Error(
    '"apt-get install chromium" gave no browser, see above; install one, or set CHROMIUM_BIN to its path',
  );
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
  return chromiumNames.flatMap(name => programsOnPath(name, process.env))[0];
}
