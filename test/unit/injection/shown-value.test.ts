import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shownKey, shownList, shownName, shownValue } from '../../../src/injection/shown-value.ts';

describe('a value in a message', () => {
  it.each([
    ['plain text', 'main', '"main"'],
    ['nothing', '', '""'],
    ['a URL without credentials', 'https://example.com/a', '"https://example.com/a"'],
    ['user info', 'https://alice:secret@example.com/a', '"***@example.com/a"'],
    ['a token as user', 'https://secret@example.com', '"***@example.com"'],
    ['a password with an @', 'https://alice:sec@ret@example.com/a', '"***@example.com/a"'],
    ['a password with a ?', 'https://alice:sec?ret@example.com/a', '"***"'],
    ['a password with a ? and an @', 'https://alice:sec?r@et@example.com/a', '"***"'],
    ['a password with a /', 'https://alice:sec/ret@example.com/a', '"***@example.com/a"'],
    ['a password with a #', 'https://alice:sec#ret@example.com/a', '"***"'],
    ['a password with a line break', 'https://alice:sec\nret@example.com/a', '"***@example.com/a"'],
    ['the user of ssh, too', 'git@example.com:a', '"***@example.com:a"'],
    ['a query', 'https://example.com/a?token=secret', '"https://example.com/a?***"'],
    ['a query with a line break', 'https://example.com/a?x\ntoken=secret', '"https://example.com/a?***"'],
    ['a query with an @', 'https://example.com/a?mail=a@b.c&token=secret', '"***"'],
    ['a query of an @', '?@', '"***"'],
    ['user info and a query', 'https://alice:secret@example.com/a?token=secret', '"***@example.com/a?***"'],
    ['user info, and a query with an @', 'https://alice:secret@example.com/a?b@c', '"***"'],
    ['two queries', 'https://example.com/a?b=secret?c=secret', '"https://example.com/a?***"'],
    ['a bare question mark', 'what?', '"what?"'],
  ])('hides what could be a credential: %s', (_what, value, shown) => {
    expect(shownValue(value, 'git-url')).toBe(shown);
  });

  it('hides the path of a URL that is called', () => {
    const shown = (value: string) => shownValue(value, 'url');
    expect(shown('https://hooks.example.com/services/T0/secret')).toBe('"https://hooks.example.com/…"');
    expect(shown('https://hooks.example.com/')).toBe('"https://hooks.example.com/"');
    expect(shown('https://alice:secret@hooks.example.com/a')).toBe('"***@hooks.example.com/…"');
    expect(shown('https://hooks.example.com?token=secret')).toBe('"https://hooks.example.com?***"');
    expect(shown('localhost/reload')).toBe('"localhost/reload"');
    expect(shown('https://alice:sec/ret@hooks.example.com/a')).toBe('"***@hooks.example.com/…"');
    expect(shown('https://hooks.example.com/a?b=c@d')).toBe('"***"');
    expect(shown('alice:secret@hooks.example.com/a/b?c')).toBe('"***@hooks.example.com/…?***"');
  });

  it('shows nothing of what stands before an @ or behind ?, #, & and ;, whatever else the value is', () => {
    const unit = fc.constantFrom(
      'a',
      'https',
      ':',
      '/',
      '#',
      '?',
      '@',
      ' ',
      '%',
      '2',
      '5',
      '4',
      '0',
      '\n',
      '.',
      '&',
    );
    const part = fc.string({ unit });
    const type = fc.constantFrom('url', 'git-url', 'git-ref', 'string', 'secret', undefined);
    fc.assert(
      fc.property(part, part, part, type, (a, b, c, type) => {
        const before = ['@', '%40'].map(sign => `${a}SECRET${b}${sign}${c}`);
        const behind = ['?', '#', '&', ';', '%3F', '%23'].map(sign => `${a}${sign}${b}SECRET${c}`);
        for (const value of [...before, ...behind]) {
          const shown = [shownValue(value, type), shownName(value), shownKey(`sidecar.io/${value}`)];
          expect(shown.join()).not.toContain('SECRET');
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('stands in one line, without characters that cannot be seen', () => {
    expect(shownValue('a\r\nb\tc\u0000d\u2028e\u202ef\u200bg')).toBe(
      '"a\u{fffd}\u{fffd}b\u{fffd}c\u{fffd}d\u{fffd}e\u{fffd}f\u{fffd}g"',
    );
    expect(shownValue('\ud800')).toBe('"\u{fffd}"');
  });

  it('is cut after eighty characters, never inside one', () => {
    expect(shownValue('x'.repeat(80))).toBe(`"${'x'.repeat(80)}"`);
    expect(shownValue('x'.repeat(81))).toBe(`"${'x'.repeat(79)}…"`);
    expect(shownValue('\u{1f600}'.repeat(81))).toBe(`"${'\u{1f600}'.repeat(79)}…"`);
  });
});

describe('a name in a message', () => {
  it('stands in one line, without characters that cannot be seen or that a terminal obeys', () => {
    expect(shownName('a\u001b[31mb\u202ec\u200bd\ud800e')).toBe('a\u{fffd}[31mb\u{fffd}c\u{fffd}d\u{fffd}e');
    expect(shownKey('sidecar.io/a\u001bb\u202e.c')).toBe('sidecar.io/a\u{fffd}b\u{fffd}.c');
  });

  it('has at most eighty characters, and a key as many behind its prefix', () => {
    expect(shownName('n'.repeat(60_000))).toBe(`${'n'.repeat(79)}…`);
    expect(shownKey(`sidecar.io/${'n'.repeat(60_000)}`)).toBe(`sidecar.io/${'n'.repeat(79)}…`);
    expect(shownKey('p'.repeat(60_000)).length).toBe(80);
  });

  it('is left out of a key where it looks like a credential, and the rest of the key stays', () => {
    const token = `${'gh'}p_16C7e42F292c6912E7710c838347Ae178B4a`;
    expect(shownKey(`sidecar.io/git-sync.${token}`)).toBe('sidecar.io/git-sync.***');
    expect(shownKey(`sidecar.io/${token}.ref`)).toBe('sidecar.io/***.ref');
    expect(shownKey('sidecar.io/alice:secret@github.com')).toBe('sidecar.io/***@github.com');
  });

  it('is not shown at all where what could tell a credential is too far away', () => {
    expect(shownName(`alice:${'x'.repeat(600)}@github.com`)).toBe('***');
    expect(shownName(`alice ${'x'.repeat(600)}%40github.com`)).toBe('***');
  });
});

describe('a list of names in a message', () => {
  const names = (count: number, length = 1) =>
    Array.from({ length: count }, (_, index) => `${index}`.padStart(length, 'n'));

  it.each([
    [0, ''],
    [1, '0'],
    [3, '0, 1, 2'],
  ])('is whole where it is short: %s names', (count, shown) => {
    expect(shownList(names(count))).toBe(shown);
  });

  it('has fifty names at most, and counts the others', () => {
    expect(shownList(names(50))).toBe(names(50).join(', '));
    expect(shownList(names(640))).toBe(`${names(640).slice(0, 50).join(', ')} and 590 more`);
    expect(shownList(names(60), ',')).toBe(`${names(60).slice(0, 50).join(',')} and 10 more`);
  });

  it('has no more than one can take in where names are long, but one', () => {
    expect(shownList(names(3000, 60))).toBe(`${names(9, 60).join(', ')} and 2991 more`);
    expect(shownList(['n'.repeat(60_000), 'a'])).toBe(`${'n'.repeat(79)}…, a`);
  });
});
