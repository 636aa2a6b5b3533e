import { describe, expect, it } from 'vitest';
import { isOwnName } from '../../../src/http/own-name.ts';

describe('the name in a request', () => {
  it.each([
    '127.0.0.1',
    '127.0.0.1:8080',
    '10.1.2.3:8080',
    '[::1]',
    '[::1]:65535',
    'localhost',
    'localhost:8080',
    'LOCALHOST:8080',
  ])('is of this machine where nobody else can point it anywhere: %s', host => {
    expect(isOwnName(host, '127.0.0.1')).toBe(true);
  });

  it.each([
    undefined,
    '',
    'evil.example',
    'evil.example:8080',
    'localhost.evil.example:8080',
    'evil-localhost',
    '127.0.0.1.evil.example:8080',
    '127.0.0.1@evil.example',
    'evil.example:80:8080',
    '[evil.example]:8080',
    '[::1].evil.example:8080',
    '[127.0.0.1]',
    '127.1',
    '::1',
    'localhost:',
  ])('may be one that a web site points at it: %s', host => {
    expect(isOwnName(host, '0.0.0.0')).toBe(false);
  });

  it('is the one that the operator named', () => {
    expect(isOwnName('Build.Example:8080', 'build.example')).toBe(true);
    expect(isOwnName('other.example:8080', 'build.example')).toBe(false);
  });
});
