import { describe, expect, it } from 'vitest';
import { runProgram } from '../run-program.ts';

const program = new URL('many-plans.ts', import.meta.url);

/** A plan of the first kind takes a third of a mebibyte, and 500 of them were remembered once. */
const flags = ['--max-old-space-size=64'];

describe('a heap of 64 MiB', () => {
  it.each([
    ['instances', '600 pods'],
    ['long', '3000 pods'],
  ])(
    'is enough for the plans of many pods: %s',
    async (kind, expected) => {
      const { stdout } = await runProgram(program, { flags, args: [kind] });
      expect(stdout).toBe(expected);
    },
    120_000,
  );
});
