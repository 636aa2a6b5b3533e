import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LiveView } from '../../../../src/cli/terminal/live-view.ts';
import { FakeTerminal } from './fake-terminal.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('lines that are written anew', () => {
  const frames: readonly (readonly string[])[] = [
    ['title', 'a', 'pod 1', 'pod 2'],
    ['title', 'a', 'pod 2'],
    ['title', 'a', 'waiting', 'pod 2', 'pod 3'],
    ['other title', 'pod 3'],
    [],
    ['title'],
  ];

  it('are all there is to see, however many there were before', async () => {
    const terminal = new FakeTerminal();
    let frame = frames[0] ?? [];
    const view = await LiveView.on(terminal.stream, () => frame);
    view.start();
    for (const next of [...frames, ...frames.toReversed()]) {
      frame = next;
      await vi.advanceTimersByTimeAsync(300);
      expect(terminal.screen).toEqual(next.length === 0 ? [''] : next);
    }
    view.stop();
    expect(terminal.screen).toEqual(['']);
  });

  it('come below what is kept, which stays', async () => {
    const terminal = new FakeTerminal();
    const view = await LiveView.on(terminal.stream, () => ['title', 'pod']);
    view.start();
    await vi.advanceTimersByTimeAsync(300);
    view.keep('first');
    view.keep('second');
    await vi.advanceTimersByTimeAsync(300);
    expect(terminal.screen).toEqual(['first', 'second', 'title', 'pod']);
    view.keep('last');
    view.stop();
    expect(terminal.screen).toEqual(['first', 'second', 'last']);
  });
});
