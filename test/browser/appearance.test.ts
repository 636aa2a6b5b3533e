import { mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import { afterAll, expect, it } from 'vitest';
import { describeInBrowser } from './in-browser.ts';
import type { Playground } from './playground.ts';

const sizes = [
  { width: 360, height: 740 },
  { width: 1280, height: 900 },
  { width: 2560, height: 1440 },
];

const looks = sizes.flatMap(viewport =>
  (['light', 'dark'] as const).map(colorScheme => ({
    ...{ viewport, colorScheme },
    name: `${viewport.width}x${viewport.height}-${colorScheme}`,
  })),
);

const pictures = fileURLToPath(new URL('screenshots', import.meta.url));

describeInBrowser('the look of the page', ({ open }) => {
  mkdirSync(pictures, { recursive: true });
  afterAll(() => console.log(`pictures of the page are in ${relative(process.cwd(), pictures)}`));

  it.each(looks)('is well at $name', async ({ viewport, colorScheme, name }) => {
    const playground = await open({ context: { viewport, colorScheme } });
    for (const [index, tab] of (['Manifest', 'Definitions'] as const).entries()) {
      await playground.openTab(tab);
      const path = join(pictures, `${name}-${tab.toLowerCase()}.png`);
      await playground.page.screenshot({ path, fullPage: true });
      expect.soft(await sidewaysOverflow(playground), `${tab} scrolls sideways by`).toBe(0);
      expect.soft(await violations(playground), `${tab}, see ${path}`).toEqual([]);
      if (index === 0) await openAll(playground);
    }
  });

  it('has no fault that a program can find where much is refused', async () => {
    const playground = await open({ context: { colorScheme: 'dark' } });
    await playground.page.getByLabel('Example').selectOption({ label: 'What is refused most often' });
    await expect.poll(() => playground.summary.textContent()).toContain('7 refused');
    expect(await violations(playground)).toEqual([]);
  });
});

/** Opens what is folded, and looks at it as well. */
async function openAll(playground: Playground): Promise<void> {
  for (const summary of await playground.page.locator('summary:visible').all()) await summary.click();
  expect.soft(await sidewaysOverflow(playground)).toBe(0);
  expect.soft(await violations(playground)).toEqual([]);
}

async function sidewaysOverflow({ page }: Playground): Promise<number> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  });
}

/** What axe-core finds: each rule with the first elements that break it. */
async function violations({ page }: Playground): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const { violations: found } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run(document),
  );
  return found.flatMap(({ id, help, nodes }) =>
    nodes.slice(0, 5).map(({ target, failureSummary }) => `${id}: ${help}: ${target} ${failureSummary}`),
  );
}
