import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { gitSyncFile } from '../injection-fixture.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { runCommandLine } from './command-line.ts';
import { textOf, underlined } from './editor-text.ts';
import { describeInBrowser } from './in-browser.ts';
import type { Playground } from './playground.ts';

const original = gitSyncFile.text ?? '';
const other = original.replace(/image: registry\.k8s\.io\S*/, 'image: registry.example.com/git-sync:9.9');

describeInBrowser('a definition on the page', ({ open }) => {
  it('counts at once when it is edited, and no more when that is discarded', async () => {
    const playground = await open();
    const before = await textOf(playground.result);
    await edit(playground, other);
    const discard = playground.page.getByRole('button', { name: 'Discard changes' });
    await expect.poll(() => discard.isEnabled()).toBe(true);
    await playground.openTab('Manifest');
    const after = await textOf(playground.result);
    expect(after).toContain('registry.example.com/git-sync:9.9');
    expect(after).toBe(injectedWith(other, await textOf(playground.manifest)));
    await playground.openTab('Definitions');
    await discard.click();
    await expect.poll(() => textOf(playground.definition)).toBe(original);
    await playground.openTab('Manifest');
    expect(await textOf(playground.result)).toBe(before);
  });

  it.each([
    ['an unknown field', original.replace('  description:', '  descriptoin: x\n  description:')],
    ['a value of the wrong type', original.replace(/depth: \{type: integer/, 'depth: {type: intger')],
    ['broken YAML', original.replace('metadata: {name: git-sync}', 'metadata: {name: git-sync')],
    [
      'something unwise',
      original.replace('allowPrivilegeEscalation: false', 'allowPrivilegeEscalation: true'),
    ],
  ])('with %s says what validate says, at its line', async (_, text) => {
    expect(text).not.toBe(original);
    const playground = await open();
    await edit(playground, text);
    const { errors, findings, accepted } = validated(text);
    expect(errors.length + findings.length).toBeGreaterThan(0);
    const summary = `${errors.length} errors, ${findings.length} findings, ${accepted.length} accepted`;
    await expect.poll(() => playground.page.locator('#definition-summary').textContent()).toBe(summary);
    const told = await playground.page.locator('#definition-findings li').allTextContents();
    const expected = [...errors, ...findings, ...accepted];
    expect(told).toHaveLength(expected.length);
    for (const [index, { line, path, message }] of expected.entries()) {
      expect(told[index]).toContain(`line ${line}`);
      expect(told[index]).toContain(`${path === '' ? '' : `${path}: `}${message}`);
    }
    await playground.page.locator('#definition-findings').getByRole('button').first().click();
    const severity = errors.length > 0 ? 'error' : 'warning';
    await expect
      .poll(async () => (await underlined(playground.definition, severity)).length)
      .toBeGreaterThan(0);
  });

  it('is not undone into another one', async () => {
    const playground = await open();
    await playground.openTab('Definitions');
    const file = playground.page.getByLabel('File', { exact: true });
    await file.selectOption('log-collector.yaml');
    const text = await textOf(playground.definition);
    await playground.definition.focus();
    await playground.page.keyboard.press('Control+Z');
    expect(await textOf(playground.definition)).toBe(text);
    expect(await file.locator('option:checked').textContent()).toBe('log-collector.yaml');
  });

  it('keeps what was typed the moment before another one is chosen', async () => {
    const playground = await open();
    await playground.openTab('Definitions');
    const file = playground.page.getByLabel('File', { exact: true });
    await playground.definition.focus();
    await playground.page.keyboard.press('Control+Home');
    await playground.page.keyboard.insertText('# mine\n');
    await file.selectOption('log-collector.yaml');
    await expect
      .poll(() => file.locator('option').allTextContents())
      .toContain('git-sync.yaml (edited here)');
    await file.selectOption('git-sync.yaml');
    expect(await textOf(playground.definition)).toBe(`# mine\n${original}`);
  });

  it('can be a new one, which the form offers', async () => {
    const playground = await open();
    await playground.openTab('Definitions');
    await playground.page.getByRole('button', { name: 'New', exact: true }).click();
    expect(await playground.page.locator('#definition-summary').textContent()).toMatch(
      /^0 errors, 0 findings/,
    );
    await playground.openTab('Manifest');
    await playground.page.getByLabel('Sidecar', { exact: true }).selectOption('my-sidecar');
    await playground.page.getByLabel('greeting string').fill('hello');
    await expect.poll(() => textOf(playground.result)).toContain('registry.example.com/hello:1.0');
  });
});

async function edit(playground: Playground, text: string): Promise<void> {
  await playground.openTab('Definitions');
  await playground.page.getByLabel('File', { exact: true }).selectOption('git-sync.yaml');
  await playground.paste(playground.definition, text);
}

interface Remark {
  readonly line: number;
  readonly path: string;
  readonly message: string;
}

/** What the command line says of the same text. */
function validated(text: string) {
  const { stdout } = runCommandLine(['validate', fileWith(text), '--output', 'json']);
  return JSON.parse(stdout) as Record<'errors' | 'findings' | 'accepted', readonly Remark[]>;
}

function injectedWith(definition: string, manifest: string): string {
  const directory = fileWith(definition).replace(/\/git-sync\.yaml$/, '');
  return runCommandLine(['inject', '-f', '-', '--sidecars', directory], manifest).stdout;
}

function fileWith(text: string): string {
  const file = join(temporaryDirectory(), 'git-sync.yaml');
  writeFileSync(file, text);
  return file;
}
