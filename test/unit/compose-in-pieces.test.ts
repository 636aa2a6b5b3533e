import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Composer, type CST, type Document, isScalar, Parser, visit } from 'yaml';
import { composeInPieces } from '../../src/compose-in-pieces.ts';
import { finish } from '../../src/steps.ts';

/** Composes as the parser does, and remembers how much it got at once. */
class Composing {
  readonly problems: string[] = [];
  longest = 0;

  readonly compose = (tokens: readonly CST.Token[]): readonly Document.Parsed[] => {
    const composer = new Composer({ prettyErrors: false, uniqueKeys: false, version: '1.2' });
    const onError = (source: { offset: number } | number[] | number, code: string) => {
      const at = typeof source === 'number' ? source : 'offset' in source ? source.offset : source[0];
      this.problems.push(`${at} ${code}`);
    };
    Object.assign(composer, { onError });
    this.longest = Math.max(this.longest, JSON.stringify(tokens).length);
    return [...composer.compose(tokens)];
  };
}

function whole(text: string) {
  const composing = new Composing();
  const documents = composing.compose([...new Parser().parse(text)]);
  return { composing, ...contentOf(documents, composing) };
}

function inPieces(text: string) {
  const composing = new Composing();
  const tokens = [...new Parser().parse(text)];
  const documents = finish(composeInPieces(tokens, text.length, composing.compose));
  return { composing, ...contentOf(documents, composing) };
}

/** All that the project looks at: values, where they stand, and what is wrong. */
function contentOf(documents: readonly Document.Parsed[], { problems }: Composing) {
  const places: string[] = [];
  for (const document of documents) {
    visit(document, {
      Node: (key, node) => {
        const isThere = !isScalar(node) || node.source !== '';
        const place = isThere ? node.range?.[0] : 'nothing';
        places.push(`${String(key)} ${node.constructor.name} ${place} ${node.tag} ${node.anchor}`);
      },
    });
  }
  return { places, values: documents.map(valueIn), problems };
}

function valueIn(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: 10, mapAsMap: true });
  } catch (error) {
    return String(error);
  }
}

function expectSame(text: string): void {
  const { composing: _one, ...atOnce } = whole(text);
  const { composing: _other, ...pieces } = inPieces(text);
  expect(pieces.problems.length > 0).toBe(atOnce.problems.length > 0);
  if (atOnce.problems.length === 0) expect(pieces).toEqual(atOnce);
}

const shipped = ['sidecars', 'sidecars/contrib'].flatMap(directory =>
  readdirSync(directory)
    .filter(name => name.endsWith('.yaml'))
    .map(name => join(directory, name)),
);

describe('a document in pieces', () => {
  it.each(shipped)('is what it is as a whole: %s', path => {
    expectSame(readFileSync(path, 'utf8'));
  });

  it('is what it is as a whole, however it is broken', () => {
    const text = readFileSync('sidecars/git-sync.yaml', 'utf8');
    const signs = [
      '\n',
      ' ',
      '- ',
      ': ',
      '&a ',
      '*a',
      '!x ',
      '"',
      "'",
      '{',
      ']',
      '|',
      '#',
      '? ',
      '\t',
      '---\n',
    ];
    const cuts = fc.tuple(fc.nat(text.length), fc.nat(60), fc.constantFrom('', ...signs));
    fc.assert(
      fc.property(fc.array(cuts, { minLength: 1, maxLength: 3 }), changes => {
        let changed = text;
        for (const [at, length, sign] of changes)
          changed = changed.slice(0, at) + sign + changed.slice(at + length);
        expectSame(changed);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['a tag', `a: !!omap\n${'  - b: 1\n'.repeat(400)}`],
    ['an anchor', `a: &x\n${'  - b: 1\n'.repeat(400)}c: *x\n`],
    ['an anchor of the whole', `--- &x\n${'- b: 1\n'.repeat(400)}`],
    ['a directive', `%TAG ! tag:example.com,2000:\n---\n${'- !a b\n'.repeat(400)}`],
    ['entries without a value', `${'-\n'.repeat(900)}- a: 1\n${'-\n'.repeat(900)}`],
    ['comments between entries', `${'# c\n- a\n\n'.repeat(400)}# end\n`],
    ['lists in lists', `${'- - - a\n    - b\n'.repeat(300)}`],
    ['a list that is not indented', `a:\n${'- b\n'.repeat(900)}c: 1\n`],
    ['two documents', `${'- a\n'.repeat(900)}---\nb: 1\n`],
  ])('keeps its meaning with %s', (_what, text) => {
    expectSame(text);
  });

  it('is given to the parser in pieces whose length does not grow with it', () => {
    const ofLength = (entries: number) =>
      `spec:\n  container:\n    env:\n${Array.from({ length: entries }, (_, index) => `      - name: A_${index}\n        value: "x"\n`).join('')}`;
    const [short, long] = [inPieces(ofLength(100)), inPieces(ofLength(2000))];
    expect(long.composing.longest).toBeLessThan(1.2 * short.composing.longest);
    expect(whole(ofLength(2000)).composing.longest).toBeGreaterThan(10 * short.composing.longest);
  });
});
