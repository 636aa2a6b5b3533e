import { describe, expect, it } from 'vitest';
import { inContexts } from '../../../src/cli/in-contexts.ts';
import { UsageError } from '../../../src/cli/usage-error.ts';
import { InjectorError } from '../../../src/injector-error.ts';
import { capturedOutput } from './captured-output.ts';

/** Runs in contexts of which each ends as is said here: with a code, or with an error. */
async function running(
  text: string | undefined,
  ends: Readonly<Record<string, number | Error>> = {},
  atFailure: 'go on' | 'stop' = 'go on',
) {
  const ran: (string | undefined)[] = [];
  const told = await capturedOutput(() =>
    inContexts(text, { atFailure, args: [] }, async context => {
      ran.push(context);
      const end = ends[context ?? ''] ?? 0;
      if (typeof end !== 'number') throw end;
      return end;
    }),
  );
  return { ran, exitCode: told.exitCode, stderr: told.stderr };
}

describe('several contexts', () => {
  it('are one where nobody names any', async () => {
    expect(await running(undefined, { '': 3 })).toEqual({ ran: [undefined], exitCode: 3, stderr: '' });
  });

  it.each<readonly [worst: number, ends: Readonly<Record<string, number>>]>([
    [0, { a: 0, b: 0, c: 0 }],
    [3, { a: 3, b: 0, c: 0 }],
    [1, { a: 3, b: 1, c: 3 }],
  ])('run one after the other, and end as the worst of them: %i', async (worst, ends) => {
    expect(await running('a,b,c', ends)).toEqual({ ran: ['a', 'b', 'c'], exitCode: worst, stderr: '' });
  });

  it('go on where one fails, which is named', async () => {
    const ends = { a: new InjectorError('context a: no\ngone') };
    expect(await running('a,b', ends)).toEqual({
      ran: ['a', 'b'],
      exitCode: 1,
      stderr: 'sidecar-injector: context a: no\nsidecar-injector: context a: gone\n',
    });
  });

  it.each([
    ['an error', new InjectorError('no'), 'sidecar-injector: context b: no\n'],
    ['its end', 1, ''],
  ])('stop where one fails and the command wants that: by %s', async (_what, end, told) => {
    expect(await running('a,b,c,d', { a: 3, b: end }, 'stop')).toEqual({
      ran: ['a', 'b'],
      exitCode: 1,
      stderr: `${told}not begun: context c, d\n`,
    });
  });

  it('that cannot be meant are told before anything is done', async () => {
    const calls = [
      running('a,,b'),
      running('a,'),
      running('a,b,a'),
      running('a,b', { a: new UsageError('x') }),
    ];
    for (const call of calls) await expect(call).rejects.toThrow(UsageError);
    await expect(running('a,b,a')).rejects.toThrow('--context: "a" stands there twice');
  });

  it('leave an error of a single one to who called', async () => {
    await expect(running('a', { a: new InjectorError('no') })).rejects.toThrow('no');
  });
});
