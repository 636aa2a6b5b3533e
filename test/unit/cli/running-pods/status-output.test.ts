import { describe, expect, it } from 'vitest';
import { PodTable } from '../../../../src/cli/running-pods/pod-table.ts';
import { StatusJson } from '../../../../src/cli/running-pods/status-json.ts';
import type { StatusOutput } from '../../../../src/cli/running-pods/status-output.ts';
import { countedWith, noneCounted, type StatusRow } from '../../../../src/cli/running-pods/status-rows.ts';
import { WorkloadTable } from '../../../../src/cli/running-pods/workload-table.ts';
import { capturedOutput } from '../captured-output.ts';

const row = (pod: string, fields: Partial<StatusRow> = {}): StatusRow => ({
  ...{ namespace: 'shop', pod, container: 'logs', sidecar: 'logs', state: 'injected', mode: 'native' },
  ...{ image: 'l:2', definitionImage: 'l:2', definition: 'hash', difference: undefined },
  ...fields,
});

const outdated = (pod: string, fields: Partial<StatusRow> = {}) =>
  row(pod, { state: 'outdated', image: 'l:1', difference: 'image', ...fields });

const bare = (pod: string) => row(pod, { state: 'bare', image: undefined, difference: 'missing' });

/** What is printed of pages of rows, all of one workload. */
async function printed(output: StatusOutput, ...pages: readonly (readonly StatusRow[])[]): Promise<string> {
  const { stdout } = await capturedOutput(async () => {
    for (const page of pages) {
      for (const one of page) output.add([one], 'shop/Deployment/web');
      await output.flush();
    }
    await output.end(countedWith(noneCounted, pages.flat()));
    return 0;
  });
  return stdout;
}

const cells = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map(line => line.split(/ {3,}/));

/** What stands in a column, below its header. */
async function column(name: string, output: StatusOutput, ...rows: readonly StatusRow[]): Promise<string> {
  const [header, ...lines] = cells(await printed(output, rows));
  const index = header?.indexOf(name) ?? -1;
  return lines.map(line => line[index]).join(' ');
}

describe('the table of workloads', () => {
  it('has a line for each sidecar of a workload, with how many pods are in which state and why', async () => {
    const pages = [
      [row('web-1'), outdated('web-2'), row('web-1', { container: 'audit' })],
      [outdated('web-3'), bare('web-4')],
    ];
    expect(cells(await printed(new WorkloadTable(undefined), ...pages))).toEqual([
      ['NAMESPACE', 'WORKLOAD', 'SIDECAR', 'INJECTED', 'OUTDATED', 'BARE', 'DIFFERENCE'],
      [
        ...['shop', 'Deployment/web', 'logs', '1', '2', '1'],
        '2: the image differs; 1: the pod is annotated and has no such sidecar',
      ],
      ['shop', 'Deployment/web', 'audit', '1', '0', '0', '-'],
    ]);
  });

  it('says once what differs where it is one thing', async () => {
    const shown = cells(await printed(new WorkloadTable(undefined), [outdated('web-1'), outdated('web-2')]));
    expect(shown[1]?.at(-1)).toBe('the image differs');
  });

  it('keeps no more of many pods than of few', async () => {
    const table = new WorkloadTable(undefined);
    const many = Array.from({ length: 1000 }, (_, number) => row(`web-${number}`));
    expect((await printed(table, many)).split('\n')).toHaveLength(3);
  });
});

describe.each([
  ['pods', (context: string | undefined) => new PodTable(context)],
  ['workloads', (context: string | undefined) => new WorkloadTable(context)],
])('the table of %s', (_what, tableOf) => {
  it('says who put sidecars in where that was not the webhook everywhere', async () => {
    const [header] = cells(await printed(tableOf(undefined), [row('web-1'), bare('web-2')]));
    expect(header).not.toContain('BY');
    expect(await column('BY', tableOf(undefined), row('web-1'), row('web-2', { by: 'policy' }))).toMatch(
      /^(?:webhook policy|1: webhook; 1: policy)$/,
    );
  });

  it('tells versions where one has another than the current one, or should', async () => {
    const [header] = cells(await printed(tableOf(undefined), [row('web-1'), bare('web-2')]));
    expect(header).not.toContain('VERSION');
    const next = [row('web-1', { version: 'next' }), row('web-2')] as const;
    expect(await column('VERSION', tableOf(undefined), ...next)).toMatch(
      /^(?:next current|1: next; 1: current)$/,
    );
    const toBe = outdated('web-1', { definitionVersion: 'next', difference: 'version' });
    expect(await column('VERSION', tableOf(undefined), toBe)).toBe('current');
  });

  it('names the context where there are several', async () => {
    const [header, line] = cells(await printed(tableOf('prod'), [row('web-1')]));
    expect([header?.[0], line?.[0]]).toEqual(['CONTEXT', 'prod']);
  });

  it('is empty where there are no sidecars', async () => {
    expect(await printed(tableOf('prod'))).toBe('');
  });

  it('shows nothing that a terminal obeys', async () => {
    const shown = await printed(tableOf(undefined), [
      outdated('web-1', { container: 'a\u001b[31m\nb', from: 'namespace \u202e', difference: 'inherited' }),
    ]);
    expect(shown).toContain('a\u{fffd}[31m\u{fffd}b');
    for (const sign of ['\u001b', '\u202e']) expect(shown).not.toContain(sign);
  });
});

describe('JSON', () => {
  it('is one document that is printed page by page', async () => {
    const output = new StatusJson('prod');
    const { stdout: first } = await capturedOutput(async () => {
      output.add([row('web-1'), outdated('web-2')]);
      await output.flush();
      return 0;
    });
    expect(first).toMatch(
      /^\{\n {2}"context": "prod",\n {2}"sidecars": \[\n {4}\{\n {6}"namespace": "shop",/,
    );
    const rest = await printed(output, [bare('web-3')]);
    const report = JSON.parse(first + rest);
    expect(report).toMatchObject({
      context: 'prod',
      sidecars: [{ pod: 'web-1' }, { pod: 'web-2', difference: 'image' }, { pod: 'web-3', state: 'bare' }],
    });
    // As it would be if it were printed at once.
    expect(first + rest).toBe(`${JSON.stringify(report, undefined, 2)}\n`);
  });

  it('has counts also where there are no sidecars', async () => {
    const text = await printed(new StatusJson('prod'));
    const report = { context: 'prod', sidecars: [], counts: { injected: 0, outdated: 0, bare: 0 } };
    expect(text).toBe(`${JSON.stringify(report, undefined, 2)}\n`);
  });

  it('has nothing in it that a terminal obeys, and loses nothing', async () => {
    const image = 'l:\u001b[31m\u202e\u2028';
    const text = await printed(new StatusJson('prod'), [outdated('web-1', { image })]);
    expect(text).not.toMatch(/[^ -~\n]/);
    expect(JSON.parse(text).sidecars[0].image).toBe(image);
  });
});
