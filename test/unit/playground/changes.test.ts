import { describe, expect, it } from 'vitest';
import { addsLines, changesOf } from '../../../src/playground/changes.ts';
import { showManifest } from '../../../src/playground/show-manifest.ts';
import { playgroundExamples, podYaml, shippedEngine } from '../../playground-fixture.ts';

/** Puts the one text together from what stays of the other and what changes say. */
function rebuilt(before: string, after: string, changes: ReturnType<typeof changesOf>): string {
  let position = 0;
  const parts = changes.flatMap(({ fromA, toA, fromB, toB }) => {
    const kept = before.slice(position, fromA);
    position = toA;
    return [kept, after.slice(fromB, toB)];
  });
  return [...parts, before.slice(position)].join('');
}

const asking = 'sidecar.io/git-sync: https://github.com/org/site.git';
const texts = [
  ...playgroundExamples.values(),
  podYaml(asking).trimEnd(),
  podYaml(asking).replaceAll('\n', '\r\n'),
  `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","annotations":{"sidecar.io/git-sync":"https://github.com/org/site.git"}},"spec":{"containers":[{"name":"a","image":"b:1"}]}}`,
];

describe('the changes', () => {
  it.each(texts.map((text, index) => [index, text] as const))(
    'make the one text of the other: %i',
    (_index, text) => {
      const { after, edits } = showManifest(text, shippedEngine);
      expect(rebuilt(text, after, changesOf(text, after, edits))).toBe(after);
    },
  );

  it('are whole lines where lines were added', () => {
    const text = podYaml(asking, 'sidecar.io/git-sync.mount: /site');
    const { after, edits } = showManifest(text, shippedEngine);
    const changes = changesOf(text, after, edits);
    expect(changes.length).toBeGreaterThan(1);
    for (const { fromA, toA, fromB, toB } of changes) {
      expect(fromA).toBe(toA);
      expect(fromB === 0 || after[fromB - 1] === '\n').toBe(true);
      expect(after[toB - 1]).toBe('\n');
    }
    expect(changes.every(change => addsLines(change, after))).toBe(true);
  });

  it('leave every line of the text alone', () => {
    const text = podYaml(asking, 'sidecar.io/git-sync.mount: /site');
    const { after, edits } = showManifest(text, shippedEngine);
    const added = changesOf(text, after, edits)
      .map(({ fromB, toB }) => after.slice(fromB, toB))
      .join('');
    expect(added).not.toContain('# the app');
    expect(added).not.toContain('image: nginx');
  });

  it('are no lines where something is put into one', () => {
    const text = texts.at(-1) ?? '';
    const { after, edits } = showManifest(text, shippedEngine);
    const changes = changesOf(text, after, edits);
    expect(changes.length).toBeGreaterThan(0);
    expect(changes.some(change => addsLines(change, after))).toBe(false);
  });

  it('are none where nothing is done', () => {
    expect(changesOf('a\n', 'a\n', [])).toEqual([]);
  });
});
