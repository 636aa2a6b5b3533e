import { deflateRawSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { injected } from './command-line.ts';
import { textOf } from './editor-text.ts';
import { describeInBrowser } from './in-browser.ts';
import type { Playground } from './playground.ts';

const pod = `# Ünïcode, and <b>markup</b>
apiVersion: v1
kind: Pod
metadata: {name: shared, annotations: {sidecar.io/statsd-exporter: "true"}}
spec: {containers: [{name: app, image: nginx}]}
`;

describeInBrowser('a link', ({ open }) => {
  it('opens the same in another browser', async () => {
    const playground = await open();
    await playground.paste(playground.manifest, pod);
    await expect.poll(() => textOf(playground.result)).toBe(injected(pod));
    await playground.openTab('Definitions');
    const choice = playground.page.getByLabel('File', { exact: true });
    await choice.selectOption({ index: 2 });
    const name = await choice.inputValue();
    const definition = (await textOf(playground.definition)).replace(/description: .*/, 'description: Ours.');
    await playground.paste(playground.definition, definition);
    await expect.poll(() => editedNames(playground)).toEqual([`${name} (edited here)`]);
    await playground.page.getByRole('button', { name: 'Copy link' }).click();
    const link = playground.page.getByLabel('Link to what is on this page');
    await expect.poll(() => link.inputValue()).toMatch(/#v1=[\w-]+$/);
    const address = await link.inputValue();
    expect(await playground.page.evaluate(() => navigator.clipboard.readText())).toBe(address);

    const other = await open({ fragment: new URL(address).hash });
    expect(await textOf(other.manifest)).toBe(pod);
    await playground.openTab('Manifest');
    expect(await textOf(other.result)).toBe(await textOf(playground.result));
    await other.openTab('Definitions');
    expect(await editedNames(other)).toEqual([`${name} (edited here)`]);
    await other.page.getByLabel('File', { exact: true }).selectOption(name);
    expect(await textOf(other.definition)).toBe(definition);
  });

  it('says so where the texts are too long for one', async () => {
    const playground = await open();
    // What no compression makes shorter.
    const noise = Array.from({ length: 40_000 }, (_, index) => ((index * 2_654_435_761) >>> 0).toString(36));
    await playground.paste(playground.manifest, `# ${noise.join('')}\n`);
    await playground.page.getByRole('button', { name: 'Copy link' }).click();
    await expect
      .poll(() => playground.page.locator('#shared').textContent())
      .toContain('Too long for a link');
    expect(new URL(playground.page.url()).hash).toBe('');
  });

  it.each([
    ['is no base64', '#v1=%%%'],
    ['is not compressed', `#v1=${Buffer.from('hello').toString('base64url')}`],
    ['is cut', linkTo({ manifest: pod, definitions: [] }).slice(0, -20)],
    ['is no JSON', `#v1=${deflateRawSync('{').toString('base64url')}`],
    ['holds something else', linkTo({ manifest: 1, definitions: {} })],
    ['holds a wrong definition', linkTo({ manifest: pod, definitions: [{ name: 1 }] })],
    ['unfolds to 64 MiB', `#v1=${deflateRawSync(Buffer.alloc(2 ** 26)).toString('base64url')}`],
    ['is longer than any that the page makes', `#v1=${'A'.repeat(300_000)}`],
  ])('that %s harms nothing, and says so', async (_, fragment) => {
    const playground = await open({ fragment });
    await expect.poll(() => textOf(playground.manifest)).toContain('# A site with nginx');
    expect(await playground.summary.textContent()).toContain('1 injected');
    expect(await playground.page.locator('#shared').textContent()).toMatch(/link/);
  });

  it('with HTML in it shows it as text', async () => {
    const html = '"><img src=x onerror="globalThis.broken=1"><script>globalThis.broken=1</script>';
    const manifest = `apiVersion: v1\nkind: Pod\nmetadata: {name: ${JSON.stringify(html)}, annotations: {sidecar.io/git-sync.period: ${JSON.stringify(html)}}}\nspec: {containers: []}\n`;
    const definitions = [{ name: html, text: html }];
    const playground = await open({ fragment: linkTo({ manifest, definitions }) });
    expect(await textOf(playground.manifest)).toBe(manifest);
    await playground.openTab('Definitions');
    expect(await editedNames(playground)).toEqual([`${html} (edited here)`]);
    const found = await playground.page.evaluate(() => [
      'broken' in globalThis,
      document.querySelectorAll('img').length,
      document.scripts.length,
    ]);
    expect(found).toEqual([false, 0, 3]);
  });
});

function linkTo(texts: unknown): string {
  return `#v1=${deflateRawSync(JSON.stringify(texts)).toString('base64url')}`;
}

async function editedNames({ page }: Playground): Promise<readonly string[]> {
  const names = await page.getByLabel('File', { exact: true }).locator('option').allTextContents();
  return names.filter(name => name.endsWith('(edited here)'));
}
