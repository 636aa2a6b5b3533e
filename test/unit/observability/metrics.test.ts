import { describe, expect, it } from 'vitest';
import { Metrics } from '../../../src/observability/metrics.ts';

/** Our own lines of the exposition, without those about the process. */
async function linesOf(metrics: Metrics): Promise<readonly string[]> {
  const { text } = await metrics.exposition();
  return text.split('\n').filter(line => line.includes('sidecar_injector_'));
}

describe('the metrics', () => {
  it('are all named before anything has happened, with what they tell', async () => {
    expect((await linesOf(new Metrics())).filter(line => line.startsWith('#'))).toEqual([
      '# HELP sidecar_injector_decisions_total Admission decisions by outcome, reason code and kind of object.',
      '# TYPE sidecar_injector_decisions_total counter',
      '# HELP sidecar_injector_admission_duration_seconds Time from the first byte of a request to its answer.',
      '# TYPE sidecar_injector_admission_duration_seconds histogram',
      '# HELP sidecar_injector_request_failures_total Requests that were not answered with a decision, by HTTP status.',
      '# TYPE sidecar_injector_request_failures_total counter',
      '# HELP sidecar_injector_dropped_connections_total Connections that were closed because they took too much, by server and reason.',
      '# TYPE sidecar_injector_dropped_connections_total counter',
      '# HELP sidecar_injector_certificate_expiry_timestamp_seconds When the serving certificate expires, in seconds since 1970.',
      '# TYPE sidecar_injector_certificate_expiry_timestamp_seconds gauge',
      '# HELP sidecar_injector_definitions Files in the directory of definitions: loaded, or rejected as they are now.',
      '# TYPE sidecar_injector_definitions gauge',
      '# HELP sidecar_injector_definition_reloads_total Changes of the directory of definitions, by result.',
      '# TYPE sidecar_injector_definition_reloads_total counter',
      '# HELP sidecar_injector_namespace_reads_total Namespaces that were read one by one, because the watched view did not do, by result.',
      '# TYPE sidecar_injector_namespace_reads_total counter',
      '# HELP sidecar_injector_rules Rules of the configuration: in force, or left out as the definitions are now.',
      '# TYPE sidecar_injector_rules gauge',
      '# HELP sidecar_injector_namespaces Namespaces that this replica knows.',
      '# TYPE sidecar_injector_namespaces gauge',
      '# HELP sidecar_injector_namespace_watch_silent_seconds For how long the API server has told nothing of namespaces, not even that nothing has happened.',
      '# TYPE sidecar_injector_namespace_watch_silent_seconds gauge',
    ]);
  });

  it('are in the text format of Prometheus', async () => {
    const { contentType, text } = await new Metrics().exposition();
    expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text.endsWith('\n')).toBe(true);
    expect(text).toContain('process_cpu_seconds_total');
    expect(text).toContain('nodejs_eventloop_lag_seconds');
  });

  it('count decisions by outcome and reason', async () => {
    const metrics = new Metrics();
    metrics.countDecision({ decision: 'injected', reason: 'injected', kind: 'Pod' }, 0.001);
    metrics.countDecision({ decision: 'injected', reason: 'injected', kind: 'Pod' }, 0.001);
    metrics.countDecision({ decision: 'refused', reason: 'invalid-value', kind: 'Pod' }, 0.001);
    expect(await linesOf(metrics)).toEqual(
      expect.arrayContaining([
        'sidecar_injector_decisions_total{decision="injected",reason="injected",kind="Pod"} 2',
        'sidecar_injector_decisions_total{decision="refused",reason="invalid-value",kind="Pod"} 1',
      ]),
    );
  });

  it('measure durations in seconds, in buckets that tell fast answers apart', async () => {
    const metrics = new Metrics();
    metrics.countDecision({ decision: 'injected', reason: 'injected', kind: 'Pod' }, 0.0003);
    metrics.countDecision({ decision: 'injected', reason: 'injected', kind: 'Pod' }, 0.004);
    const lines = await linesOf(metrics);
    const buckets = lines.filter(line => line.includes('_bucket{'));
    expect(
      buckets.map(line => /le="([^"]+)",decision="injected"} (\d+)/.exec(line)?.slice(1).join(': ')),
    ).toEqual([
      '0.0001: 0',
      '0.00025: 0',
      '0.0005: 1',
      '0.001: 1',
      '0.0025: 1',
      '0.005: 2',
      '0.01: 2',
      '0.025: 2',
      '0.05: 2',
      '0.1: 2',
      '0.5: 2',
      '1: 2',
      '5: 2',
      '+Inf: 2',
    ]);
    expect(lines).toContain('sidecar_injector_admission_duration_seconds_sum{decision="injected"} 0.0043');
    expect(lines).toContain('sidecar_injector_admission_duration_seconds_count{decision="injected"} 2');
  });

  it('count requests without a decision by status', async () => {
    const metrics = new Metrics();
    for (const status of [404, 404, 500]) metrics.countFailure(status);
    expect(await linesOf(metrics)).toEqual(
      expect.arrayContaining([
        'sidecar_injector_request_failures_total{status="404"} 2',
        'sidecar_injector_request_failures_total{status="500"} 1',
      ]),
    );
  });

  it('tell the state of certificate and definitions', async () => {
    const metrics = new Metrics();
    metrics.setCertificateExpiry(new Date('2027-07-01T12:00:00.500Z'));
    metrics.setDefinitions(3, 1);
    metrics.countReload('success');
    metrics.countReload('failure');
    metrics.countReload('failure');
    expect(
      (await linesOf(metrics)).filter(line => !line.startsWith('#') && !line.includes('duration')),
    ).toEqual([
      'sidecar_injector_request_failures_total{status="500"} 0',
      'sidecar_injector_request_failures_total{status="503"} 0',
      'sidecar_injector_certificate_expiry_timestamp_seconds 1814443200.5',
      'sidecar_injector_definitions{state="loaded"} 3',
      'sidecar_injector_definitions{state="rejected"} 1',
      'sidecar_injector_definition_reloads_total{result="success"} 1',
      'sidecar_injector_definition_reloads_total{result="failure"} 2',
    ]);
  });

  it('are not shared by two programs in one process', async () => {
    const [one, other] = [new Metrics(), new Metrics()];
    one.countFailure(500);
    expect(await linesOf(other)).toContain('sidecar_injector_request_failures_total{status="500"} 0');
  });

  it('begin at zero where an alert or the dashboard asks for an increase, so that the first event is one', async () => {
    expect(await linesOf(new Metrics())).toEqual(
      expect.arrayContaining([
        'sidecar_injector_request_failures_total{status="500"} 0',
        'sidecar_injector_request_failures_total{status="503"} 0',
        'sidecar_injector_definition_reloads_total{result="success"} 0',
        'sidecar_injector_definition_reloads_total{result="failure"} 0',
      ]),
    );
  });

  it('tell of namespaces where somebody knows about them', async () => {
    const metrics = new Metrics();
    const samples = async () =>
      (await linesOf(metrics)).filter(line => !line.startsWith('#') && line.includes('namespace'));
    expect(await samples()).toEqual([]);
    let known = 3;
    metrics.observeNamespaces(() => ({ known, silentSeconds: 1.5 }));
    metrics.countNamespaceRead('failure');
    known = 4;
    expect(await samples()).toEqual([
      'sidecar_injector_namespace_reads_total{result="failure"} 1',
      'sidecar_injector_namespaces 4',
      'sidecar_injector_namespace_watch_silent_seconds 1.5',
    ]);
  });
});
