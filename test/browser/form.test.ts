import { expect, it } from 'vitest';
import type { Parameter } from '../../src/sidecars/definition.ts';
import { shippedSidecars } from '../injection-fixture.ts';
import { textOf } from './editor-text.ts';
import { describeInBrowser } from './in-browser.ts';
import type { Playground } from './playground.ts';

const pod = `apiVersion: v1
kind: Pod
metadata:
  name: web   # of the shop
  annotations:
    example.com/other: "1"
spec:
  containers: [{name: web, image: caddy:2.10}]
`;

const bare = pod.replace(/ {2}annotations:\n.*\n/, '');

const sidecars = [...shippedSidecars.sidecars.values()];

describeInBrowser('the form', ({ open }) => {
  it('offers every sidecar and every parameter of it, each with its type, sentence and default', async () => {
    const playground = await open();
    const { page } = playground;
    expect(await page.getByLabel('Sidecar', { exact: true }).locator('option').allTextContents()).toEqual(
      sidecars.map(({ name }) => name),
    );
    for (const sidecar of sidecars) {
      await page.getByLabel('Sidecar', { exact: true }).selectOption(sidecar.name);
      const form = page.locator('form');
      await form.getByText(sidecar.description, { exact: true }).waitFor();
      await form.locator('details').evaluate(details => details.setAttribute('open', ''));
      const offered = await fieldsOf(playground);
      const missing = [...sidecar.parameters.values()].filter(
        parameter => !offered.some(field => isFieldOf(parameter, field)),
      );
      expect(
        missing.map(({ name }) => name),
        sidecar.name,
      ).toEqual([]);
    }
  });

  it('writes an annotation, and takes it out again byte for byte', async () => {
    const playground = await open();
    await playground.paste(playground.manifest, pod);
    await expect.poll(() => playground.summary.textContent()).toContain('1 left');
    const { page } = playground;
    const repository = page.getByLabel('repo git-url');
    await repository.fill('https://github.com/org/site.git');
    const annotated = pod.replace(
      'example.com/other: "1"\n',
      'example.com/other: "1"\n    sidecar.io/git-sync: https://github.com/org/site.git\n',
    );
    await expect.poll(() => textOf(playground.manifest)).toBe(annotated);
    await expect.poll(() => playground.summary.textContent()).toContain('1 injected');
    await page.getByLabel('submodules enum').selectOption('off');
    await expect
      .poll(() => textOf(playground.manifest))
      .toContain('\n    sidecar.io/git-sync.submodules: "off"\n');
    await page.getByLabel('submodules enum').selectOption('');
    await expect.poll(() => textOf(playground.manifest)).toBe(annotated);
    await repository.fill('');
    await expect.poll(() => textOf(playground.manifest)).toBe(pod);
  });

  it('goes on with the object that was chosen when a mistake in the text has passed', async () => {
    const playground = await open();
    const two = `${pod}---\n${pod.replace('name: web ', 'name: shop ')}`;
    await playground.paste(playground.manifest, two);
    const choice = playground.page.getByLabel('Pod or workload');
    await expect.poll(() => choice.locator('option').count()).toBe(2);
    await choice.selectOption({ index: 1 });
    await playground.paste(playground.manifest, `${two}  wrong: [\n`);
    await expect.poll(() => playground.summary.textContent()).toContain('cannot be used');
    await playground.paste(playground.manifest, `${bare}---\n${two}`);
    await expect.poll(() => choice.locator('option').count()).toBe(3);
    expect(await choice.locator('option:checked').textContent()).toContain('pod/shop');
  });

  it('shows a value that is none of those to choose from, and takes it out', async () => {
    const playground = await open();
    const wrong = pod.replace('example.com/other: "1"', 'sidecar.io/git-sync.submodules: all');
    await playground.paste(playground.manifest, wrong);
    const choice = playground.page.getByLabel('submodules enum');
    await expect.poll(() => choice.inputValue()).toBe('all');
    expect(await choice.getAttribute('aria-invalid')).toBe('true');
    await choice.selectOption('');
    await expect.poll(() => textOf(playground.manifest)).not.toContain('submodules');
  });

  it('takes out what it had to make for an annotation', async () => {
    const playground = await open();
    await playground.paste(playground.manifest, bare);
    await expect.poll(() => playground.summary.textContent()).toContain('1 left');
    const repository = playground.page.getByLabel('repo git-url');
    await repository.fill('https://github.com/org/site.git');
    await expect.poll(() => textOf(playground.manifest)).toContain('  annotations:\n');
    await repository.fill('');
    await expect.poll(() => textOf(playground.manifest)).toBe(bare);
  });

  it('says what a value should be, and writes it when it is right', async () => {
    const playground = await open();
    const annotations =
      'sidecar.io/git-sync: https://github.com/org/site.git\n    sidecar.io/git-sync.period: 30s';
    const before = pod.replace('example.com/other: "1"', annotations);
    await playground.paste(playground.manifest, before);
    await expect.poll(() => textOf(playground.result)).toContain('--period=30s');
    const period = playground.page.getByLabel('period duration');
    await period.fill('30');
    await expect.poll(() => period.getAttribute('aria-invalid')).toBe('true');
    const described = (await period.getAttribute('aria-describedby'))?.split(' ') ?? [];
    const texts = await Promise.all(
      described.map(id => playground.page.locator(`[id="${id}"]`).textContent()),
    );
    expect(texts.join(' ')).toMatch(/ use a duration/);
    expect(await textOf(playground.manifest)).toBe(before);
    await period.fill('45s');
    await expect.poll(() => textOf(playground.manifest)).toBe(before.replace('period: 30s', 'period: 45s'));
    await expect.poll(() => textOf(playground.result)).toContain('--period=45s');
    expect(await period.getAttribute('aria-invalid')).toBe('false');
  });

  it('asks for a further instance by its name', async () => {
    const playground = await open();
    await playground.paste(playground.manifest, pod);
    await playground.page.getByLabel('Instance').fill('theme');
    await playground.page.getByLabel('repo git-url').fill('https://github.com/org/theme.git');
    await playground.page.getByLabel('ref git-ref').fill('v2');
    await expect
      .poll(() => textOf(playground.manifest))
      .toContain(
        '    sidecar.io/git-sync_theme: https://github.com/org/theme.git\n    sidecar.io/git-sync_theme.ref: v2\n',
      );
    await expect.poll(() => textOf(playground.result)).toContain('name: git-sync-theme');
  });

  it('shows what the object that is chosen has set', async () => {
    const playground = await open();
    const second = pod
      .replace('name: web ', 'name: api ')
      .replace('"1"', '"1"\n    sidecar.io/git-sync: https://github.com/org/api.git');
    await playground.paste(playground.manifest, `${pod}---\n${second}`);
    await expect.poll(() => playground.summary.textContent()).toContain('1 injected, 0 refused, 1 left');
    const repository = playground.page.getByLabel('repo git-url');
    await playground.page.getByLabel('Pod or workload').selectOption({ index: 1 });
    await expect.poll(() => repository.inputValue()).toBe('https://github.com/org/api.git');
    await playground.page.getByLabel('Pod or workload').selectOption({ index: 0 });
    await expect.poll(() => repository.inputValue()).toBe('');
  });
});

interface ReadField {
  readonly label: string;
  readonly description: string;
}

/** What a person reads at each field. */
async function fieldsOf({ page }: Playground): Promise<readonly ReadField[]> {
  return page.locator('form input, form select').evaluateAll(controls =>
    (controls as HTMLInputElement[]).map(({ labels, ariaDescribedByElements }) => ({
      label: labels?.[0]?.textContent ?? '',
      description: (ariaDescribedByElements ?? []).map(({ textContent }) => textContent).join(' '),
    })),
  );
}

function isFieldOf({ name, type, description, defaultValue }: Parameter, field: ReadField): boolean {
  const words = field.label.split(/[ ,]+/);
  if (!words.includes(name) || !words.includes(type)) return false;
  // The annotation that asks for a sidecar has a sentence of its own.
  if (field.label.includes(',') || words[0] !== name) return field.description.length > 10;
  const preset = defaultValue?.text ?? '';
  const isAsking = !field.description.startsWith(description);
  return isAsking || preset === '' || field.description.includes(`Default: ${preset}.`);
}
