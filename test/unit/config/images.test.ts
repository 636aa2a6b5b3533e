import { describe, expect, it } from 'vitest';
import { readImages } from '../../../src/config/images.ts';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

const problemsOf = (image: unknown) => {
  const reading = readImages({ logs: image });
  return 'problems' in reading ? reading.problems : [];
};

describe('images of sidecars', () => {
  it.each([
    'nginx',
    'nginx:1.29',
    'library/nginx',
    'registry.example.com/team/logs:v1',
    'registry.example.com:5000/logs',
    'localhost/logs:v1',
    '[2001:db8::1]:5000/logs:v1',
    `registry.example.com/logs@${digest}`,
    `registry.example.com/logs:v1@${digest}`,
    'a/b__c/d--e.f_g:V_1.0-x',
  ])('takes %s as it stands', image => {
    expect(readImages({ logs: image })).toEqual({ value: { logs: image } });
  });

  it.each([
    '',
    ' nginx',
    'nginx\n',
    'Nginx',
    'https://registry.example.com/logs',
    'registry.example.com/',
    'registry.example.com//logs',
    'registry_example.com/Logs',
    'registry.example.com:port/logs',
    '-a.io/logs',
    'a..b/c..d',
    'logs-',
    '$(IMAGE)',
    '${image}',
    `a@${digest}@${digest}`,
    'a'.repeat(501),
    5,
    null,
    {},
    ['nginx'],
  ])('refuses %j', image => {
    expect(problemsOf(image)).toEqual([expect.stringMatching(/^\.logs: got .*; use an image such as /s)]);
  });

  it.each([
    [`a@${digest.slice(0, -1)}`, 'use a digest of sha256: and 64 hexadecimal digits in small letters'],
    [`a@${digest.toUpperCase()}`, 'use a digest of sha256: and 64 hexadecimal digits in small letters'],
    ['a@', 'use a digest of sha256: and 64 hexadecimal digits in small letters'],
    ['a:', 'use a tag of at most 128 letters, digits, dots, dashes and underscores'],
    ['a:.v1', 'use a tag of at most 128 letters, digits, dots, dashes and underscores'],
    [`a:${'v'.repeat(129)}`, 'use a tag of at most 128 letters, digits, dots, dashes and underscores'],
    ['a/'.repeat(128).concat('b'), 'use a name of at most 255 characters'],
  ])('says what is wrong with %s', (image, advice) => {
    expect(problemsOf(image)).toEqual([expect.stringContaining(`; ${advice}`)]);
  });

  it('tells all problems at once, each behind its sidecar, and takes none of them', () => {
    expect(readImages({ a: 'A', b: 'b:v1', c: 1 })).toEqual({
      problems: [expect.stringMatching(/^\.a: got "A"/), expect.stringMatching(/^\.c: got 1/)],
    });
  });

  it('takes a sidecar of any name, because definitions are known later', () => {
    const images = JSON.parse('{"__proto__": "a:v1"}');
    const reading = readImages(images);
    expect(Object.entries('value' in reading ? reading.value : {})).toEqual([['__proto__', 'a:v1']]);
  });
});
