import { readFileSync } from 'node:fs';
import type { Locator } from 'playwright-core';
import { expect, it } from 'vitest';
import {
  type ShownText,
  shownLine,
  shownText,
  shownTextFile,
} from '../../scripts/pictures/playground/shown-text.ts';
import { markedLines, textOf } from './editor-text.ts';
import { describeInBrowser } from './in-browser.ts';

const shown: ShownText = JSON.parse(readFileSync(new URL(`../../${shownTextFile}`, import.meta.url), 'utf8'));

const advice = 'the picture shows another page: run "npm run pictures -- playground"';

describeInBrowser('the pictures of the page in the README', ({ open }) => {
  it('show what the page shows today', async () => {
    const { page, manifest, result } = await open({ context: { viewport: { width: 1280, height: 800 } } });
    expect((await shownText(page)).page, advice).toEqual(shown.page);
    // Which lines are in view depends on the fonts of the machine; those in the picture must stand in the text as one piece.
    expect(await linesOf(manifest), advice).toContain(piece(shown.manifest));
    expect(await linesOf(result), advice).toContain(piece(shown.result));
  });
});

/** All lines of an editor, with their marks. */
async function linesOf(editor: Locator): Promise<string> {
  const lines = (await textOf(editor)).split('\n');
  const marked = new Set(await markedLines(editor));
  return piece(lines.map((line, index) => shownLine(line, marked.has(index + 1))));
}

/** Lines with the ends of the lines around them, so that a whole line is not found in another one. */
function piece(lines: readonly string[]): string {
  return `\n${lines.join('\n')}\n`;
}
