import { describe, expect, it } from 'vitest';
import { reportDrops, reportFailures } from '../../../../src/cli/serve/report-requests.ts';
import { logAndMetrics } from './destinations.ts';

/** The places that are reported to, what they got, and a clock. */
function destinations() {
  const clock = { nowMs: 0 };
  return { ...logAndMetrics(), clock, nowMs: () => clock.nowMs };
}

describe('connections that are dropped', () => {
  it('are all counted, and told in one line for each reason in ten seconds', async () => {
    const { lines, log, metrics, clock, nowMs, counted } = destinations();
    const onDrop = reportDrops({ server: 'admission', log, metrics, nowMs });
    for (let count = 0; count < 1000; count++) onDrop('handshakes');
    onDrop('bytes');
    const line = { level: 'warn', server: 'admission', msg: 'connections dropped' };
    expect(lines).toEqual([
      { ...line, reason: 'handshakes', connections: 1 },
      { ...line, reason: 'bytes', connections: 1 },
    ]);
    clock.nowMs = 9999;
    onDrop('handshakes');
    expect(lines).toHaveLength(2);
    clock.nowMs = 10_000;
    onDrop('handshakes');
    expect(lines.slice(2)).toEqual([{ ...line, reason: 'handshakes', connections: 1001 }]);
    expect(await counted('dropped_connections_total')).toEqual([
      'sidecar_injector_dropped_connections_total{server="admission",reason="handshakes"} 1002',
      'sidecar_injector_dropped_connections_total{server="admission",reason="bytes"} 1',
    ]);
  });
});

describe('requests without a decision', () => {
  it('are all counted, and told in ten lines in ten seconds', async () => {
    const { lines, log, metrics, clock, nowMs, counted } = destinations();
    const onFailure = reportFailures({ log, metrics, nowMs });
    for (let count = 0; count < 1000; count++) onFailure(405, 'use POST');
    expect(lines).toHaveLength(10);
    expect(lines[0]).toEqual({ level: 'warn', status: 405, reason: 'use POST', msg: 'request refused' });
    onFailure(500, 'internal error', new Error('ours'));
    expect(lines, 'faults of ours are told beside them').toHaveLength(11);
    clock.nowMs = 10_000;
    onFailure(404, 'not found');
    expect(lines.at(-1)).toMatchObject({ status: 404, leftOut: 990 });
    expect(await counted('request_failures_total')).toContain(
      'sidecar_injector_request_failures_total{status="405"} 1000',
    );
  });

  it('are told by the error where it was ours, with no more of it than a few lines', () => {
    const { lines, log, metrics, nowMs } = destinations();
    reportFailures({ log, metrics, nowMs })(
      500,
      'internal error',
      new TypeError(`odd\u202e ${'x'.repeat(1e6)}`),
    );
    const { error } = lines[0] as { readonly error: { type: string; message: string; stack: string } };
    expect(error.type).toBe('TypeError');
    expect(error.message).toMatch(/^odd\ufffd x+…$/);
    expect(error.stack).toContain('report-requests.test.ts');
    expect(JSON.stringify(lines[0]).length).toBeLessThan(8000);
  });

  it('are told by what was thrown even where it is no error', () => {
    const { lines, log, metrics, nowMs } = destinations();
    reportFailures({ log, metrics, nowMs })(500, 'internal error', 'odd');
    expect(lines[0]).toMatchObject({ level: 'error', error: { message: 'odd' }, msg: 'request failed' });
  });
});
