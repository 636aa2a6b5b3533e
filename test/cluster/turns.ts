import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export type Turn = 'among others' | 'alone';

/**
 * Waits until a case may run: among others, or alone where it disturbs the whole cluster. The cases are in several
 * processes, so a directory says who is running. Gives a function that ends the turn.
 *
 * @throws Error where the others do not come to an end.
 */
export async function takeTurn(directory: string, name: string, turn: Turn): Promise<() => void> {
  const running = join(directory, 'running');
  mkdirSync(running, { recursive: true });
  return turn === 'alone' ? takeTurnAlone(directory, running) : takeTurnAmongOthers(directory, running, name);
}

async function takeTurnAmongOthers(directory: string, running: string, name: string): Promise<() => void> {
  const entry = join(running, name);
  const end = () => rmSync(entry, { force: true });
  await eventually('the case that runs alone has ended', () => {
    writeFileSync(entry, '');
    if (!readdirSync(directory).includes('alone')) return true;
    end();
    return false;
  });
  return end;
}

async function takeTurnAlone(directory: string, running: string): Promise<() => void> {
  const lock = join(directory, 'alone');
  await eventually('the other case that runs alone has ended', () => isMade(lock));
  const end = () => rmSync(lock, { recursive: true, force: true });
  try {
    await eventually('all other cases have ended', () => readdirSync(running).length === 0);
  } catch (error) {
    end();
    throw error;
  }
  return end;
}

/** Of several who try at the same time one makes it. */
function isMade(directory: string): boolean {
  try {
    mkdirSync(directory);
    return true;
  } catch {
    return false;
  }
}

async function eventually(what: string, isSo: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + longestMs;
  while (performance.now() < deadlineMs) {
    if (isSo()) return;
    await sleep(100);
  }
  throw new Error(`not within ${longestMs / 60_000} minutes: ${what}`);
}

/** Longer than any case, and than those that run alone together. */
export const longestMs = 15 * 60_000;
