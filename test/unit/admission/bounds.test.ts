/** What is said about a request is short, however much is wrong with it, and so is the memory that it takes. */
import { beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../../run-program.ts';

const program = new URL('worst-findings.ts', import.meta.url);

interface Answered {
  readonly name: string;
  readonly message: number;
  readonly warnings: number;
  readonly told: number;
}

let answered: readonly Answered[] = [];
let lines: readonly string[] = [];

describe('the reviews with the most to say', () => {
  // A pod of 100 KiB takes more memory than all that is said about it.
  beforeAll(async () => {
    const { stdout, stderr } = await runProgram(program, { flags: ['--max-old-space-size=64'] });
    lines = stdout.trim().split('\n');
    answered = stderr
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
  }, 120_000);

  it('are answered by a process with a heap of 64 MiB', () => {
    expect(answered).toHaveLength(32);
    expect(lines).toHaveLength(32);
  });

  it('have messages of at most 4 KiB', () => {
    expect(answered.filter(({ message }) => message > 4096)).toEqual([]);
    expect(answered.some(({ message }) => message > 3000)).toBe(true);
  });

  it('have at most twenty warnings, and one that counts the others, within what the API server passes on', () => {
    expect(answered.filter(({ warnings, told }) => warnings > 21 || told > 4096)).toEqual([]);
    expect(answered.some(({ warnings }) => warnings === 21)).toBe(true);
  });

  it('have lines in the log of at most 4 KiB', () => {
    expect(lines.filter(line => Buffer.byteLength(line) > 4096)).toEqual([]);
    expect(lines.some(line => line.includes('and 4980 more'))).toBe(true);
  });

  it('have nothing in the log that a terminal would obey', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(lines.filter(line => /[\u0000-\u001f\u202e]|\\u/.test(line))).toEqual([]);
  });
});
