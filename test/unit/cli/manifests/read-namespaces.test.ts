import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readNamespaces } from '../../../../src/cli/manifests/read-namespaces.ts';
import { temporaryDirectory } from '../../../temporary-directory.ts';

const shop = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name: 'shop',
    labels: { 'sidecar.io/inject': 'enabled' },
    annotations: { 'sidecar.io/logs': 'true', 'example.com/owner': 'ada' },
  },
};
const other = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other' } };
const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'shop' } };

/** The namespaces of a file with this text. */
async function namespacesIn(text: string) {
  const path = join(temporaryDirectory(), 'namespaces.yaml');
  writeFileSync(path, text);
  const found = await readNamespaces(path).catch((error: Error) => error.message.replaceAll(path, 'FILE'));
  return typeof found === 'string' ? found : [...found.values()];
}

const listOf = (...items: readonly object[]) => ({ apiVersion: 'v1', kind: 'List', items });

const factsOfShop = {
  name: 'shop',
  labels: { 'sidecar.io/inject': 'enabled', 'kubernetes.io/metadata.name': 'shop' },
  annotations: { 'sidecar.io/logs': 'true' },
};
const factsOfOther = { name: 'other', labels: { 'kubernetes.io/metadata.name': 'other' }, annotations: {} };

describe('the file that --namespaces names', () => {
  it.each([
    ['documents of YAML', [shop, service, other].map(object => JSON.stringify(object)).join('\n---\n')],
    ['a list of JSON', JSON.stringify(listOf(shop, service, other), undefined, 4)],
    ['a stream of JSON', `${JSON.stringify(shop)}\n${JSON.stringify(listOf(other))}`],
    [
      'YAML as people write it',
      'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop # ours\n  labels: {sidecar.io/inject: enabled}\n' +
        '  annotations: {sidecar.io/logs: "true"}\n---\n{apiVersion: v1, kind: Namespace, metadata: {name: other}}\n',
    ],
  ])('may have %s, and other objects', async (_what, text) => {
    expect(await namespacesIn(text)).toEqual([factsOfShop, factsOfOther]);
  });

  it('is none where none is named', async () => {
    expect(await readNamespaces('')).toEqual(new Map());
  });

  it.each([
    [
      'no Namespace',
      JSON.stringify(service),
      /^--namespaces: FILE has no Namespace object; use a file such as /,
    ],
    ['nothing', '', /^--namespaces: FILE has no Namespace object; use a file such as /],
    [
      'one twice',
      `${JSON.stringify(shop)}\n---\n${JSON.stringify(shop)}\n`,
      /^--namespaces: namespace shop stands at FILE:1 and FILE:3; keep one$/,
    ],
    ['no YAML', 'a: {', /^FILE:1: /],
    [
      'a Namespace with other annotations',
      JSON.stringify({ ...shop, metadata: { ...shop.metadata, annotations: ['a'] } }),
      /^FILE: Namespace\.metadata\.annotations: expected an object, got a list$/,
    ],
    [
      'a Namespace without a name',
      'apiVersion: v1\nkind: Namespace\nmetadata: {}\n',
      /^FILE:1: a Namespace without metadata\.name; give it one$/,
    ],
    ['more than anybody has', ' '.repeat(16 * 1024 * 1024 + 1), /^"FILE" is larger than 16384 KiB$/],
  ])('is wrong with %s', async (_what, text, problem) => {
    expect(await namespacesIn(text)).toMatch(problem);
  });

  it('is told where it is missing', async () => {
    await expect(readNamespaces('nowhere.yaml')).rejects.toThrow(
      'cannot read "nowhere.yaml": there is no such file or directory',
    );
  });
});
