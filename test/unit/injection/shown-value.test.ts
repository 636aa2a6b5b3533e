import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shownValue } from '../../../src/injection/shown-value.ts';

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
    ['a password with a #', 'https://alice:sec#ret@example.com/a', '"***@example.com/a"'],
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
    expect(shownValue(value)).toBe(shown);
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
    expect(shown('alice:secret@hooks.example.com/a/b?c')).toBe('"***@hooks.example.com/…"');
  });

  it('shows nothing of what stands before an @ or behind a ?, whatever else the value is', () => {
    const part = fc.string({ unit: fc.constantFrom('a', ':', '/', '#', '?', '@', ' ', '%', '\n') });
    fc.assert(
      fc.property(part, part, part, fc.constantFrom('url', 'git-url', undefined), (a, b, c, type) => {
        for (const value of [`${a}SECRET${b}@${c}`, `${a}?${b}SECRET${c}`]) {
          expect(shownValue(value, type)).not.toContain('SECRET');
        }
      }),
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
    expect(shownValue('x'.repeat(81))).toBe(`"${'x'.repeat(80)}…"`);
    expect(shownValue('\u{1f600}'.repeat(81))).toBe(`"${'\u{1f600}'.repeat(80)}…"`);
  });
});
