/** What docs/controllers.md says about each controller, as its table and its manifests say it. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { blocksOf } from './documents.ts';

const document = 'docs/controllers.md';

export interface Controller {
  /** The place of its manifest, as in a link. */
  readonly name: string;
  /** Where its annotations go: `spec.template.metadata.annotations`, with `[]` behind a list. */
  readonly paths: readonly string[];
  readonly manifest: unknown;
}

/** Every row of the first table, with its manifest. */
export function controllersOfPage(): readonly Controller[] {
  const rows = [...pageText().matchAll(/^\| \[[^\]]+\]\(#([\w-]+)\) \| ([^|]+) \|/gm)];
  return rows.map(([, name = '', where = '']) => ({
    name,
    paths: [...where.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path),
    manifest: manifestNamed(name),
  }));
}

/** The test files and cases that prove what the page says. */
export function proofsOfPage(): readonly (readonly [file: string, title: string])[] {
  const proofs = [...pageText().matchAll(/\| `(test\/[\w./-]+\.test\.ts)`: ([^|]+) \|$/gm)];
  return proofs.map(([, file = '', title = '']) => [file, title]);
}

/** What stands at a path of an object, in the first entry of each list. */
export function valueAt(object: unknown, path: string): unknown {
  return path.split('.').reduce((value, step) => {
    const next = (value as Readonly<Record<string, unknown>> | undefined)?.[step.replace('[]', '')];
    return step.endsWith('[]') ? (next as readonly unknown[] | undefined)?.[0] : next;
  }, object);
}

function pageText(): string {
  return readFileSync(new URL(`../${document}`, import.meta.url), 'utf8');
}

function manifestNamed(name: string): unknown {
  const blocks = blocksOf(document).flatMap(block => ('file' in block && block.file === name ? [block] : []));
  if (blocks.length !== 1) throw new Error(`${document}: ${blocks.length} manifests of the name ${name}`);
  const content = blocks[0]?.content ?? '';
  return content.startsWith('[[') ? parseToml(content) : parse(content);
}

/** As much of TOML as the settings of a GitLab Runner need: a table of texts. */
function parseToml(text: string): unknown {
  const [, table = '', lines = ''] = /^\s*\[([\w.]+)\]\n((?:\s*"[^"]+" = "[^"]*"\n)+)/m.exec(text) ?? [];
  const values = [...lines.matchAll(/"([^"]+)" = "([^"]*)"/g)].map(([, key = '', value = '']) => [
    key,
    value,
  ]);
  return table
    .split('.')
    .reduceRight<unknown>((value, step) => ({ [step]: value }), Object.fromEntries(values));
}
