import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { LinesRequest } from '../../../../src/cluster/api-client.ts';
import {
  DisruptionBudgets,
  readDisruptionBudget,
  selects,
} from '../../../../src/cluster/fleet/disruption-budgets.ts';
import type { JsonObject } from '../../../../src/kubernetes/json.ts';

const budget = (
  name: string,
  changes: { selector?: JsonObject | null; allowed?: number; namespace?: string } = {},
) => {
  const { selector = { matchLabels: { app: 'web' } }, allowed = 1, namespace = 'shop' } = changes;
  return {
    metadata: { namespace, name, uid: `uid-${name}`, generation: 2, resourceVersion: '7' },
    spec: { selector },
    status: { observedGeneration: 2, disruptionsAllowed: allowed, currentHealthy: 4, desiredHealthy: 3 },
  };
};

describe('a budget', () => {
  it('is read with what its controller has counted', () => {
    expect(readDisruptionBudget(budget('web'))).toEqual({
      ...{ namespace: 'shop', name: 'web', uid: 'uid-web', selector: { matchLabels: { app: 'web' } } },
      ...{ disruptionsAllowed: 1, currentHealthy: 4, desiredHealthy: 3, isCurrent: true },
    });
  });

  it('allows nothing before its controller has counted, and is not current where it was changed since', () => {
    const { metadata, spec } = budget('web');
    const isNew = readDisruptionBudget({ metadata, spec });
    expect([isNew.disruptionsAllowed, isNew.isCurrent]).toEqual([0, false]);
    const status = { ...budget('web').status, observedGeneration: 1 };
    expect(readDisruptionBudget({ metadata, spec, status }).isCurrent).toBe(false);
  });

  it.each([
    ['by labels', { matchLabels: { app: 'web' } }, true],
    ['by other labels', { matchLabels: { app: 'db' } }, false],
    ['by expressions', { matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] }, true],
    [
      'by both',
      { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'tier', operator: 'Exists' }] },
      false,
    ],
    ['with an empty selector', {}, true],
    ['without a selector', null, false],
    ['with a selector that is missing', undefined, false],
  ])('%s selects a pod or not', (_how, selector, expected) => {
    expect(selects({ selector }, { app: 'web' })).toBe(expected);
  });
});

describe('the budgets of a cluster', () => {
  /** Lists these, and then tells what the test writes. */
  async function startWith(items: readonly object[], namespace?: string) {
    const paths: string[] = [];
    const lines: string[] = [];
    let wake = () => {};
    async function* watched() {
      for (;;) {
        yield* lines.splice(0);
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      }
    }
    const ending = new AbortController();
    onTestFinished(() => ending.abort());
    const client = {
      request: async ({ path }: { path: string }) => {
        paths.push(path);
        return { metadata: { resourceVersion: '5' }, items: items as never };
      },
      openLines: async ({ path }: LinesRequest) => {
        paths.push(path);
        return watched();
      },
    };
    const onChange = vi.fn();
    const budgets = new DisruptionBudgets(client, { namespace, signal: ending.signal, onChange });
    await budgets.start();
    const tell = async (type: string, object: object) => {
      const before = onChange.mock.calls.length;
      lines.push(JSON.stringify({ type, object }));
      await vi.waitFor(() => {
        wake();
        expect(onChange.mock.calls.length).toBeGreaterThan(before);
      });
    };
    const namesFor = (labels: Readonly<Record<string, string>>, inNamespace = 'shop') =>
      budgets.selecting({ namespace: inNamespace, labels }).map(({ name }) => name);
    return { budgets, paths, tell, namesFor };
  }

  it('are those of its own namespace that select a pod', async () => {
    const others = [budget('all', { selector: {} }), budget('away', { namespace: 'other' })];
    const { namesFor, paths } = await startWith([budget('web'), ...others]);
    expect([namesFor({ app: 'web' }), namesFor({ app: 'db' }), namesFor({ app: 'web' }, 'third')]).toEqual([
      ['web', 'all'],
      ['all'],
      [],
    ]);
    expect(paths[0]).toBe('/apis/policy/v1/poddisruptionbudgets?limit=500');
  });

  it('are followed', async () => {
    const { budgets, paths, tell, namesFor } = await startWith([budget('web')], 'shop');
    await tell('MODIFIED', budget('web', { allowed: 0 }));
    const labels = { app: 'web' };
    expect(budgets.selecting({ namespace: 'shop', labels })[0]?.disruptionsAllowed).toBe(0);
    await tell('ADDED', budget('second'));
    expect(namesFor(labels)).toEqual(['web', 'second']);
    await tell('DELETED', budget('web'));
    expect(namesFor(labels)).toEqual(['second']);
    expect(paths[1]).toContain('/apis/policy/v1/namespaces/shop/poddisruptionbudgets?watch=true');
  });
});
