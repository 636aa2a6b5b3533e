import { vi } from 'vitest';

export interface CapturedOutput {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command and catches what it prints. */
export async function capturedOutput(run: () => Promise<number>): Promise<CapturedOutput> {
  const texts = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map(name =>
    vi.spyOn(process[name], 'write').mockImplementation((text, ...others) => {
      texts[name] += String(text);
      for (const taken of others) if (typeof taken === 'function') taken();
      return true;
    }),
  );
  try {
    return { exitCode: await run(), ...texts };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
