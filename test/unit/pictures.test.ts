import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { examplePod, injectedExample } from '../../scripts/pictures/injected-example.ts';
import { markedLines } from '../../scripts/pictures/marked-lines.ts';
import { shownTextFile } from '../../scripts/pictures/playground/shown-text.ts';
import { withRequestDiagram } from '../../scripts/pictures/request-diagram.ts';
import type { JsonObject } from '../../src/kubernetes/json.ts';

const manifest = readText(examplePod);
const definitions = readdirSync(new URL('../../sidecars/', import.meta.url))
  .filter(name => /^(git-sync|tls-proxy)\.yaml$/.test(name))
  .map(name => ({ name, text: readText(`sidecars/${name}`) }));
const { before, after } = injectedExample(examplePod, definitions);
const lines = markedLines(json(before), json(after), 67);

describe('the picture of a pod before and after', () => {
  it('has the manifest as it is written in the lines that are not marked', () => {
    const written = lines.filter(({ isAdded }) => !isAdded).map(({ text }) => text);
    expect(`${written.join('\n')}\n`).toBe(manifest);
  });

  it('marks what the engine adds, and shortens what is long', () => {
    const added = lines.filter(({ isAdded }) => isAdded).map(({ text }) => text);
    expect(added).toContain('    sidecar.io/status: …');
    expect(added).toContain('    - name: git-sync');
    expect(added).toContain('      restartPolicy: Always');
    expect(added).toContain('    - {name: git-sync, emptyDir: {}}');
    expect(added.every(text => text.length <= 67)).toBe(true);
  });

  it('is one line for every key that the sidecar brings', () => {
    const [sidecar] = parse(JSON.stringify(after.spec.initContainers));
    const texts = lines.map(({ text }) => text.replace('- ', '  ').trim());
    for (const key of Object.keys(sidecar))
      expect(
        texts.some(text => text.startsWith(`${key}:`)),
        key,
      ).toBe(true);
  });

  it('is refused where nothing is injected', () => {
    expect(() => injectedExample(examplePod, [])).toThrow(
      'docs/examples/pod.yaml: refused, so there is no picture',
    );
  });

  it('marks a value that is not what it was', () => {
    expect(markedLines({ a: 'x', b: 1 }, { a: 'y', b: 1 }, 20)).toEqual([
      { text: 'a: y', isAdded: true },
      { text: 'b: 1', isAdded: false },
    ]);
  });
});

describe('the way of a request', () => {
  const readme = readText('README.md');

  it('names what deploy/ names', () => {
    const [, diagram = ''] = /```mermaid\n(sequenceDiagram\n.*?)```/s.exec(readme) ?? [];
    const registration = parse(readText('deploy/base/mutating-webhook-configuration.yaml'));
    const install = readText('deploy/install.yaml');
    for (const [, name = '', path] of diagram.matchAll(/injector: (\S+), POST ([^<]+)/g)) {
      const webhook = registration.webhooks.find(
        (candidate: { readonly name: string }) => candidate.name === name,
      );
      expect(webhook?.clientConfig.service.path, name).toBe(path);
    }
    const [, policy = ''] = /ValidatingAdmissionPolicy (\S+):/.exec(diagram) ?? [];
    expect(install).toContain(`\n  name: ${policy}\n`);
  });

  it('is written again where it is not what it was, and nowhere else', () => {
    const stale = readme.replace('POST /mutate<br/>', 'POST /other<br/>');
    expect(stale).not.toBe(readme);
    expect(withRequestDiagram(stale, after)).toBe(readme);
  });

  it('is refused where the README has no place for it', () => {
    expect(() => withRequestDiagram('# Title', after)).toThrow('no place for the way of a request');
  });
});

describe('a diagram', () => {
  const registration = parse(readText('deploy/base/mutating-webhook-configuration.yaml'));
  const webhooks = new Map<string, { readonly failurePolicy: string }>(
    registration.webhooks.map((webhook: { readonly name: string }) => [webhook.name, webhook]),
  );

  it.each([
    ['README.md', 2],
    ['docs/workloads.md', 2],
    ['docs/namespaces.md', 2],
  ] as const)('of %s names %d webhooks that are registered, and fail closed', (document, count) => {
    const diagrams = [...readText(document).matchAll(/```mermaid\n(.*?)```/gs)].map(([, text = '']) => text);
    const names = diagrams.join('').match(/[a-z-]+\.sidecar\.io/g) ?? [];
    expect(names).toHaveLength(count);
    for (const name of names) expect(webhooks.get(name)?.failurePolicy, name).toBe('Fail');
  });
});

describe('the pictures of the page', () => {
  it('are named by the README, are small, and carry what they show', () => {
    const named = [...readText('README.md').matchAll(/(?:src|srcset)="(docs\/pictures\/[^"]+)"/g)].map(
      ([, path = '']) => path,
    );
    expect(named).toEqual(['docs/pictures/playground-dark.webp', 'docs/pictures/playground-light.webp']);
    for (const path of named) {
      const picture = readFileSync(new URL(`../../${path}`, import.meta.url));
      expect(picture.subarray(8, 12).toString(), path).toBe('WEBP');
      expect(picture.length, path).toBeLessThan(200_000);
    }
    const shown = JSON.parse(readText(shownTextFile));
    for (const part of ['page', 'manifest', 'result']) expect(shown[part].length, part).toBeGreaterThan(10);
  });
});

describe('a picture', () => {
  const picture = readText('docs/pictures/pod.svg');

  it('says what it shows to those who cannot see it, and follows the colours of the reader', () => {
    expect(picture).toContain('role="img" aria-labelledby="title description"');
    expect(picture).toMatch(/<title id="title">\S.*<\/title>\n<desc id="description">\S.*<\/desc>/);
    expect(picture).toContain('prefers-color-scheme:dark');
  });

  it('asks for nothing from elsewhere', () => {
    expect(picture.replace('http://www.w3.org/2000/svg', '')).not.toMatch(
      /href|@import|@font-face|url\(|<script/,
    );
  });
});

function readText(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
}

function json(value: unknown): JsonObject {
  return JSON.parse(JSON.stringify(value));
}
