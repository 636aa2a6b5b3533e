import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readProgress } from '../../../../src/cli/running-pods/read-progress.ts';
import { capturedOutput } from '../captured-output.ts';
import { FakeTerminal } from '../terminal/fake-terminal.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('what is told while pods are read', () => {
  it('is a line on a terminal that is written anew, and taken away at the end', async () => {
    const terminal = new FakeTerminal();
    const progress = await readProgress({ isPrinting: false, terminal: terminal.stream });
    await vi.advanceTimersByTimeAsync(1000);
    expect(terminal.written).toBe('');
    progress.read(250, 10_000);
    await vi.advanceTimersByTimeAsync(300);
    expect(terminal.written).toContain('reading pods: 250 of 10000\n');
    progress.read(500, undefined);
    await vi.advanceTimersByTimeAsync(300);
    expect(terminal.written).toContain('reading pods: 500\n');
    terminal.written = '';
    progress.stop();
    expect(terminal.written).toContain('\u001b[2K');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is there on a terminal too that says it has no size', async () => {
    const terminal = new FakeTerminal();
    terminal.columns = 0;
    terminal.rows = 0;
    const progress = await readProgress({ isPrinting: false, terminal: terminal.stream });
    progress.read(250, undefined);
    await vi.advanceTimersByTimeAsync(300);
    expect(terminal.written).toContain('reading pods: 250\n');
    progress.stop();
  });

  it('is nothing elsewhere, and a line every ten seconds where it takes long', async () => {
    const { stderr } = await capturedOutput(async () => {
      const progress = await readProgress({ isPrinting: false });
      for (let page = 1; page <= 25; page++) {
        await vi.advanceTimersByTimeAsync(1000);
        progress.read(page * 250, 10_000);
      }
      progress.stop();
      return 0;
    });
    expect(stderr).toBe('reading pods: 2500 of 10000\nreading pods: 5000 of 10000\n');
  });
});
