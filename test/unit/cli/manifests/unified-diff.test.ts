import { applyPatch, parsePatch } from 'diff';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unifiedDiff } from '../../../../src/cli/manifests/unified-diff.ts';

const lines = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `${from + index}\n`).join('');

function applied(before: string, after: string): string | false {
  const [patch] = parsePatch(unifiedDiff('a.yaml', before, after));
  return patch === undefined ? before : applyPatch(before, patch, { autoConvertLineEndings: false });
}

describe('a unified diff', () => {
  it('is empty where nothing changes', () => {
    expect(unifiedDiff('a.yaml', 'a\n', 'a\n')).toBe('');
  });

  it.each([
    ['k8s/web.yaml', 'k8s/web.yaml'],
    ['./web.yaml', 'web.yaml'],
    ['/tmp/web.yaml', 'tmp/web.yaml'],
    ['standard input', 'standard input'],
  ])('names the file so that patch -p1 finds it: %s', (name, path) => {
    expect(unifiedDiff(name, 'a\n', 'b\n')).toBe(`--- a/${path}\n+++ b/${path}\n@@ -1,1 +1,1 @@\n-a\n+b\n`);
  });

  it('shows three lines beside each change, and changes together that are near', () => {
    const before = lines(1, 20);
    const after = before.replace('5\n', '5\nnew\n').replace('11\n', '').replace('20\n', '21');
    expect(unifiedDiff('a', before, after).split('\n').slice(2)).toEqual([
      '@@ -3,12 +3,12 @@',
      ...[' 3', ' 4', ' 5', '+new', ' 6', ' 7', ' 8', ' 9', ' 10', '-11', ' 12', ' 13', ' 14'],
      '@@ -17,4 +17,4 @@',
      ...[' 17', ' 18', ' 19', '-20', '+21', '\\ No newline at end of file'],
      '',
    ]);
  });

  it('compares object by object, so that many of them take no longer than each by itself', () => {
    const object = (index: number, more = '') => `---\napiVersion: v1\nname: ${index}\n${more}`;
    const count = 3000;
    const all = (more: string) => Array.from({ length: count }, (_, index) => object(index, more)).join('');
    const diff = unifiedDiff('a', all(''), all('added: 1\n'.repeat(40)));
    expect(diff.match(/^\+added/gm)).toHaveLength(count * 40);
    expect(diff).not.toMatch(/^-(?!--)/m);
  });

  it('shows a text that is another one altogether as replaced', () => {
    const [before, after] = [lines(1, 4000), lines(5001, 9000)];
    expect(applied(before, after)).toBe(after);
  });

  it('makes of any text any other', () => {
    const line = fc.constantFrom('a', 'b', '---', 'apiVersion: v1', '  - apiVersion: v1', '', 'c\r');
    const text = fc
      .tuple(fc.array(line, { maxLength: 30 }), fc.boolean())
      .map(([all, isEnded]) => all.join('\n') + (isEnded ? '\n' : ''));
    fc.assert(
      fc.property(text, text, (before, after) => {
        expect(applied(before, after)).toBe(after);
      }),
      { numRuns: 500 },
    );
  });
});
