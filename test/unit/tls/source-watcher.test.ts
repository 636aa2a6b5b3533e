import { describe, expect, it, vi } from 'vitest';
import type { IssuedCertificate } from '../../../src/tls/issued-certificate.ts';
import { SourceWatcher } from '../../../src/tls/source-watcher.ts';

function certificate(name: string): IssuedCertificate {
  return { cert: `cert ${name}`, key: `key ${name}`, notAfter: new Date('2027-07-01T12:00:00Z') };
}

const first = certificate('first');

/** A watcher of a source that answers as the test says, with what it told. */
function watcherOf(source: { answer: IssuedCertificate | Error }) {
  const renewals: IssuedCertificate[] = [];
  const problems: string[] = [];
  const watcher = new SourceWatcher(first, {
    isSame: (one, other) => one.cert === other.cert && one.key === other.key,
    load: async () => {
      if (source.answer instanceof Error) throw source.answer;
      return source.answer;
    },
    intervalMs: 1000,
    onChange: renewed => renewals.push(renewed),
    onProblem: problem => problems.push(problem),
  });
  return { watcher, renewals, problems, source };
}

describe('a watcher of a certificate', () => {
  it('hands out the first certificate from the start', () => {
    expect(watcherOf({ answer: first }).watcher.current).toBe(first);
  });

  it('tells nothing as long as the certificate is the same', async () => {
    const { watcher, renewals, problems } = watcherOf({ answer: { ...first } });
    await watcher.refresh();
    await watcher.refresh();
    expect({ renewals, problems }).toEqual({ renewals: [], problems: [] });
    expect(watcher.current).toBe(first);
  });

  it('hands out and tells a renewed one, once', async () => {
    const second = certificate('second');
    const { watcher, renewals } = watcherOf({ answer: second });
    await watcher.refresh();
    await watcher.refresh();
    expect(renewals).toEqual([second]);
    expect(watcher.current).toBe(second);
  });

  it('notices a new key for the same certificate', async () => {
    const { watcher, renewals } = watcherOf({ answer: { ...first, key: 'another key' } });
    await watcher.refresh();
    expect(renewals).toHaveLength(1);
  });

  it('keeps the last good certificate in trouble, and tells of it once', async () => {
    const { watcher, renewals, problems } = watcherOf({ answer: new Error('the key does not fit') });
    for (let look = 0; look < 3; look++) await watcher.refresh();
    expect(watcher.current).toBe(first);
    expect(renewals).toEqual([]);
    expect(problems).toEqual(['the key does not fit']);
  });

  it('tells another trouble, and the same one when it comes back', async () => {
    const source = { answer: new Error('one') as IssuedCertificate | Error };
    const { watcher, problems } = watcherOf(source);
    await watcher.refresh();
    source.answer = new Error('two');
    await watcher.refresh();
    source.answer = first;
    await watcher.refresh();
    source.answer = new Error('two');
    await watcher.refresh();
    expect(problems).toEqual(['one', 'two', 'two']);
  });

  it('recovers with the next good certificate', async () => {
    const source = { answer: new Error('one') as IssuedCertificate | Error };
    const { watcher, renewals } = watcherOf(source);
    await watcher.refresh();
    source.answer = certificate('second');
    await watcher.refresh();
    expect(renewals).toEqual([source.answer]);
    expect(watcher.current).toBe(source.answer);
  });

  it('tells of what is thrown even where it is no error', async () => {
    const problems: string[] = [];
    const watcher = new SourceWatcher(first, {
      isSame: () => true,
      load: () => Promise.reject('odd'),
      intervalMs: 1000,
      onChange: () => expect.unreachable(),
      onProblem: problem => problems.push(problem),
    });
    await watcher.refresh();
    expect(problems).toEqual(['odd']);
  });

  it('looks at every interval from its start to its stop', async () => {
    vi.useFakeTimers();
    try {
      const source: { answer: IssuedCertificate } = { answer: first };
      const { watcher, renewals } = watcherOf(source);
      source.answer = certificate('a');
      await vi.advanceTimersByTimeAsync(5000);
      expect(renewals, 'before the start').toHaveLength(0);
      watcher.start();
      await vi.advanceTimersByTimeAsync(999);
      expect(renewals).toHaveLength(0);
      await vi.advanceTimersByTimeAsync(1);
      expect(renewals).toHaveLength(1);
      source.answer = certificate('b');
      await vi.advanceTimersByTimeAsync(1000);
      expect(renewals).toHaveLength(2);
      watcher.stop();
      source.answer = certificate('c');
      await vi.advanceTimersByTimeAsync(5000);
      expect(renewals, 'after the stop').toHaveLength(2);
    } finally {
      vi.useRealTimers();
    }
  });
});
