import { PassThrough } from 'node:stream';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { Core } from '../../../../src/admission/answer-review.ts';
import { warmUp } from '../../../../src/cli/serve/warm-up.ts';
import { createInjector, type InjectionDecision } from '../../../../src/injection/inject.ts';
import { emptySidecarSet, type SidecarSet } from '../../../../src/sidecars/sidecar-set.ts';
import { decideWorkload } from '../../../../src/workloads/decide-workload.ts';
import { defaultPolicy, shippedSidecars, sidecarsOf } from '../../../injection-fixture.ts';

/** Warms up with these sidecars, and tells what was decided and logged. */
async function warmedUp(sidecars: SidecarSet, options: { now?: () => number; fails?: boolean } = {}) {
  const decisions: InjectionDecision[] = [];
  let cores = 0;
  const newCore = (): Core => {
    cores++;
    const injector = createInjector(sidecars, defaultPolicy);
    return {
      decide: (pod, sources) => {
        if (options.fails) throw new Error('no');
        const decision = injector(pod, sources);
        decisions.push(decision);
        return decision;
      },
      decideWorkload: change => decideWorkload(change, injector, 'propagate'),
    };
  };
  const stream = new PassThrough({ encoding: 'utf8' });
  const { now = () => 0 } = options;
  await warmUp({ sidecars, newCore, log: pino(stream), now });
  const log: string = stream.read() ?? '';
  const lines = log.split('\n').filter(line => line !== '');
  return { decisions, cores, log: lines.map(line => JSON.parse(line) as Record<string, unknown>) };
}

function injectedNames(decisions: readonly InjectionDecision[]): ReadonlySet<string> {
  return new Set(
    decisions.flatMap(decision =>
      decision.outcome === 'injected'
        ? decision.sidecars.map(({ instance }) => instance.request.shownName)
        : [],
    ),
  );
}

describe('what is tried before anybody asks', () => {
  it('is each sidecar that ships, with what has to be set for it, and a pod without any', async () => {
    const { decisions, log } = await warmedUp(shippedSidecars);
    expect(injectedNames(decisions)).toEqual(new Set(shippedSidecars.sidecars.keys()));
    expect(new Set(decisions.map(({ outcome }) => outcome))).toEqual(new Set(['injected', 'skipped']));
    expect(log).toEqual([]);
  });

  it('is tried by injectors of its own', async () => {
    const { cores, decisions } = await warmedUp(shippedSidecars);
    expect(cores).toBe(2);
    expect(decisions).toHaveLength(2 * 2 * (shippedSidecars.sidecars.size + 1));
  });

  it('leaves out a sidecar for which nobody knows a value', async () => {
    const sidecars = sidecarsOf({
      strange: {
        value: 'word',
        parameters: {
          word: { type: 'string', pattern: '^a$', not: ['a'], required: true, description: 'None.' },
        },
        container: { image: 'example.com/strange:v1', args: ['${word}'] },
      },
    });
    const { decisions, log } = await warmedUp(sidecars);
    expect(sidecars.sidecars.size).toBe(1);
    expect(new Set(decisions.map(({ outcome }) => outcome))).toEqual(new Set(['skipped']));
    expect(log).toEqual([]);
  });

  it('may be nothing', async () => {
    const { decisions, log } = await warmedUp(emptySidecarSet);
    expect(decisions).toHaveLength(4);
    expect(log).toEqual([]);
  });
});

describe('the end of it', () => {
  it('comes when its time is over', async () => {
    let ms = 0;
    const { decisions } = await warmedUp(shippedSidecars, { now: () => (ms += 7) });
    expect(decisions.length).toBeLessThanOrEqual(4);
  });

  it('comes soon with very many definitions', async () => {
    const definitions = [...shippedSidecars.sidecars.values()].slice(0, 1);
    const many = Array.from({ length: 1000 }, (_, index) =>
      definitions.map(definition => [`a${index}`, definition] as const),
    );
    const { decisions } = await warmedUp({ ...shippedSidecars, sidecars: new Map(many.flat()) });
    expect(decisions).toHaveLength(2 * 2 * 21);
  });

  it('is told once where it fails, and stops nobody', async () => {
    const { log } = await warmedUp(shippedSidecars, { fails: true });
    expect(log).toMatchObject([{ problem: 'no', msg: 'could not warm up' }]);
  });
});

describe('meanwhile', () => {
  it('others have their turns', async () => {
    let [ms, turns, isOver] = [0, 0, false];
    const count = () => {
      turns++;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    await warmedUp(shippedSidecars, { now: () => (ms += 1) });
    isOver = true;
    expect(turns).toBeGreaterThan(5);
  });
});
