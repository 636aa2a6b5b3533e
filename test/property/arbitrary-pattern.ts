import fc from 'fast-check';

export const sets = [
  '\\d',
  '\\D',
  '\\w',
  '\\W',
  '\\s',
  '\\S',
  '\\p{L}',
  '\\P{Lu}',
  '\\p{Script=Han}',
  '\\p{Zs}',
];
export const escapes = [
  '\\n',
  '\\t',
  '\\v',
  '\\cJ',
  '\\0',
  '\\x61',
  '\\u0062',
  '\\u{1F331}',
  '\\ud83c\\udf31',
  '\\ud83c',
  '\\/',
  '\\.',
  '\\$',
  '\\\\',
];
export const plain = ['a', 'b', '0', '_', '-', ',', ':', '/', 'é', '日', '🌱'];
const inClass = fc.constantFrom(
  ...sets,
  ...escapes,
  ...plain,
  'a-b',
  '0-9',
  '!-~',
  '\\b',
  '\\-',
  '[',
  '.',
  '$',
  '(',
  '\\x00-\\x1f',
  '日-月',
);
const characterClass = fc
  .tuple(fc.constantFrom('[', '[^'), fc.array(inClass, { maxLength: 4 }))
  .map(([open, items]) => `${open}${items.join('')}]`);
const quantity = fc.constantFrom(
  '*',
  '+',
  '?',
  '*?',
  '+?',
  '??',
  '{2}',
  '{0}',
  '{1,3}',
  '{2,}',
  '{0,2}?',
  '{3,40}',
);

/** A pattern that JavaScript takes too, of every kind that the language of patterns has. */
export const { pattern } = fc.letrec<{ pattern: string; sequence: string; term: string; atom: string }>(
  tie => ({
    pattern: fc.array(tie('sequence'), { minLength: 1, maxLength: 3 }).map(options => options.join('|')),
    sequence: fc.array(tie('term'), { maxLength: 4 }).map(parts => parts.join('')),
    term: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom('^', '$', '\\b', '\\B'),
      tie('atom'),
      fc.tuple(tie('atom'), quantity).map(([atom, many]) => `${atom}${many}`),
    ),
    atom: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(...plain, ...escapes, ...sets, '.'),
      characterClass,
      tie('pattern').map(inner => `(${inner})`),
      tie('pattern').map(inner => `(?:${inner})`),
    ),
  }),
);
