import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { repeat } from '../../src/repeat.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('what is done again and again', () => {
  it('begins after a pause, and again after each pause', async () => {
    const task = vi.fn(async () => {});
    const stop = repeat(task, 500);
    expect(task).toHaveBeenCalledTimes(0);
    await vi.advanceTimersByTimeAsync(500);
    expect(task).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(task).toHaveBeenCalledTimes(3);
    stop();
  });

  it('is not begun while it is under way, however long that takes', async () => {
    let end = () => {};
    const task = vi.fn(() => new Promise<void>(resolve => (end = resolve)));
    const stop = repeat(task, 500);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(task).toHaveBeenCalledTimes(1);
    end();
    await vi.advanceTimersByTimeAsync(499);
    expect(task).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(task).toHaveBeenCalledTimes(2);
    stop();
  });

  it('is not done any more after it was stopped, in a pause or while it was under way', async () => {
    let end = () => {};
    const task = vi.fn(() => new Promise<void>(resolve => (end = resolve)));
    repeat(task, 500)();
    await vi.advanceTimersByTimeAsync(5000);
    expect(task).toHaveBeenCalledTimes(0);
    const stop = repeat(task, 500);
    await vi.advanceTimersByTimeAsync(500);
    stop();
    end();
    await vi.advanceTimersByTimeAsync(5000);
    expect(task).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});
