import { readFileSync } from 'node:fs';
import { diffLines } from 'diff';
import { expect, it } from 'vitest';
import { injected, runCommandLine } from './command-line.ts';
import { markedLines, textOf } from './editor-text.ts';
import { describeInBrowser } from './in-browser.ts';

const site = readFileSync(new URL('../../docs/examples/playground/01-site.yaml', import.meta.url), 'utf8');

const pod = `# Written by hand.
apiVersion: v1
kind: Pod
metadata:
    name:   "docs"   # with spaces
    annotations: {sidecar.io/git-sync: 'https://github.com/org/docs.git'}
spec:
    containers:
    - {name: docs, image: caddy:2.10}
`;

describeInBrowser('a manifest on the page', ({ open }) => {
  it('comes out as from the command line when it is pasted', async () => {
    const playground = await open();
    await playground.paste(playground.manifest, pod);
    await expect.poll(() => textOf(playground.result)).toBe(injected(pod));
    expect(await playground.copy(playground.result)).toBe(injected(pod));
    expect(await playground.summary.textContent()).toContain('1 injected, 0 refused');
  });

  it('comes out as from the command line when it is typed', async () => {
    const playground = await open();
    await playground.manifest.focus();
    await playground.page.keyboard.press('Control+A');
    // As one line, for an editor indents what is typed behind an Enter.
    const typed = JSON.stringify({
      ...{ apiVersion: 'v1', kind: 'Pod' },
      metadata: { name: 'a', annotations: { 'sidecar.io/statsd-exporter': 'true' } },
      spec: { containers: [{ name: 'app', image: 'nginx' }] },
    });
    await playground.page.keyboard.type(typed);
    await expect.poll(() => textOf(playground.result)).toBe(injected(typed));
  });

  it('shows exactly what is added', async () => {
    const playground = await open();
    await playground.paste(playground.manifest, site);
    const after = injected(site);
    await expect.poll(() => textOf(playground.result)).toBe(after);
    const marked = await markedLines(playground.result);
    const lines = after.split('\n');
    expect(lines.filter((_, index) => !marked.includes(index + 1)).join('\n')).toBe(site);
    expect(marked.map(number => lines[number - 1])).toEqual(addedLines(site, after));
    expect(marked.map(number => lines[number - 1])).not.toContain('        - name: nginx');
  });

  it('has the JSON Patch of the command line', async () => {
    const playground = await open();
    await playground.paste(playground.manifest, site);
    const card = playground.card('deployment/web');
    await card.getByText('JSON Patch', { exact: true }).click();
    const shown = await card.getByRole('region', { name: 'JSON Patch' }).textContent();
    const { stdout } = runCommandLine(['inject', '-f', '-', '--output', 'patch'], site);
    const [object] = JSON.parse(stdout).objects;
    expect(object.operations.length).toBeGreaterThan(0);
    expect(JSON.parse(shown ?? '')).toEqual(object.operations);
  });
});

function addedLines(before: string, after: string): readonly string[] {
  return diffLines(before, after)
    .filter(({ added }) => added)
    .flatMap(({ value }) => value.replace(/\n$/, '').split('\n'));
}
