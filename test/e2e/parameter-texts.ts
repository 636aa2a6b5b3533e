/** Texts for parameters that are hard to read: known ones, and valid ones with a few edits. */
import fc from 'fast-check';
import type { Parameter } from '../../src/sidecars/definition.ts';
import { worstTexts } from '../worst-texts.ts';

const words = (text: string): readonly string[] => text.split(/\s+/);

const seeds: Readonly<Record<string, readonly string[]>> = {
  string: ['a', 'two words', 'a,b', 'user:password', 'blob:none', 'k=v', '日本', 'ß', 'a\u0301', '\u{1f331}'],
  integer: [...words(`0 -0 -1 00 1e3 +5 999999999999999 1000000000000000 9223372036854775808 1.0`), '0'],
  boolean: ['true', 'false', 'True', 'yes', '1'],
  enum: ['a', 'A', 'auto'],
  duration: [
    ...words(`1s 0s 1.5h 1h30m 1ms 999us 5 1d .5s 1.s 2555555h 2555556h 0.1s0.2s 1.0000000001s 1.00000000001s
      3ns`),
    '1\u00b5s',
    '1\u03bcs',
    '1s',
  ],
  quantity: [
    ...words(
      `100m 64Mi 2Gi 1e3 1E3 1E 1Ei +1 -1 .5 1. 0 1e-3 1e99 1e100 1e999 1e-0099 1u 1n 1K 1ki 1.1 1100m`,
    ),
    '100m',
  ],
  'git-url': [
    ...words(`https://example.com/a.git http://example.com/a ssh://git@example.com/a git@example.com:a/b
      https://u:p@example.com/a https://example.com/a#b https://example.com:0/a
      https://example.com:65536/a https://example.com:00080/a https://example.com ssh://example.com/a
      ssh://git@example.com/-a git@example.com:-a git@example.com://a file:///a /a ./a
      https://[::1]/a https://[::1]:443/a https://[1]/a https://1.2.3.4/a https://1.2.3/a
      https://1.2.3.4.5/a https://256.1.1.1/a https://0x7f.1/a https://a.0x/a https://xn--a/a
      https://EXAMPLE.com/a https://github.com/a git@github.com:a git@[::1]:a git:x@host
      alice:secret@github.com:a/b ssh://git:pw@example.com/a`),
    'ext::sh -c x',
    'https://example.com/a.git',
  ],
  'git-ref': [
    ...words(`main v1.0 refs/heads/x abcdef1 a..b a@{b @ a.lock a/.b /a a/ a//b a~1 feature#1`),
    'a\\b',
    'main',
    'a'.repeat(40),
    'A'.repeat(40),
  ],
  path: [...words(`/ /a /a/ /a// // //a /a/../b /a/.. /. /a/.b /... /a:b a /proc /etc/ /etc`), '/'],
  'path-segment': ['a', '.', '..', '...', '.a', '..a', '-a', 'a-', 'a/b', '_', '.-'],
  name: ['a', 'a-b', 'a-', '-a', 'A', 'a.b', '0', 'a'.repeat(63), 'a'.repeat(64)],
  secret: ['a', 'a.b', 'a..b', '.a', 'a.', 'a-.b', 'A'],
  'config-map': ['a', 'a.b', 'a..b', 'a-b.c'],
  'secret-key': ['a', '.', '..', '...', '.a', '..a', 'A_b-c.d', '._', '-'],
  url: [
    ...words(`https://example.com http://example.com:80/a?b#c https://example.com:/ https://example.com:65535
      https://example.com:65536 https://example.com:0 https://u@example.com https://a?@ https://
      https:///a HTTP://example.com https://[::1] https://[::ffff:1.2.3.4]/ https://[::1%25a]/
      http://127.0.0.1 http://127.1 http://localhost http://LOCALHOST. https://a_b.example.com
      https://a..b https://. https://a. https://-a- https://ex%41mple.com https://xn--mnchen-3ya.de
      https://a.XN--b https://1 https://1. https://a.1 https://09.1.1.1 https://1.2.3.04 https://a|b
      https://a^b https://a<b https://hooks.example.com/T0/secret localhost/reload
      https://sub.example.org/x https://example.org/x https://example.com./x`),
    'https://a b',
    'https://a\\b',
    'https://münchen.de',
    "https://a!$&'()*+,;=",
    'https://a"b',
    'https://a`{}~',
    'https://example.com',
  ],
  endpoint: [
    ...words(`a:80 a:0 a:65535 a:65536 a:080 [::1]:4317 [x]:1 a a.b-c:1 a-:1 http://a https://a:1/b
      httpsx://a grpc://a localhost:1 127.0.0.1:1 0x7f.1:80 [::1]:1 [0:0::1]:1
      COLLECTOR.example.com:4317 collector.example.com.:4317`),
    'a:80',
  ],
  port: ['1', '80', '65535', '65536', '0', '080', '99999', '100000', '-1'],
};

