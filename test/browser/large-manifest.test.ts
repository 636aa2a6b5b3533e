import { expect, it } from 'vitest';
import { injected } from './command-line.ts';
import { textOf } from './editor-text.ts';
import { describeInBrowser } from './in-browser.ts';
import type { Playground } from './playground.ts';

describeInBrowser('a large manifest', ({ open }) => {
  it('takes as much longer as it is longer', async () => {
    const playground = await open();
    const times: number[] = [];
    for (const count of [15, 60]) {
      const text = documents(count);
      const result = `${count} injected, 0 refused`;
      // The best of some, for a machine may be busy with something else.
      const runs = [
        await timeFor(playground, text, result),
        await timeFor(playground, text, result),
        await timeFor(playground, text, result),
      ];
      times.push(Math.min(...runs));
      expect(await playground.summary.textContent()).toContain(result);
      expect(await textOf(playground.result)).toBe(injected(text));
    }
    const [few = 1, many = 1] = times;
    console.log(`from input to result: ${few.toFixed(0)} ms for 15 documents, ${many.toFixed(0)} ms for 60`);
    // Four times the documents; a square would take sixteen times as long.
    expect(many / few).toBeLessThan(8);
  });
});

/** The milliseconds from the input to the frame that shows the result, with the pause for somebody who types. */
async function timeFor(playground: Playground, text: string, result: string): Promise<number> {
  await playground.paste(playground.manifest, 'kind: Nothing\n');
  await expect.poll(() => playground.summary.textContent()).toContain('0 injected');
  await playground.manifest.focus();
  await playground.page.keyboard.press('Control+A');
  await playground.page.evaluate(copied => navigator.clipboard.writeText(copied), text);
  // In an object, for a promise by itself would be waited for before the paste that ends it.
  const shown = await playground.page.evaluateHandle(
    expected => ({
      time: new Promise<number>(resolve => {
        let start = 0;
        addEventListener('paste', () => (start = performance.now()), { capture: true, once: true });
        const summary = document.querySelector('#summary');
        const observer = new MutationObserver(() => {
          // The summary is written anew for other reasons as well, before the paste too.
          if (start === 0 || !summary?.textContent?.includes(expected)) return;
          observer.disconnect();
          requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
        });
        if (summary !== null) observer.observe(summary, { childList: true });
      }),
    }),
    result,
  );
  await playground.page.keyboard.press('Control+V');
  return shown.evaluate(({ time }) => time);
}

function documents(count: number): string {
  const one = (index: number) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-${index}
  annotations:
    sidecar.io/git-sync: https://github.com/org/site-${index}.git
    sidecar.io/git-sync.mount: /site
spec:
  selector:
    matchLabels: {app: web-${index}}
  template:
    metadata:
      labels: {app: web-${index}}
    spec:
      containers:
        - name: nginx
          image: nginx:1.29
`;
  return Array.from({ length: count }, (_, index) => one(index)).join('---\n');
}
