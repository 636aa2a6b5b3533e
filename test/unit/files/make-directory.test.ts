import { mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeDirectory } from '../../../src/files/make-directory.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';

const mode = 0o700;

describe('makeDirectory', () => {
  it('makes it and those above it, for the owner only', async () => {
    const root = temporaryDirectory();
    await makeDirectory(join(root, 'a', 'b', 'c'), mode);
    for (const path of ['a', 'a/b', 'a/b/c']) {
      expect(statSync(join(root, path)).mode & 0o7777).toBe(mode);
    }
  });

  it('leaves what is there as it is, also behind a link', async () => {
    const root = temporaryDirectory();
    mkdirSync(join(root, 'there'), { mode: 0o755 });
    symlinkSync('there', join(root, 'link'));
    await makeDirectory(join(root, 'link'), mode);
    expect(statSync(join(root, 'there')).mode & 0o7777).toBe(0o755);
    await makeDirectory(join(root, 'link', 'below'), mode);
    expect(statSync(join(root, 'there', 'below')).isDirectory()).toBe(true);
    await makeDirectory('/', mode);
  });

  it('is made once by several at the same time', async () => {
    const path = join(temporaryDirectory(), 'a', 'b');
    await Promise.all(Array.from({ length: 20 }, () => makeDirectory(path, mode)));
    expect(statSync(path).isDirectory()).toBe(true);
  });

  it.each(['', '/below', '/below/deep'])('fails where a file has that name: file%s', async below => {
    const file = join(temporaryDirectory(), 'file');
    writeFileSync(file, '');
    await expect(makeDirectory(`${file}${below}`, mode)).rejects.toThrow(/^(EEXIST|ENOTDIR)/);
  });

  it('fails where a link leads nowhere', async () => {
    const link = join(temporaryDirectory(), 'link');
    symlinkSync('nowhere', link);
    await expect(makeDirectory(link, mode)).rejects.toThrow(/^EEXIST/);
  });

  it.runIf(process.platform === 'linux')('fails where the system lets nobody make one', async () => {
    await expect(makeDirectory('/proc/certs', mode)).rejects.toThrow(/^(ENOENT|EACCES|EPERM)/);
  });
});
