import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { excludedNamespaces } from '../../src/namespaces/excluded-namespaces.ts';
import { casesOf } from '../test-cases.ts';

const root = new URL('../../', import.meta.url);

function read(file: string): string {
  return readFileSync(new URL(file, root), 'utf8');
}

const page = read('docs/security.md');

/** The rows of all tables, without their heads. */
const rows = page
  .split('\n')
  .filter(line => line.startsWith('| ') && !line.endsWith('| proven by |'))
  .map(line => line.slice(2, -2).split(' | '));

describe('what docs/security.md says', () => {
  it('is about all who could do harm', () => {
    const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual([
      'What the injector sees and changes',
      expect.stringMatching(/^A tenant/),
      expect.stringMatching(/^Who may change a namespace$/),
      expect.stringMatching(/^A neighbour/),
      expect.stringMatching(/^A reader/),
      expect.stringMatching(/^An operator/),
      expect.stringMatching(/^A holder of the authority's key/),
      expect.stringMatching(/^A holder of the account's token/),
    ]);
    expect(rows.length).toBeGreaterThan(30);
  });

  it.each(rows)('is proven by a case that there is: %s', (_claim, proof = '') => {
    const [, file = '', title] = /^`(test\/[\w./-]+\.test\.ts)`: (.+)$/.exec(proof) ?? [];
    expect(file, 'names a test as `test/….test.ts`: case').not.toBe('');
    expect(casesOf(file)).toContain(title);
  });

  it('is where people look for it', () => {
    expect(read('SECURITY.md')).toContain('(docs/security.md)');
    expect(read('README.md')).toContain('(docs/security.md)');
    expect(read('README.md')).toContain('(SECURITY.md)');
  });
});

describe('the namespaces that are left out', () => {
  it.each(['README.md', 'docs/install.md', 'docs/namespaces.md', 'docs/security.md'])(
    'are those of the webhook configuration, and are named in %s',
    file => {
      const registered = [
        ...read('deploy/base/mutating-webhook-configuration.yaml').matchAll(
          /kubernetes\.io\/metadata\.name\n\s+operator: NotIn\n\s+values: \[(.*)\]$/gm,
        ),
      ].map(([, names = '']) => names.split(', '));
      expect(registered.length).toBeGreaterThan(1);
      const excluded = [...excludedNamespaces];
      for (const names of registered) expect(names.toSorted()).toEqual(excluded.toSorted());
      for (const name of excluded.filter(each => each !== 'sidecar-injector')) {
        expect(read(file)).toContain(`\`${name}\``);
      }
      expect(read(file)).toMatch(
        /\bthat of the injector\b|its own namespace|own namespace|`sidecar-injector`, because/,
      );
    },
  );
});
