import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parameterOf, readValue, useInstead } from '../read-value.ts';

const hash = '0123456789abcdef0123456789abcdef01234567';
const hasGit = spawnSync('git', ['--version']).status === 0;

const accepted = [
  'HEAD',
  'main',
  'master',
  'v1.2.3',
  'release/1.x',
  'feature/a-b_c',
  'refs/heads/main',
  'refs/tags/v1',
  'a',
  'a/b/c/d',
  'a-',
  'a@b',
  'a@',
  '@a',
  'a{b}',
  'a}',
  '{a',
  'a+b',
  'a,b',
  'a;b',
  'a&b',
  'a|b',
  'a$b',
  '$(HOME)',
  "a'b",
  'a"b',
  'a`b',
  'a<b>',
  'a#b',
  'a%b',
  'a!b',
  'a=b',
  '(a)',
  'a]b',
  'main.locked',
  'lock',
  'a.b',
  'straße',
  '日本/支店',
  '🌱',
  'deadbee',
];

const refused = [
  '.',
  '..',
  '.a',
  'a/.b',
  'a..b',
  'a.',
  'a/',
  '/a',
  'a//b',
  'a.lock',
  'a.lock/b',
  'a/b.lock',
  '.lock',
  '@',
  'a@{b',
  'main@{1}',
  '@{-1}',
  'a~1',
  'a^',
  'a^{}',
  'a:b',
  'a?b',
  'a*b',
  'a[b',
  'a\\b',
  '/',
  '//',
  '*',
];

describe('a git-ref', () => {
  it.each(accepted)('may be %s', text => {
    expect(readValue('git-ref', text).value).toMatchObject({ text, value: text });
  });

  it.each(refused)('is not %s', text => {
    expect(useInstead('git-ref', text)).toBe('a branch, a tag or a full 40-digit hash');
  });

  it.each(['a b', 'a\tb', 'a\u0000b', 'a\u007fb', '-a', '--help'])('is not %j', text => {
    expect(useInstead('git-ref', text)).toBeDefined();
  });

  it('is at most 255 characters long, as file names are', () => {
    expect(useInstead('git-ref', 'a'.repeat(255))).toBeUndefined();
    expect(useInstead('git-ref', 'a'.repeat(256))).toBe('a value of at most 255 characters');
  });

  it('is a hash where it has 40 hexadecimal digits', () => {
    expect(readValue('git-ref', hash).value).toEqual({ text: hash, value: hash, facts: ['hash'] });
    expect(parameterOf({ type: 'git-ref' }).facts).toEqual(['hash']);
  });

  it('is no hash with capitals: what is in lower case everywhere else would not be found', () => {
    expect(useInstead('git-ref', hash.toUpperCase())).toBe('the hash in lower case');
    expect(useInstead('git-ref', hash.replace('a', 'A'))).toBe('the hash in lower case');
  });

  it.each([`${hash}0`, hash.slice(0, 39).concat('g')])('is no hash, but may be a branch: %s', text => {
    expect(readValue('git-ref', text).value?.facts ?? []).toEqual([]);
  });

  it.each(['0123456', 'deadbeef', 'DEADBEE', hash.slice(0, 39)])(
    'warns of what looks like a short hash: %s',
    text => {
      expect(readValue('git-ref', text).value?.warning).toEqual({
        code: 'short-hash',
        message: 'if this is a short hash it cannot be fetched; write all 40 digits',
      });
    },
  );

  it.each(['HEAD', 'main', 'face', '012345', 'v1234567', 'deadbeeg', hash])(
    'warns of nothing for %s',
    text => {
      expect(readValue('git-ref', text).value?.warning).toBeUndefined();
    },
  );
});

describe.skipIf(!hasGit)('git itself (skipped where git is not installed)', () => {
  const doesGitAccept = (text: string) =>
    spawnSync('git', ['check-ref-format', '--allow-onelevel', text]).status === 0;

  it.each(accepted)('accepts %s as well', text => {
    expect(doesGitAccept(text)).toBe(true);
  });

  it.each(refused)('refuses %s as well', text => {
    expect(doesGitAccept(text)).toBe(false);
  });

  it.each(['main', 'a/b', 'a@b', 'straße'])('accepts %s as a branch', text => {
    expect(spawnSync('git', ['check-ref-format', '--branch', text]).status).toBe(0);
  });

  it('agrees about every text that no other rule concerns', () => {
    const letters = fc.constantFrom(...'ab01.@{}~^:?*[]\\/-_lock$é');
    const text = fc
      .oneof(
        fc.array(letters, { minLength: 1, maxLength: 8 }).map(parts => parts.join('')),
        fc
          .array(fc.constantFrom('a', '.', '/', '@', '{', '.lock', '..'), { minLength: 1, maxLength: 4 })
          .map(parts => parts.join('')),
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }),
      )
      .filter(value => !value.startsWith('-') && !/[\p{C}\p{Z}]/u.test(value));
    fc.assert(
      fc.property(text, value => {
        expect(readValue('git-ref', value).value !== undefined, value).toBe(doesGitAccept(value));
      }),
      { numRuns: 150 },
    );
  });
});
