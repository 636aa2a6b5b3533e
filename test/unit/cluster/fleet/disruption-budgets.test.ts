import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { LinesRequest } from '../../../../src/cluster/api-client.ts';
import {
  type DisruptionBudget,
  followDisruptionBudgets,
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
    /** By namespace and name, as who follows them has them. */
    const known = new Map<string, DisruptionBudget>();
    let changes = 0;
    await followDisruptionBudgets(client, {
      ...{ namespace, signal: ending.signal },
      time: { nowMs: () => 0, sleep: async () => undefined, backOffMs: () => 0 },
      onWritten: written => {
        known.set(`${written.namespace}/${written.name}`, written);
        changes++;
      },
      onGone: gone => {
        known.delete(`${gone.namespace}/${gone.name}`);
        changes++;
      },
    });
    const tell = async (type: string, object: object) => {
      const before = changes;
      lines.push(JSON.stringify({ type, object }));
      await vi.waitFor(() => {
        wake();
        expect(changes).toBeGreaterThan(before);
      });
    };
    const names = () => [...known.values()].map(({ name }) => name);
    return { known, paths, tell, names };
  }

  it('are told at first', async () => {
    const { names, paths } = await startWith([budget('web'), budget('away', { namespace: 'other' })]);
    expect(names()).toEqual(['web', 'away']);
    expect(paths[0]).toBe('/apis/policy/v1/poddisruptionbudgets?limit=500');
  });

  it('are followed', async () => {
    const { known, paths, tell, names } = await startWith([budget('web')], 'shop');
    await tell('MODIFIED', budget('web', { allowed: 0 }));
    expect(known.get('shop/web')?.disruptionsAllowed).toBe(0);
    await tell('ADDED', budget('second'));
    expect(names()).toEqual(['web', 'second']);
    await tell('DELETED', budget('web'));
    expect(names()).toEqual(['second']);
    expect(paths[1]).toContain('/apis/policy/v1/namespaces/shop/poddisruptionbudgets?watch=true');
  });

  it('are those that there are when they are listed anew, also one that was made anew', async () => {
    const items = [budget('web'), budget('old')];
    const { known, tell, names } = await startWith(items);
    const { metadata, ...web } = budget('web', { allowed: 7 });
    items.splice(0, 2, { ...web, metadata: { ...metadata, uid: 'uid-other' } });
    await tell('ERROR', { code: 410, message: 'too old' });
    await vi.waitFor(() => expect(names()).toEqual(['web']));
    expect(known.get('shop/web')).toMatchObject({ uid: 'uid-other', disruptionsAllowed: 7 });
  });
});
