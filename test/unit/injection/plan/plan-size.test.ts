import { describe, expect, it } from 'vitest';
import { PlanMemory } from '../../../../src/injection/plan/plan-memory.ts';
import { planSize } from '../../../../src/injection/plan/plan-size.ts';
import type { SidecarSet } from '../../../../src/sidecars/sidecar-set.ts';
import { defaultPolicy, podWith, shippedSidecars, sidecarsOf } from '../../../injection-fixture.ts';

function plan(annotations: Readonly<Record<string, string>>, sidecars: SidecarSet = shippedSidecars) {
  return new PlanMemory(sidecars, defaultPolicy).planFor(podWith(annotations));
}

/** The bytes of all that was rendered and said, written as JSON. */
function written(annotations: Readonly<Record<string, string>>, sidecars: SidecarSet = shippedSidecars) {
  const parts = plan(annotations, sidecars).sidecars.map(({ rendered, findings }) => {
    const { initContainers, containers, volumes, annotations: brought } = rendered ?? {};
    return [initContainers, containers, volumes, brought, findings];
  });
  return JSON.stringify(parts).length;
}

const echo = sidecarsOf({
  echo: {
    value: 'text',
    parameters: { text: { type: 'string' }, more: { type: 'string' } },
    container: {
      image: 'example.com/echo:v1',
      args: Array.from({ length: 50 }, () => '--text=${text}'),
      env: [{ name: 'CONFIG', value: { json: { more: '${more}', list: ['${more}', '${more}'] } } }],
    },
  },
});

describe('the size of a plan', () => {
  it.each([
    ['git-sync', { 'sidecar.io/git-sync': 'https://github.com/org/site.git' }, shippedSidecars],
    ['a long value', { 'sidecar.io/git-sync': `https://x.y/${'z'.repeat(3000)}` }, shippedSidecars],
    [
      'mode classic',
      { 'sidecar.io/git-sync': 'https://x.y/z', 'sidecar.io/git-sync.mode': 'classic' },
      shippedSidecars,
    ],
    ['log-collector', { 'sidecar.io/log-collector': '/var/log/app/*.log' }, shippedSidecars],
    ['statsd-exporter', { 'sidecar.io/statsd-exporter': 'true' }, shippedSidecars],
    ['a value that is written often', { 'sidecar.io/echo': 'x'.repeat(1000) }, echo],
    ['a value inside JSON', { 'sidecar.io/echo': 'x', 'sidecar.io/echo.more': 'x'.repeat(1000) }, echo],
    ['a refusal', { 'sidecar.io/git-sync': 'ext::x' }, shippedSidecars],
  ])(
    'is at least that of what was rendered, and not many times as much: %s',
    (_what, annotations, sidecars) => {
      const asked = annotations as unknown as Record<string, string>;
      const size = planSize(plan(asked, sidecars));
      expect(size).toBeGreaterThan(written(asked, sidecars));
      expect(size).toBeLessThan(10 * written(asked, sidecars) + 5000);
    },
  );
});
