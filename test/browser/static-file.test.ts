import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { describeInBrowser } from './in-browser.ts';

describeInBrowser('the page as a file', ({ open, setup }) => {
  it('is all there without a network, and asks for nothing but itself', async () => {
    const playground = await open();
    await playground.openTab('Definitions');
    await expect.poll(() => playground.definition.textContent()).toContain('kind: Sidecar');
    await playground.openTab('Manifest');
    for (const index of [1, 2, 3]) await playground.page.getByLabel('Example').selectOption({ index });
    expect(playground.requests).toEqual([pathToFileURL(setup.page).href]);
  });

  it('has a policy that lets nothing in and nothing out', async () => {
    const [, policy = ''] =
      /<meta http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(readFileSync(setup.page, 'utf8')) ??
      [];
    const directives = policy.split('; ');
    expect(directives).toEqual(
      expect.arrayContaining([
        ...["default-src 'none'", "connect-src 'none'", "base-uri 'none'", "form-action 'none'"],
        ...["require-trusted-types-for 'script'", "trusted-types 'none'"],
      ]),
    );
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(directives.filter(directive => /^(script|style)-src/.test(directive))).toEqual([
      expect.stringMatching(/^script-src 'sha256-[\w+/]+=*'$/),
      expect.stringMatching(/^style-src 'sha256-[\w+/]+=*'$/),
    ]);
  });

  it('would send nothing away if a script got into it', async () => {
    const server = createServer((_, response) => response.end()).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    let asked = 0;
    server.on('connection', () => asked++);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const playground = await open({ isOffline: false });
    const outcomes = await playground.page.evaluate(async away => {
      const fetched = await fetch(away, { method: 'POST', body: 'a manifest' }).catch(() => 'refused');
      const isPictureThere = await new Promise(resolve => {
        const image = new Image();
        image.onerror = () => resolve(false);
        image.onload = () => resolve(true);
        image.src = `${away}?a-manifest`;
      });
      let written = 'refused';
      try {
        document.body.insertAdjacentHTML('beforeend', '<b>written</b>');
        written = 'written';
      } catch {
        // As it should be.
      }
      return { fetched, isPictureThere, written };
    }, `http://127.0.0.1:${port}/`);
    expect(outcomes).toEqual({ fetched: 'refused', isPictureThere: false, written: 'refused' });
    expect(asked).toBe(0);
    // The page tells them one after the other.
    const faults: string[] = [];
    const violations = () => {
      faults.push(...playground.takeFaults());
      return faults.filter(fault => fault.startsWith('policy:'));
    };
    await expect
      .poll(violations)
      .toEqual([
        expect.stringContaining(`connect-src http://127.0.0.1:${port}/`),
        expect.stringContaining(`img-src http://127.0.0.1:${port}/`),
        expect.stringContaining('require-trusted-types-for'),
      ]);
  });

  it('keeps nothing in the browser', async () => {
    const playground = await open();
    await playground.paste(playground.manifest, 'apiVersion: v1\nkind: Pod\nmetadata: {name: secret}\n');
    await expect.poll(() => playground.summary.textContent()).toContain('1 to look at');
    const kept = await playground.page.evaluate(() => [
      document.cookie,
      localStorage.length,
      sessionStorage.length,
    ]);
    expect(kept).toEqual(['', 0, 0]);
  });

  it.each([
    { width: 360, height: 740 },
    { width: 1280, height: 900 },
  ])('does not move by itself at $width', async viewport => {
    const playground = await open({ context: { viewport } });
    await playground.page.getByLabel('Example').selectOption({ label: 'Two repositories in one pod' });
    await expect.poll(() => playground.summary.textContent()).toContain('1 injected');
    const shift = await playground.page.evaluate(async () => {
      const entries: LayoutShift[] = [];
      const observer = new PerformanceObserver(list => {
        entries.push(...(list.getEntries() as unknown as readonly LayoutShift[]));
      });
      observer.observe({ type: 'layout-shift', buffered: true });
      // Two frames are drawn, and told of, by then.
      await new Promise(resolve => setTimeout(resolve, 500));
      // Lines of another text in an editor are no layout.
      const isLayout = ({ sources }: LayoutShift) =>
        sources.some(({ node }) => node !== null && node.getRootNode() === document);
      return entries.filter(isLayout).reduce((sum, { value }) => sum + value, 0);
    });
    expect(shift).toBeLessThan(0.01);
  });
});

/** https://developer.mozilla.org/docs/Web/API/LayoutShift */
interface LayoutShift {
  readonly value: number;
  readonly sources: readonly { readonly node: Node | null }[];
}
