/** docs/pictures/playground-light.webp and -dark.webp: the page with its first example; and what they show, as text. */
import { writeFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { openPlayground } from './open-playground.ts';
import { shownText, shownTextFile } from './shown-text.ts';

export async function takePictures(): Promise<void> {
  const playground = await openPlayground();
  try {
    for (const scheme of ['light', 'dark'] as const) {
      const page = await playground.open(scheme);
      write(`docs/pictures/playground-${scheme}.webp`, await pictureOf(page));
      if (scheme === 'light')
        write(shownTextFile, `${JSON.stringify(await shownText(page), undefined, 2)}\n`);
      await page.close();
    }
  } finally {
    await playground.close();
  }
}

/** A third of the size of a PNG, and no difference that an eye sees. */
async function pictureOf(page: Page): Promise<Buffer> {
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 90 });
  return Buffer.from(data, 'base64');
}

function write(path: string, content: string | Buffer): void {
  writeFileSync(new URL(`../../../${path}`, import.meta.url), content);
}
