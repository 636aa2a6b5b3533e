import { describe, expect, it } from 'vitest';
import type { ReviewRecord } from '../../../../src/admission/review-record.ts';
import { decisionReport, reportDefinitions, reportDirectory } from '../../../../src/cli/serve/report.ts';
import { Readiness } from '../../../../src/observability/readiness.ts';
import { emptySidecarSet, nextSidecarSet, type SidecarSet } from '../../../../src/sidecars/sidecar-set.ts';
import { definitionText } from '../../sidecars/definition-text.ts';
import { logAndMetrics } from './destinations.ts';

/** The places that are reported to, and what they got; metrics without the prefix of the project. */
function destinations() {
  const { counted, ...others } = logAndMetrics();
  return {
    ...others,
    readiness: new Readiness(),
    counted: async (name: string) => (await counted(name)).map(line => line.replace('sidecar_injector_', '')),
  };
}

describe('a decision', () => {
  const record: ReviewRecord = {
    uid: '705ab4f5',
    kind: 'Pod',
    namespace: 'shop',
    pod: 'web-5d4f-',
    owner: 'ReplicaSet/web-5d4f',
    decision: 'injected',
    reason: 'injected',
    sidecars: ['logs'],
    operations: 4,
    warnings: ['the value looks like a short hash (short-hash)'],
  };

  it('is one line with all that is to know, in milliseconds', () => {
    const { lines, ...to } = destinations();
    const report = decisionReport(to);
    report(record, 0.00123456);
    report({ ...record, pod: 'web-1' }, 2);
    expect(lines).toEqual([
      { level: 'info', ...record, milliseconds: 1.235, msg: 'pod injected' },
      { level: 'info', ...record, pod: 'web-1', milliseconds: 2000, msg: 'pod injected' },
    ]);
  });

  it('about a workload says so', () => {
    const { lines, ...to } = destinations();
    const { pod: _pod, ...others } = record;
    const decided = { kind: 'Deployment', decision: 'propagated', reason: 'propagated' } as const;
    decisionReport(to)({ ...others, ...decided, workload: 'web' }, 0.001);
    expect(lines).toMatchObject([{ kind: 'Deployment', workload: 'web', msg: 'workload propagated' }]);
  });

  it('is counted with its reason, in seconds', async () => {
    const { counted, ...to } = destinations();
    decisionReport(to)({ ...record, decision: 'refused', reason: 'invalid-value' }, 0.5);
    expect(await counted('decisions_total')).toEqual([
      'decisions_total{decision="refused",reason="invalid-value",kind="Pod"} 1',
    ]);
    expect(await counted('admission_duration_seconds_sum')).toEqual([
      'admission_duration_seconds_sum{decision="refused"} 0.5',
    ]);
  });
});

