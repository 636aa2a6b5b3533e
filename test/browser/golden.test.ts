/** Every case of `test/golden/`, in YAML and in JSON, comes out on the page as from the command line. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { pageWithState, stateJson } from '../../src/playground/page-with-state.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { goldenGroups, judged } from './golden-groups.ts';
import { describeInBrowser } from './in-browser.ts';
import { pasteEach } from './paste-each.ts';

/** So that no test takes much longer than the others. */
const mostAtOnce = 45;

const groups = goldenGroups()
  .flatMap(({ cases, ...others }) => {
    const starts = Array.from({ length: Math.ceil(cases.length / mostAtOnce) }, (_, at) => at * mostAtOnce);
    return starts.map(start => ({ ...others, cases: cases.slice(start, start + mostAtOnce) }));
  })
  .map(group => ({ ...group, title: `${group.cases[0]?.name} and ${group.cases.length - 1} more` }));

describeInBrowser('the golden cases', ({ open, setup }) => {
  it.each(groups)('of $title', async group => {
    const directory = temporaryDirectory();
    const { state, after } = await judged(group, directory);
    const page = join(directory, 'playground.html');
    writeFileSync(page, pageWithState(readFileSync(setup.page, 'utf8'), stateJson(state), 'none'));
    const playground = await open({ url: pathToFileURL(page).href, isOffline: true });
    const shown = await pasteEach(
      playground,
      group.cases.flatMap(({ texts }) => texts),
    );
    const expected = after.flat();
    for (const [index, { name }] of group.cases.entries()) {
      const [yaml, json] = [shown[2 * index], shown[2 * index + 1]];
      expect.soft(yaml, name).toBe(expected[2 * index]);
      expect.soft(json, `${name} in JSON`).toBe(expected[2 * index + 1]);
    }
  });

  it('are all there', () => {
    expect(groups.flatMap(({ cases }) => cases).length).toBeGreaterThanOrEqual(90);
  });
});
