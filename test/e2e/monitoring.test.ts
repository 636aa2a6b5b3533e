import { afterAll, expect, it, vi } from 'vitest';
import { isSelected, metricSelectors } from '../metric-selectors.ts';
import { install } from './installation.ts';
import { createNamespace, describeWithApiServer, gitSync, kubectl, podOf, refusalOf } from './suite.ts';

describeWithApiServer('the metrics of the API server that alerts and dashboard select', () => {
  afterAll(() => install(kubectl));

  it('are there after a webhook that did not answer and a guard that refused', async () => {
    const namespace = await createNamespace();
    await vi.waitFor(async () => {
      expect(await refusalOf(namespace, podOf('web', gitSync))).toContain('failed calling webhook');
    }, waiting);
    await kubectl('delete mutatingwebhookconfiguration sidecar-injector');
    await vi.waitFor(async () => {
      expect(await refusalOf(namespace, podOf('web', gitSync))).toContain('sidecar-injector-guard');
    }, waiting);
    const lines = (await kubectl('get --raw /metrics')).stdout.split('\n');
    const selectors = metricSelectors().filter(({ metric }) => metric.startsWith('apiserver_'));
    expect(selectors.length).toBeGreaterThan(3);
    for (const selector of selectors)
      expect(
        lines.filter(line => isSelected(line, selector)),
        JSON.stringify(selector),
      ).not.toEqual([]);
  });
});

const waiting = { timeout: 30_000, interval: 200 };
