import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('many-plans.ts', import.meta.url));

/** A plan of the first kind takes a third of a mebibyte, and 500 of them were remembered once. */
const heap = '--max-old-space-size=64';

describe('a heap of 64 MiB', () => {
  it.each([
    ['instances', '600 pods'],
    ['long', '3000 pods'],
  ])(
    'is enough for the plans of many pods: %s',
    async (kind, expected) => {
      const run = promisify(execFile)(process.execPath, [heap, program, kind], { timeout: 110_000 });
      expect((await run).stdout).toBe(expected);
    },
    120_000,
  );
});
