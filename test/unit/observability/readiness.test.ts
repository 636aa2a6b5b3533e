import { describe, expect, it } from 'vitest';
import { Readiness } from '../../../src/observability/readiness.ts';

describe('readiness', () => {
  it('is given where nothing speaks against it', () => {
    const readiness = new Readiness();
    expect(readiness.isReady).toBe(true);
    expect(readiness.lines).toEqual([]);
  });

  it('is given only where every part is ready', () => {
    const readiness = new Readiness();
    readiness.report({ name: 'server', isReady: true, detail: 'listening' });
    readiness.report({ name: 'certificate', isReady: false, detail: 'missing' });
    expect(readiness.isReady).toBe(false);
    readiness.report({ name: 'certificate', isReady: true, detail: 'valid until tomorrow' });
    expect(readiness.isReady).toBe(true);
  });

  it('has one line for each part, in the order in which they came, with what it said last', () => {
    const readiness = new Readiness();
    readiness.report({ name: 'server', isReady: false, detail: 'starting' });
    readiness.report({ name: 'certificate', isReady: true, detail: 'valid' });
    readiness.report({ name: 'server', isReady: false, detail: 'draining' });
    expect(readiness.lines).toEqual(['[-]server draining', '[+]certificate valid']);
  });
});
