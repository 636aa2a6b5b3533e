import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { askOnTerminal } from '../../demo/consent.ts';

/** Asks at a terminal where somebody types this, or ends the input. */
async function ask(typed: string | undefined, signal = new AbortController().signal) {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const output = new PassThrough();
  if (typed === undefined) input.end();
  else input.write(typed);
  const answer = await askOnTerminal(input, output, signal)('Install it?');
  return { answer, shown: String(output.read()) };
}

describe('before the demonstration installs an injector', () => {
  it.each([
    ['y\n', 'yes'],
    ['YES\n', 'yes'],
    ['n\n', 'no'],
    ['\n', 'no'],
    ['yes please\n', 'no'],
    [undefined, 'no'],
  ] as const)('somebody at a terminal is asked, and %j is %s', async (typed, answer) => {
    expect(await ask(typed)).toEqual({ answer, shown: expect.stringContaining('Install it? [y/N] ') });
  });

  it('an interruption is no consent', async () => {
    expect(await ask('', AbortSignal.timeout(10))).toMatchObject({ answer: 'no' });
  });

  it('nobody is asked where there is no terminal', async () => {
    const { signal } = new AbortController();
    const answer = await askOnTerminal(new PassThrough(), new PassThrough(), signal)('Install it?');
    expect(answer).toBe('nobody to ask');
  });
});