describe('definitions', () => {
  const good = (name: string) => definitionText('container: {image: "a:1"}', name);
  const bad = (name: string) => definitionText('container: {imge: "a:1"}', name);
  const set = (previous: SidecarSet, files: Readonly<Record<string, string>>) =>
    nextSidecarSet(
      previous,
      Object.entries(files).map(([name, text]) => ({ name, text })),
    );

  it('that are good are told in one line, a metric and the readiness', async () => {
    const { lines, readiness, counted, ...to } = destinations();
    const loaded = set(emptySidecarSet, { 'a.yaml': good('a'), 'b.yaml': good('b') });
    reportDefinitions({ set: loaded, previous: emptySidecarSet, readiness, ...to });
    expect(lines).toEqual([{ level: 'info', sidecars: ['a', 'b'], rejected: 0, msg: 'definitions loaded' }]);
    expect(await counted('definitions')).toEqual([
      'definitions{state="loaded"} 2',
      'definitions{state="rejected"} 0',
    ]);
    expect(readiness.lines).toEqual(['[+]definitions 2 loaded']);
    expect(await counted('definition_reloads_total'), 'the first reading is no reload').toEqual([
      'definition_reloads_total{result="success"} 0',
      'definition_reloads_total{result="failure"} 0',
    ]);
  });

  it('that are bad are told with file, place and key, and what is in force; readiness stays', async () => {
    const { lines, readiness, counted, ...to } = destinations();
    const first = set(emptySidecarSet, { 'a.yaml': good('a') });
    const second = set(first, { 'a.yaml': bad('a'), 'b.yaml': bad('b') });
    reportDefinitions({ set: second, previous: first, readiness, ...to });
    expect(lines.filter(({ level }) => level === 'error')).toEqual(
      ['a.yaml', 'b.yaml'].flatMap(file => [
        {
          level: 'error',
          file,
          line: 6,
          column: 14,
          path: 'spec.container',
          problem: 'the key "image" is missing',
          inForce: file === 'a.yaml' ? 'the last good version' : 'nothing',
          msg: 'definition rejected',
        },
        {
          level: 'error',
          file,
          line: 6,
          column: 15,
          path: 'spec.container.imge',
          problem: 'unknown key "imge"; did you mean "image"?',
          inForce: file === 'a.yaml' ? 'the last good version' : 'nothing',
          msg: 'definition rejected',
        },
      ]),
    );
    expect(lines.at(-1)).toMatchObject({ sidecars: ['a'], rejected: 2 });
    expect(await counted('definitions')).toEqual([
      'definitions{state="loaded"} 1',
      'definitions{state="rejected"} 2',
    ]);
    expect(await counted('definition_reloads_total')).toEqual([
      'definition_reloads_total{result="success"} 0',
      'definition_reloads_total{result="failure"} 1',
    ]);
    expect(readiness.isReady).toBe(true);
    expect(readiness.lines.join()).toContain(
      '[+]definitions 1 loaded; a.yaml:6: the key "image" is missing; a.yaml:6: unknown key "imge"',
    );
  });

  it('that stay bad are not told again with the next change', async () => {
    const { lines, readiness, counted, ...to } = destinations();
    const first = set(emptySidecarSet, { 'a.yaml': bad('a') });
    const second = set(first, { 'a.yaml': bad('a'), 'b.yaml': good('b') });
    reportDefinitions({ set: second, previous: first, readiness, ...to });
    expect(lines).toEqual([{ level: 'info', sidecars: ['b'], rejected: 1, msg: 'definitions loaded' }]);
    expect(await counted('definition_reloads_total')).toEqual([
      'definition_reloads_total{result="success"} 1',
      'definition_reloads_total{result="failure"} 0',
    ]);
  });

  it('that are good again are told so', async () => {
    const { readiness, counted, ...to } = destinations();
    const first = set(emptySidecarSet, { 'a.yaml': bad('a') });
    const second = set(first, { 'a.yaml': good('a') });
    reportDefinitions({ set: second, previous: first, readiness, ...to });
    expect(await counted('definition_reloads_total')).toEqual([
      'definition_reloads_total{result="success"} 1',
      'definition_reloads_total{result="failure"} 0',
    ]);
    expect(readiness.lines).toEqual(['[+]definitions 1 loaded']);
  });

  it('that were doubled before do not make the next good change a failure', async () => {
    const { readiness, counted, ...to } = destinations();
    const first = set(emptySidecarSet, { 'a.yaml': good('a'), 'b.yaml': good('a') });
    const second = set(first, { 'a.yaml': good('a'), 'b.yaml': good('a'), 'c.yaml': good('c') });
    reportDefinitions({ set: second, previous: first, readiness, ...to });
    expect(await counted('definition_reloads_total')).toEqual([
      'definition_reloads_total{result="success"} 1',
      'definition_reloads_total{result="failure"} 0',
    ]);
    expect(to.lines.map(({ msg }) => msg)).toEqual(['definitions loaded']);
  });

  it('that come into an empty directory are a reload', async () => {
    const { readiness, counted, ...to } = destinations();
    const first = set(emptySidecarSet, {});
    reportDefinitions({ set: set(first, { 'a.yaml': good('a') }), previous: first, readiness, ...to });
    expect(await counted('definition_reloads_total')).toEqual([
      'definition_reloads_total{result="success"} 1',
      'definition_reloads_total{result="failure"} 0',
    ]);
  });
});

describe('the directory of definitions', () => {
  it('is told when it cannot be read; readiness stays, because what was read is in force', () => {
    const { lines, log, readiness } = destinations();
    reportDirectory({ problem: 'ENOENT: no such file or directory', path: '/sidecars', log, readiness });
    expect(lines).toEqual([
      {
        level: 'error',
        directory: '/sidecars',
        problem: 'ENOENT: no such file or directory',
        msg: 'definitions cannot be read',
      },
    ]);
    expect(readiness.isReady).toBe(true);
    expect(readiness.lines).toEqual([
      '[+]directory ENOENT: no such file or directory; what was read before stays in force',
    ]);
  });

  it('is told when it can be read again', () => {
    const { lines, log, readiness } = destinations();
    reportDirectory({ problem: 'EACCES', path: '/sidecars', log, readiness });
    reportDirectory({ problem: undefined, path: '/sidecars', log, readiness });
    expect(lines.at(-1)).toEqual({
      level: 'info',
      directory: '/sidecars',
      msg: 'definitions can be read again',
    });
    expect(readiness.lines).toEqual(['[+]directory readable']);
  });
});

describe('definitions of which very many are bad', () => {
  it('fill neither the log nor the page of readiness', () => {
    const { lines, ...to } = destinations();
    const files = Array.from({ length: 1000 }, (_, index) => ({
      name: `a${index}.yaml`,
      text: definitionText('container: {imge: "a:1"}', `a${index}`),
    }));
    const set = nextSidecarSet(emptySidecarSet, files);
    reportDefinitions({ set, previous: emptySidecarSet, ...to });
    expect(lines.filter(({ msg }) => msg === 'definition rejected')).toHaveLength(1000);
    expect(lines).toContainEqual(
      expect.objectContaining({ msg: 'more problems of definitions', others: 1000 }),
    );
    expect(to.readiness.lines.join()).toMatch(/; and 1900 more$/);
    expect(to.readiness.lines.join().length).toBeLessThan(16 * 1024);
  });
});
