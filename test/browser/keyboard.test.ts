import { expect, it } from 'vitest';
import { textOf } from './editor-text.ts';
import { describeInBrowser } from './in-browser.ts';
import type { Playground } from './playground.ts';

describeInBrowser('the keyboard alone', ({ open }) => {
  it.each(['Manifest', 'Definitions'] as const)(
    'reaches all of the tab %s in order, and leaves it',
    async tab => {
      const playground = await open();
      await playground.openTab(tab);
      const all = await reachable(playground);
      // From the tab on that was clicked to the last, where the browser's own buttons follow.
      const start = all.indexOf(`${tab.toLowerCase()}-tab`);
      expect(start).toBeGreaterThan(0);
      const forth: string[] = [];
      for (const _ of all.slice(start + 1)) {
        await playground.page.keyboard.press('Tab');
        forth.push(await focused(playground));
      }
      expect(forth).toEqual(all.slice(start + 1));
      const back: string[] = [];
      for (const _ of all.slice(1)) {
        await playground.page.keyboard.press('Shift+Tab');
        back.push(await focused(playground));
      }
      expect(back).toEqual(all.slice(0, -1).toReversed());
    },
  );

  it('goes from tab to tab by the arrow keys', async () => {
    const playground = await open();
    const { page } = playground;
    await page.getByRole('tab', { name: 'Manifest' }).focus();
    await page.keyboard.press('ArrowRight');
    expect(await focused(playground)).toBe('definitions-tab');
    expect(await page.getByRole('tabpanel', { name: 'Definitions' }).isVisible()).toBe(true);
    expect(await page.getByRole('tabpanel', { name: 'Manifest' }).isVisible()).toBe(false);
    await page.keyboard.press('ArrowRight');
    expect(await focused(playground)).toBe('manifest-tab');
    expect(await page.getByRole('tab', { name: 'Manifest' }).getAttribute('aria-selected')).toBe('true');
  });

  it('asks for a sidecar from beginning to end', async () => {
    const playground = await open();
    const { page } = playground;
    await playground.manifest.focus();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(
      'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: app, image: nginx}]}\n',
    );
    await tabTo(playground, 'field-sidecar-io-git-sync');
    await page.keyboard.type('https://github.com/org/site.git');
    await expect.poll(() => textOf(playground.result)).toContain('registry.k8s.io/git-sync/');
    expect(await focused(playground)).toBe('field-sidecar-io-git-sync');
  });

  it('shows where it is', async () => {
    const playground = await open();
    for (const _ of await reachable(playground)) {
      await playground.page.keyboard.press('Tab');
      // An editor draws it a moment later.
      await expect.poll(() => isFocusShown(playground), { message: await focused(playground) }).toBe(true);
    }
  });
});

async function tabTo(playground: Playground, name: string): Promise<void> {
  for (let count = 0; count < 200 && (await focused(playground)) !== name; count++)
    await playground.page.keyboard.press('Tab');
  expect(await focused(playground)).toBe(name);
}

/** What has the focus, by its id, its label or its text. */
function focused({ page }: Playground): Promise<string> {
  return page.evaluate(() => {
    const outer = document.activeElement;
    const element = outer?.shadowRoot?.activeElement ?? outer;
    if (element === null || element === document.body) return 'nothing';
    return element.id || element.getAttribute('aria-label') || element.textContent;
  });
}

/** All that a key should reach, in the order in which it stands on the page, named in the same way. */
function reachable({ page }: Playground): Promise<readonly string[]> {
  return page.evaluate(() => {
    const selector = 'a[href], button, input, select, summary, [tabindex], [contenteditable=true]';
    const inOrder = (root: ParentNode): readonly HTMLElement[] =>
      [...root.querySelectorAll<HTMLElement>('*')].flatMap(element =>
        element.shadowRoot !== null
          ? inOrder(element.shadowRoot)
          : element.matches(selector)
            ? [element]
            : [],
      );
    return inOrder(document)
      .filter(element => element.tabIndex >= 0 && !element.matches(':disabled') && element.checkVisibility())
      .map(element => element.id || element.getAttribute('aria-label') || element.textContent);
  });
}

function isFocusShown({ page }: Playground): Promise<boolean> {
  return page.evaluate(() => {
    const outer = document.activeElement;
    const element = outer?.shadowRoot?.activeElement ?? outer;
    if (element === null || element === document.body) return true;
    // An editor draws it around all of itself.
    const drawn = element.closest('.cm-editor') ?? element;
    const { outlineStyle, outlineWidth } = getComputedStyle(drawn);
    return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 1;
  });
}
