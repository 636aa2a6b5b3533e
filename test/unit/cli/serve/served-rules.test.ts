import { describe, expect, it } from 'vitest';
import { ServedRules } from '../../../../src/cli/serve/served-rules.ts';
import type { Log } from '../../../../src/observability/logger.ts';
import { Metrics } from '../../../../src/observability/metrics.ts';
import { Readiness } from '../../../../src/observability/readiness.ts';
import { defaultPolicy, shippedSidecars } from '../../../injection-fixture.ts';

const exporter = { 'sidecar.io/statsd-exporter': 'true' };
const configured = [
  { from: 'rule 1', annotations: exporter },
  { from: 'rule 2', annotations: { 'sidecar.io/log-collector': '/var/log/app/*.log' } },
  { from: 'rule 3', annotations: { 'sidecar.io/nobody': 'true' } },
];

const engineWithout = (...names: readonly string[]) => ({
  sidecars: {
    ...shippedSidecars,
    sidecars: new Map([...shippedSidecars.sidecars].filter(([name]) => !names.includes(name))),
  },
  policy: defaultPolicy,
});

function serve(rules = configured) {
  const lines: string[] = [];
  const [metrics, readiness] = [new Metrics(), new Readiness()];
  const write = (fields: object, message: string) => lines.push(`${message} ${JSON.stringify(fields)}`);
  const log = { info: write, error: write } as unknown as Log;
  const served = new ServedRules(rules, { log, metrics, readiness });
  const inForce = () => served.inForce.map(({ from }) => from);
  return { served, lines, metrics, readiness, inForce };
}

describe('the rules that are served', () => {
  it('are in force at once at the start, and those that are left out are told', async () => {
    const { served, lines, metrics, readiness, inForce } = serve();
    expect(inForce()).toEqual([]);
    void served.renew(engineWithout());
    expect(inForce()).toEqual(['rule 1', 'rule 2']);
    const problem =
      'annotation sidecar.io/nobody: no sidecar "nobody"; known: git-sync, log-collector, statsd-exporter, tls-proxy';
    expect(lines).toEqual([
      `rule left out ${JSON.stringify({ rule: 'rule 3', reason: 'unknown-sidecar', problem })}`,
      `rules in force ${JSON.stringify({ rules: ['rule 1', 'rule 2'], rejected: 1 })}`,
    ]);
    expect(readiness.lines).toEqual([`[+]rules 2 in force; rule 3: ${problem}`]);
    const { text } = await metrics.exposition();
    expect(text).toContain('sidecar_injector_rules{state="in-force"} 2');
    expect(text).toContain('sidecar_injector_rules{state="rejected"} 1');
  });

  it('are judged anew with turns for others, and what is gone counts no more meanwhile', async () => {
    const { served, lines, inForce } = serve();
    void served.renew(engineWithout());
    const told = lines.length;
    const renewed = served.renew(engineWithout('statsd-exporter'));
    expect(inForce()).toEqual(['rule 2']);
    expect(lines).toHaveLength(told);
    await renewed;
    expect(inForce()).toEqual(['rule 2']);
    const fresh = lines.slice(told).filter(line => line.startsWith('rule left out'));
    // The known names are others now, so that the one of before is told again.
    expect(fresh.map(line => line.slice(0, 36))).toEqual([
      'rule left out {"rule":"rule 1","reas',
      'rule left out {"rule":"rule 3","reas',
    ]);
    await served.renew(engineWithout());
    expect(inForce()).toEqual(['rule 1', 'rule 2']);
  });

  it('are told once while nothing changes', async () => {
    const { served, lines } = serve();
    await served.renew(engineWithout());
    await served.renew(engineWithout());
    expect(lines.filter(line => line.startsWith('rule left out'))).toHaveLength(1);
  });

  it('follow the newest definitions, whichever are judged first', async () => {
    const { served, lines, inForce } = serve();
    await served.renew(engineWithout());
    const told = lines.length;
    await Promise.all([served.renew(engineWithout('log-collector')), served.renew(engineWithout())]);
    expect(inForce()).toEqual(['rule 1', 'rule 2']);
    expect(lines.slice(told).filter(line => line.startsWith('rules in force'))).toHaveLength(1);
  });

  it('are no word where there are none', async () => {
    const { served, lines, readiness } = serve([]);
    await served.renew(engineWithout());
    expect([lines, readiness.lines, served.inForce]).toEqual([[], [], []]);
  });
});
