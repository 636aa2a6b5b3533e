import { expect, it } from 'vitest';
import { injected } from './command-line.ts';
import { textOf, underlined } from './editor-text.ts';
import { describeInBrowser } from './in-browser.ts';

const wrong = `apiVersion: v1
kind: Pod
metadata:
  name: web
  annotations:
    sidecar.io/git-sync: https://github.com/org/site.git
    sidecar.io/git-sync.period: 30 seconds
spec:
  containers: [{name: web, image: "nginx:1.29"}]
`;

const namespaced = `apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {sidecar.io/inject: enabled}
  annotations:
    sidecar.io/statsd-exporter: "true"
---
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
  annotations:
    sidecar.io/git-sync: https://github.com/org/site.git
spec:
  containers: [{name: web, image: "nginx:1.29"}]
`;

describeInBrowser('what is wrong with a manifest', ({ open }) => {
  it('is marked at its annotation and told with its code, until it is mended', async () => {
    const playground = await open();
    await playground.paste(playground.manifest, wrong);
    await expect.poll(() => playground.summary.textContent()).toContain('0 injected, 1 refused');
    const marked = await underlined(playground.manifest, 'error');
    expect(marked.join('')).toBe('sidecar.io/git-sync.period: 30 seconds');
    const card = playground.card('pod/web');
    expect(await card.textContent()).toContain('got "30 seconds"; use a value without spaces');
    expect(await card.getByText('invalid-value', { exact: true }).count()).toBe(1);
    // Nothing comes out of it but what went in.
    expect(await textOf(playground.result)).toBe(wrong);

    await card.getByRole('button', { name: 'line 7' }).click();
    await playground.page.keyboard.type('sidecar.io/git-sync.period: 30s');
    const right = wrong.replace('30 seconds', '30s');
    await expect.poll(() => textOf(playground.manifest)).toBe(right);
    await expect.poll(() => textOf(playground.result)).toBe(injected(right));
    expect(await underlined(playground.manifest, 'error')).toEqual([]);
    expect(await playground.summary.textContent()).toContain('1 injected, 0 refused');
  });

  it('is told at its line where the text is no YAML', async () => {
    const playground = await open();
    await playground.paste(playground.manifest, `${wrong}  broken: [1, 2\n`);
    await expect.poll(() => playground.summary.textContent()).toContain('This text cannot be used');
    expect((await underlined(playground.manifest, 'error')).length).toBeGreaterThan(0);
    expect(await playground.page.getByRole('button', { name: /^line \d+$/ }).count()).toBeGreaterThan(0);
  });

  it('is shown for each of the usual mistakes', async () => {
    const playground = await open();
    await playground.page.getByLabel('Example').selectOption({ label: 'What is refused most often' });
    await expect.poll(() => playground.summary.textContent()).toContain('0 injected, 7 refused');
    expect(await playground.page.getByRole('article').count()).toBe(7);
  });
});

describeInBrowser('a Namespace among the documents', ({ open }) => {
  it('counts for the pods in it, and each value says where it comes from', async () => {
    const playground = await open();
    await playground.paste(playground.manifest, namespaced);
    await expect.poll(() => textOf(playground.result)).toBe(injected(namespaced));
    expect(await textOf(playground.result)).toContain('name: statsd-exporter');
    const rows = playground.card('pod/cart').getByRole('table').getByRole('row');
    const cells = await Promise.all(
      (await rows.all()).slice(1).map(row => row.getByRole('cell').allTextContents()),
    );
    expect(cells).toEqual([
      ['sidecar.io/git-sync', 'https://github.com/org/site.git', 'the pod'],
      ['sidecar.io/statsd-exporter', 'true', 'namespace shop'],
    ]);
  });

  it('leads to where an annotation stands', async () => {
    const playground = await open();
    await playground.paste(playground.manifest, namespaced);
    await expect.poll(() => textOf(playground.result)).toBe(injected(namespaced));
    await playground.card('pod/cart').getByRole('button', { name: 'sidecar.io/statsd-exporter' }).click();
    await playground.page.keyboard.press('Control+C');
    const copied = await playground.page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toBe('sidecar.io/statsd-exporter: "true"');
  });
});