const anywhere = [
  '',
  ' ',
  '-',
  '-x',
  'a b',
  'a\u00a0b',
  'a\ufeffb',
  'a\tb',
  'a\nb',
  'a\u2028b',
  'a\u202eb',
  'a\u0001b',
  'a\u0000b',
  '\\,',
  'a\\,b',
  'a\\\\,b',
  ',',
  'a,,b',
  'a=1,a=2',
  'a=1,b=2',
  '10=1,9=2,b=3',
  '=1',
  'a=',
  'a==b',
  'a=1\\,2',
  '__proto__=1',
  '4294967295=1,4=1',
  '01=1,1=1',
  "'",
  '"',
  '\\',
  '${a}',
  '%61',
  '%2541',
  '50%',
  '***',
  'none',
  'never',
  'ghp_abcdefghijklmnopqrstuvwxyz0123456789',
  'A1b2C3d4E5f6G7h8',
  'password=x',
  'k\u212a',
  '\u017fsh://a',
  `${'x'.repeat(79)}\u{1f331}\u{1f331}`,
  'y'.repeat(81),
  `${'a'.repeat(600)}@b`,
  '\u{1f331}'.repeat(33),
];

const alphabet = [
  ...'ab01-._/:@?#&;%,=\\[]$+~ Ae',
  '\n',
  '\u00e9',
  '\u{1f331}',
  '//',
  '://',
  '..',
  '0x',
  'xn--',
  '%41',
  '\u00a0',
  '\u200b',
  's',
  'm',
  'Mi',
];

/** Texts that are tried for a parameter as they are. */
export function knownTexts(parameter: Parameter): readonly string[] {
  const ofType = seeds[parameter.type] ?? [];
  const several =
    parameter.holds === 'one'
      ? []
      : ofType.flatMap(text => [`${text},${ofType[0]}`, `a=${text}`, `10=${text},9=${ofType[0]}`]);
  const worst = Object.values(worstTexts).flatMap(text => [text(24), text(300)]);
  return [...parameter.samples(), ...ofType, ...several, ...anywhere, ...worst].map(text =>
    text.toWellFormed(),
  );
}

/** Texts that are longer than any value. */
export const longTexts: readonly string[] = Object.values(worstTexts).map(text => text(9000).toWellFormed());

/** A known text with some edits. */
export function editedText(parameter: Parameter): fc.Arbitrary<string> {
  const edit = fc.record({
    place: fc.nat({ max: 60 }),
    removed: fc.nat({ max: 2 }),
    added: fc.oneof(fc.constant(''), fc.constantFrom(...alphabet), fc.constantFrom(...knownTexts(parameter))),
  });
  const base = fc.constantFrom(...knownTexts(parameter).filter(text => text.length < 200));
  return fc.tuple(base, fc.array(edit, { maxLength: 3 })).map(([text, edits]) =>
    edits
      .reduce((before, { place, removed, added }) => {
        const start = before.length === 0 ? 0 : place % (before.length + 1);
        return `${before.slice(0, start)}${added}${before.slice(start + removed)}`;
      }, text)
      .toWellFormed(),
  );
}
