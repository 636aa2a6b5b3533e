import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Metrics } from '../../../src/observability/metrics.ts';
import { alerts, dashboard, isSelected, metricSelectors } from '../../metric-selectors.ts';

describe('a metric of an alert or of the dashboard', async () => {
  const metrics = new Metrics();
  metrics.countDecision({ decision: 'refused', reason: 'invalid-value', kind: 'Pod' }, 0.001);
  metrics.countFailure(500);
  metrics.setCertificateExpiry(new Date());
  metrics.setDefinitions(1, 1);
  metrics.setRules(1, 1);
  metrics.countReload('success');
  metrics.observeNamespaces(() => ({ known: 1, silentSeconds: 1 }));
  const { text } = await metrics.exposition();
  const ours = metricSelectors().filter(({ metric }) => !/^(up|apiserver_.*)$/.test(metric));

  it.each(ours)('is there with its labels: $metric', selector => {
    expect(text.split('\n').filter(line => isSelected(line, selector))).not.toEqual([]);
  });

  it('would be missed where it was not there', () => {
    const matchers = [{ label: 'decision', isPattern: false, value: 'denied' }];
    const metric = 'sidecar_injector_decisions_total';
    expect(text.split('\n').some(line => isSelected(line, { metric, matchers: [] }))).toBe(true);
    expect(text.split('\n').some(line => isSelected(line, { metric, matchers }))).toBe(false);
  });

  it('is selected in one namespace', () => {
    for (const { metric, matchers } of metricSelectors().filter(
      ({ metric }) => !metric.startsWith('apiserver_'),
    ))
      expect(
        matchers.map(({ label }) => label),
        metric,
      ).toContain('namespace');
  });
});

describe('an alert', () => {
  it.each(alerts())('$alert says how bad, what, and is explained', ({ alert, labels, annotations }) => {
    expect(['critical', 'warning', 'info']).toContain(labels['severity']);
    expect(Object.keys(annotations)).toEqual(['summary', 'description']);
    const page = readFileSync(new URL('../../../docs/monitoring.md', import.meta.url), 'utf8');
    expect(page).toContain(`| \`${alert}\` | ${labels['severity']} |`);
  });
});

describe('the dashboard', () => {
  it('asks Prometheus for the namespace, by a metric that every replica has from its start', async () => {
    const variable = dashboard().templating.list.find(({ name }) => name === 'namespace');
    const query = 'label_values(sidecar_injector_definitions, namespace)';
    expect(variable).toMatchObject({ type: 'query', query: { query } });
    const metrics = new Metrics();
    metrics.setDefinitions(0, 0);
    expect((await metrics.exposition()).text).toContain('\nsidecar_injector_definitions{');
  });

  it('has panels that each have a number of their own', () => {
    const ids = dashboard().panels.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
  });
});
