import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import {
  lasting,
  type ShownText,
  shownText,
  shownTextFile,
} from '../../scripts/pictures/playground/shown-text.ts';
import { textOf } from './editor-text.ts';
import { describeInBrowser } from './in-browser.ts';

const shown: ShownText = JSON.parse(readFileSync(new URL(`../../${shownTextFile}`, import.meta.url), 'utf8'));

const advice = 'the picture shows another page: run "npm run pictures -- playground"';

describeInBrowser('the pictures of the page in the README', ({ open }) => {
  it('show what the page shows today', async () => {
    const { page, manifest, result } = await open({ context: { viewport: { width: 1280, height: 800 } } });
    expect((await shownText(page)).page, advice).toEqual(shown.page);
    // Which lines are in view depends on the fonts of the machine; those in the picture must be among all of them.
    for (const [name, editor] of Object.entries({ manifest, result })) {
      const lines = lasting(await textOf(editor)).split('\n');
      const seen = shown[name as 'manifest' | 'result'];
      expect(
        seen.filter(line => !lines.includes(line)),
        advice,
      ).toEqual([]);
    }
  });
});
