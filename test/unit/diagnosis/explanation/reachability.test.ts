import { describe, expect, it } from 'vitest';
import { reachability } from '../../../../src/diagnosis/explanation/reachability.ts';
import { unknown } from '../../../../src/diagnosis/fact.ts';
import type { JsonObject } from '../../../../src/kubernetes/json.ts';
import { registeredAs, registration, sane, unseen } from './circumstances-fixture.ts';

const pods = { app: 'web' };

/** The registration that ships with other fields in the webhook for pods. */
function changed(fields: JsonObject) {
  const { webhooks, ...rest } = registration() as { webhooks: readonly JsonObject[] };
  return registeredAs({ ...rest, webhooks: webhooks.map(webhook => ({ ...webhook, ...fields })) });
}

describe('whether pods reach the injector', () => {
  it('is judged by the selector that ships where nobody may see the registration', () => {
    expect(reachability(pods, { ...sane, installation: unseen, namespace: 'kube-system' })).toMatchObject([
      { code: 'namespace-excluded' },
    ]);
    expect(reachability(pods, { ...sane, installation: unseen })).toEqual([]);
  });

  it('does not depend on the labels of a namespace that nobody may see', () => {
    const labels = unknown('forbidden', true);
    expect(reachability(pods, { ...sane, labels })).toEqual([]);
    expect(reachability(pods, { ...sane, labels, namespace: 'sidecar-injector' })).toMatchObject([
      { code: 'namespace-excluded' },
    ]);
  });

  it.each([
    [
      'a label that the namespace lacks',
      { namespaceSelector: { matchLabels: { team: 'shop' } } },
      'namespace-excluded',
    ],
    [
      'a label that the pod lacks',
      { objectSelector: { matchLabels: { track: 'canary' } } },
      'object-excluded',
    ],
  ])('depends on %s, where the registration wants it', (_title, fields, code) => {
    expect(reachability(pods, { ...sane, installation: changed(fields) })).toMatchObject([{ code }]);
  });

  it('is not told by selectors of webhooks that are asked about other things', () => {
    const installation = changed({ rules: [], namespaceSelector: { matchLabels: { team: 'shop' } } });
    expect(reachability(pods, { ...sane, installation })).toEqual([]);
  });
});
