import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { browserOpener } from '../../demo/browser.ts';
import { Spectator } from '../../demo/spectator.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

interface Seat {
  readonly isTerminal?: boolean;
  readonly env?: NodeJS.ProcessEnv;
  readonly patienceMs?: number;
  readonly signal?: AbortSignal;
}

function seat({ isTerminal = true, env = {}, signal = new AbortController().signal, ...rest }: Seat = {}) {
  const input = Object.assign(new PassThrough(), { isTTY: isTerminal });
  const output = Object.assign(new PassThrough(), { isTTY: isTerminal });
  const spectator = new Spectator({ input, output, env, signal, ...rest });
  return { input, spectator, shown: () => String(output.read()) };
}

/** A directory with an `xdg-open` that writes down what it is to open. */
function browser() {
  const directory = temporaryDirectory();
  const file = join(directory, 'opened');
  for (const name of ['xdg-open', 'open']) {
    writeFileSync(
      join(directory, name),
      `#!/bin/sh\necho "$1" > '${file}.new' && mv '${file}.new' '${file}'\n`,
    );
    chmodSync(join(directory, name), 0o755);
  }
  const env = { PATH: `${directory}:${process.env['PATH']}`, DISPLAY: ':0' };
  return { env, opened: () => (existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined) };
}

const patience = { timeout: 10_000, interval: 20 };

describe('whoever watches the demonstration at a terminal', () => {
  it('has as much time to look as they want', async () => {
    const { input, spectator, shown } = seat();
    const lingering = spectator.linger();
    expect(await Promise.race([lingering, new Promise(resolve => setTimeout(resolve, 100, 'waits'))])).toBe(
      'waits',
    );
    expect(shown()).toContain('Press Enter');
    input.write('\n');
    await lingering;
  });

  it('is not waited for without end', async () => {
    await seat({ patienceMs: 20 }).spectator.linger();
  });

  it('is not waited for when the input ends', async () => {
    const { input, spectator } = seat();
    input.end();
    await spectator.linger();
  });

  it('ends it by an interruption', async () => {
    const interruption = new AbortController();
    const lingering = seat({ signal: interruption.signal }).spectator.linger();
    interruption.abort();
    await expect(lingering).rejects.toThrow();
  });

  it.each([
    ['no terminal', { isTerminal: false }],
    ['nobody at it', { env: { CI: 'true' } }],
  ])('is not asked where there is %s', async (_what, options) => {
    const { spectator, shown } = seat(options);
    await spectator.offer('http://127.0.0.1:1/');
    await spectator.linger();
    expect(shown()).toBe('null');
  });

  it.each(['y\n', 'YES\n'])('sees the page in the browser after %j', async typed => {
    const { env, opened } = browser();
    const { input, spectator } = seat({ env });
    input.write(typed);
    await spectator.offer('http://127.0.0.1:1/');
    await expect.poll(opened, patience).toBe('http://127.0.0.1:1/');
  });

  it.each(['\n', 'n\n'])('sees none after %j', async typed => {
    const { env, opened } = browser();
    const { input, spectator } = seat({ env });
    input.write(typed);
    await spectator.offer('http://127.0.0.1:1/');
    expect(opened()).toBeUndefined();
  });
});

describe('the browser', () => {
  it('is opened by what the system has for that', () => {
    const { env } = browser();
    expect(browserOpener('linux', env)).toMatch(/xdg-open$/);
    expect(browserOpener('linux', { ...env, DISPLAY: undefined, WAYLAND_DISPLAY: 'wayland-0' })).toMatch(
      /xdg-open$/,
    );
    expect(browserOpener('darwin', { ...env, DISPLAY: undefined })).toMatch(/\/open$/);
  });

  it('is none without a display, or without such a program', () => {
    const { env } = browser();
    expect(browserOpener('linux', { ...env, DISPLAY: undefined })).toBeUndefined();
    expect(browserOpener('linux', { ...env, PATH: '/nowhere' })).toBeUndefined();
  });
});
