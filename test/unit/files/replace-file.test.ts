import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { putFile, replaceFile } from '../../../src/files/replace-file.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';

describe('a file that is replaced', () => {
  it.each([0o600, 0o644, 0o755, 0o444])('has another text, and its mode: %o', async mode => {
    const directory = temporaryDirectory();
    const file = join(directory, 'a.yaml');
    writeFileSync(file, 'old');
    chmodSync(file, mode);
    await replaceFile(file, 'new');
    expect(readFileSync(file, 'utf8')).toBe('new');
    expect(statSync(file).mode & 0o7777).toBe(mode);
    expect(readdirSync(directory)).toEqual(['a.yaml']);
  });

  it('is another file, so that who reads the old one reads it to its end', async () => {
    const file = join(temporaryDirectory(), 'a.yaml');
    writeFileSync(file, 'old');
    const before = statSync(file).ino;
    await replaceFile(file, 'new');
    expect(statSync(file).ino).not.toBe(before);
  });

  it('may be reached by links, which stay', async () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'base'));
    writeFileSync(join(directory, 'base/a.yaml'), 'old');
    symlinkSync('base', join(directory, 'link'));
    symlinkSync('link/a.yaml', join(directory, 'b.yaml'));
    await replaceFile(join(directory, 'b.yaml'), 'new');
    expect(readFileSync(join(directory, 'base/a.yaml'), 'utf8')).toBe('new');
    expect(lstatSync(join(directory, 'b.yaml')).isSymbolicLink()).toBe(true);
  });

  it('is as it was where the new text cannot be written', async () => {
    const directory = temporaryDirectory();
    const file = join(directory, 'a.yaml');
    writeFileSync(file, 'old');
    // Somebody else is at it.
    writeFileSync(`${file}.${process.pid}.tmp`, 'other');
    await expect(replaceFile(file, 'new')).rejects.toThrow(/EEXIST/);
    expect(readFileSync(file, 'utf8')).toBe('old');
    expect(readFileSync(`${file}.${process.pid}.tmp`, 'utf8')).toBe('other');
  });

  it('has to be there', async () => {
    const file = join(temporaryDirectory(), 'a.yaml');
    await expect(replaceFile(file, 'new')).rejects.toThrow(/ENOENT/);
    expect(existsSync(file)).toBe(false);
  });
});

describe('a file that is put somewhere', () => {
  it('is made where there is none, as others may read it', async () => {
    const directory = temporaryDirectory();
    await putFile(join(directory, 'a.yaml'), 'new');
    expect(readFileSync(join(directory, 'a.yaml'), 'utf8')).toBe('new');
    expect(statSync(join(directory, 'a.yaml')).mode & 0o777).toBe(0o666 & ~process.umask());
    expect(readdirSync(directory)).toEqual(['a.yaml']);
  });

  it('replaces the one that is there, and keeps its mode', async () => {
    const directory = temporaryDirectory();
    const file = join(directory, 'a.yaml');
    writeFileSync(file, 'old');
    chmodSync(file, 0o600);
    const before = statSync(file).ino;
    await putFile(file, 'new');
    expect(readFileSync(file, 'utf8')).toBe('new');
    expect(statSync(file)).toMatchObject({ mode: expect.toSatisfy(mode => (mode & 0o777) === 0o600) });
    expect(statSync(file).ino).not.toBe(before);
    expect(readdirSync(directory)).toEqual(['a.yaml']);
  });

  it('is not there where it cannot be', async () => {
    const directory = temporaryDirectory();
    await expect(putFile(join(directory, 'no/a.yaml'), 'new')).rejects.toThrow(/ENOENT/);
    writeFileSync(join(directory, 'file'), 'old');
    await expect(putFile(join(directory, 'file/a.yaml'), 'new')).rejects.toThrow(/ENOTDIR/);
    expect(readdirSync(directory)).toEqual(['file']);
  });
});
