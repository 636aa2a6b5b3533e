import { afterAll, expect, it } from 'vitest';
import { isSelected, metricSelectors } from '../metric-selectors.ts';
import { kubectlAsInjector } from './injector-account.ts';
import { gitSync, podOf } from './pod-manifests.ts';
import { deleteRegistration } from './registration.ts';
import { describeWithApiServer, eventually, kubectl, reinstall } from './suite.ts';
import { createNamespace } from './test-namespace.ts';

describeWithApiServer('the metrics of the API server that alerts and dashboard select', () => {
  afterAll(reinstall);

  it('are there after a webhook that did not answer, a guard that refused, and an account that was misused', async () => {
    const namespace = await createNamespace();
    const asInjector = await kubectlAsInjector();
    await expect(asInjector('label mutatingwebhookconfiguration sidecar-injector a=b')).rejects.toThrow(
      'denied request',
    );
    await eventually(async () => {
      expect(await namespace.refusalOf(podOf('web', gitSync))).toContain('failed calling webhook');
    });
    await deleteRegistration();
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
