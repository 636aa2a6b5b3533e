import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { legendRows } from '../../scripts/pictures/dashboard/chart-legend.ts';
import { dashboardPicture } from '../../scripts/pictures/dashboard/dashboard-picture.ts';
import { type Panel, panelsDigest, readPanels } from '../../scripts/pictures/dashboard/panels.ts';
import { seriesName } from '../../scripts/pictures/dashboard/series.ts';
import { timeChart } from '../../scripts/pictures/dashboard/time-chart.ts';
import { unitText } from '../../scripts/pictures/dashboard/unit-text.ts';

const panels = readPanels();

describe('docs/pictures/dashboard.svg', () => {
  const picture = readFileSync(new URL('../../docs/pictures/dashboard.svg', import.meta.url), 'utf8');

  it('is of the panels that the dashboard has', () => {
    const stale = 'the picture is of other panels: run "npm run pictures"';
    expect(picture.includes(`<metadata>${panelsDigest(panels)}</metadata>`), stale).toBe(true);
    expect(panels.length).toBeGreaterThan(10);
    for (const { title } of panels) expect(picture).toContain(`>${title}</text>`);
  });

  it('says what it shows, and has a figure in every panel', () => {
    expect(picture).toMatch(/<title id="title">\S.*<\/title>\n<desc id="description">\S.*<\/desc>/);
    expect(picture).not.toMatch(/NaN|undefined|no data/);
  });
});

describe('the digest of panels', () => {
  it('changes with a title, a place, a unit and an expression', () => {
    const [first, ...others] = panels as [Panel, ...Panel[]];
    const changes: readonly Partial<Panel>[] = [
      { title: 'another' },
      { unit: 'bytes' },
      { place: { ...first.place, w: 1 } },
      { queries: [{ expression: 'up', legend: '' }] },
    ];
    const digests = changes.map(change => panelsDigest([{ ...first, ...change }, ...others]));
    expect(new Set([panelsDigest(panels), ...digests]).size).toBe(5);
  });
});

describe('a panel over time', () => {
  const frame = { x: 0, y: 0, width: 274, height: 200 };
  const line = (points: readonly (readonly [number, number])[]) =>
    timeChart(frame, 'reqps', [{ name: 'a', points }], 60)
      .filter(part => part.includes('curve'))
      .map(part => /points="([^"]*)"/.exec(part)?.[1]);

  it('has time to the right and values upwards from 0, up to a round one', () => {
    // From 74 to 258 to the right; 138 high, its upper end at 6.
    const places = line([
      [0, 0],
      [1, 4],
      [2, 5],
    ])[0]?.split(' ');
    expect(places).toEqual(['74,144', '77.1,33.6', '80.1,6']);
    const texts = timeChart(frame, 'reqps', [{ name: 'a', points: [[0, 4]] }], 60).join('\n');
    for (const text of ['>5 req/s<', '>2.5 req/s<', '>0 req/s<', '>0:00<', '>0:30<', '>1:00<', '>a<'])
      expect(texts).toContain(text);
  });

  it('has a gap where there was no value, and shows a value that stands alone', () => {
    expect(
      line([
        [0, 1],
        [1, 1],
        [10, 1],
        [20, 1],
        [21, 1],
      ]),
    ).toHaveLength(3);
    expect(line([[10, 1]])).toEqual(['104.7,6 104.7,6']);
  });

  it('goes up to a round number of mebibytes', () => {
    const points = [[0, 90 * 1024 * 1024]] as const;
    expect(timeChart(frame, 'bytes', [{ name: 'a', points }], 60).join('\n')).toContain('>100 MiB<');
  });

  it('puts names that do not fit into a row of their own', () => {
    const rows = legendRows(['a'.repeat(20), 'b', 'c'.repeat(20)], 200);
    expect(rows.map(row => row.map(({ index }) => index))).toEqual([[0, 1], [2]]);
  });
});

describe('the text of a value', () => {
  it.each([
    [0, 's', '0 ms'],
    [0.00045, 's', '0.45 ms'],
    [7 * 86_400, 's', '7 days'],
    [1536, 'bytes', '1.5 KiB'],
    [1.23456, 'reqps', '1.23 req/s'],
    [12, 'none', '12'],
    [Number.NaN, 'none', 'no data'],
  ] as const)('%d in %s is "%s"', (value, unit, text) => {
    expect(unitText(value, unit)).toBe(text);
  });
});

describe('the name of a series', () => {
  it('has the values of the labels that the legend names', () => {
    expect(seriesName('{{name}} p99', { name: 'pods.sidecar.io' })).toBe('pods.sidecar.io p99');
    expect(seriesName('{{ name }} {{gone}}', { name: 'a' })).toBe('a');
  });
});

describe('a picture', () => {
  it('is the same for the same figures, with what XML does not take written otherwise', () => {
    const [panel] = panels as [Panel];
    const measured = [
      { panel: { ...panel, title: 'a < b & "c"' }, series: [{ name: '', points: [[0, 2]] as const }] },
    ];
    const picture = dashboardPicture(measured, 120);
    expect(picture).toBe(dashboardPicture(measured, 120));
    expect(picture).toContain('>a &lt; b &amp; &quot;c&quot;</text>');
  });
});
