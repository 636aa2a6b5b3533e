import { describe, expect, it } from 'vitest';
import type { DropReason } from '../../../src/http/dropped.ts';
import { UnfinishedRequests } from '../../../src/http/unfinished-requests.ts';

/** Requests of connections with names, which were closed in order, and a clock. */
function requestsOf(maxBytes: number, maxAgeMs = 1000) {
  const closed: string[] = [];
  const drops: DropReason[] = [];
  const clock = { nowMs: 0 };
  const requests = new UnfinishedRequests(
    { maxBytes, maxAgeMs },
    () => clock.nowMs,
    reason => drops.push(reason),
  );
  const begin = (name: string) => requests.begin({ destroy: () => void closed.push(name) });
  return { requests, begin, closed, drops, clock };
}

describe('unfinished requests that hold too much', () => {
  it('lose the connection of the one that has been unfinished longest', () => {
    const { requests, begin, closed, drops } = requestsOf(10);
    const [a, b, c] = ['a', 'b', 'c'].map(begin);
    b?.hold(4);
    a?.hold(4);
    expect(closed).toEqual([]);
    c?.hold(4);
    expect(closed).toEqual(['b']);
    expect(drops).toEqual(['bytes']);
    expect(requests.bytes).toBe(8);
  });

  it('lose as many as it takes, and the newest only where it is too much by itself', () => {
    const { requests, begin, closed } = requestsOf(10);
    for (const name of ['a', 'b', 'c']) begin(name).hold(3);
    begin('d').hold(8);
    expect(closed).toEqual(['a', 'b', 'c']);
    expect(requests.bytes).toBe(8);
    begin('e').hold(11);
    expect(closed).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(requests.bytes).toBe(0);
  });

  it('are spared where they hold nothing, however old they are', () => {
    const { begin, closed } = requestsOf(10);
    const idle = begin('idle');
    begin('a').hold(6);
    begin('b').hold(6);
    idle.hold(4);
    expect(closed).toEqual(['a']);
  });

  it('count what they hold now, and nothing once they have ended', () => {
    const { requests, begin, closed } = requestsOf(10);
    const a = begin('a');
    a.hold(9);
    a.hold(2);
    expect(requests.bytes).toBe(2);
    const b = begin('b');
    b.hold(8);
    b.end();
    b.hold(8);
    expect(requests.bytes).toBe(2);
    a.end();
    a.end();
    expect(requests.bytes).toBe(0);
    expect(closed).toEqual([]);
  });

  it('are not counted any more after they were dropped, whatever still comes', () => {
    const { requests, begin, closed } = requestsOf(10);
    const a = begin('a');
    a.hold(11);
    a.hold(5);
    a.end();
    expect(requests.bytes).toBe(0);
    expect(closed).toEqual(['a']);
  });
});

describe('unfinished requests that take too long', () => {
  it('lose their connections, and no others', () => {
    const { requests, begin, closed, drops, clock } = requestsOf(100);
    begin('a').hold(1);
    clock.nowMs = 500;
    begin('b').hold(1);
    clock.nowMs = 999;
    requests.expire();
    expect(closed).toEqual([]);
    clock.nowMs = 1000;
    requests.expire();
    expect(closed).toEqual(['a']);
    expect(drops).toEqual(['slow']);
    clock.nowMs = 1500;
    requests.expire();
    expect(closed).toEqual(['a', 'b']);
    expect(requests.bytes).toBe(0);
  });

  it('have their time from the first byte, and do not win any by sending more', () => {
    const { requests, begin, closed, clock } = requestsOf(100);
    const a = begin('a');
    clock.nowMs = 5000;
    a.hold(1);
    requests.expire();
    expect(closed).toEqual([]);
    clock.nowMs = 5999;
    a.hold(2);
    clock.nowMs = 6000;
    requests.expire();
    expect(closed).toEqual(['a']);
  });
});
