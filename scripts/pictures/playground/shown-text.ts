import type { Locator, Page } from 'playwright-core';

/** What a picture of the playground shows, as text. */
export interface ShownText {
  /** What stands around the editors, as a screen reader is told it. */
  readonly page: readonly string[];
  /** The lines of the two editors that are in view, see {@link shownLine}; how many depends on the fonts of the machine. */
  readonly manifest: readonly string[];
  readonly result: readonly string[];
}

/** Where it stands, for tests to compare the page with. */
export const shownTextFile = 'docs/pictures/playground.json';

/** Reads it from the page. */
export async function shownText(page: Page): Promise<ShownText> {
  const snapshots: string[] = [];
  for (const place of ['header.top', 'section > h2', 'section:has(#decisions)', '#form .choices'])
    for (const part of await page.locator(place).all())
      if (await part.isVisible()) snapshots.push(await part.ariaSnapshot());
  return {
    page: snapshots.flatMap(snapshot => lasting(snapshot).split('\n')),
    manifest: await linesInView(page.locator('#manifest-editor')),
    result: await linesInView(page.locator('#result-editor')),
  };
}

/** A text without what nobody looks for in a picture: digests change with every definition, the version with every release. */
export function lasting(text: string): string {
  return text.replaceAll(/\b[0-9a-f]{16}\b/g, '…').replaceAll(/\bversion \d+\.\d+\.\d+\S*/g, 'version …');
}

/** A line of an editor as a diff shows it: behind `+ ` where it is marked as added. */
export function shownLine(text: string, isMarked: boolean): string {
  return `${isMarked ? '+' : ' '} ${lasting(text)}`;
}

async function linesInView(editor: Locator): Promise<readonly string[]> {
  const frame = await editor.boundingBox();
  const lines: string[] = [];
  for (const line of await editor.locator('.cm-line').all()) {
    const place = await line.boundingBox();
    const isInView = frame && place && place.y >= frame.y && place.y + place.height <= frame.y + frame.height;
    if (!isInView) continue;
    const classes = (await line.getAttribute('class'))?.split(' ') ?? [];
    const isMarked = addedLineClasses.some(name => classes.includes(name));
    lines.push(shownLine((await line.textContent()) ?? '', isMarked));
  }
  return lines;
}

/** What @codemirror/merge gives lines that have changed or are new. */
const addedLineClasses = ['cm-changedLine', 'cm-insertedLine'];
