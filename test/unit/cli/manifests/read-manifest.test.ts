import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, openSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readManifest } from '../../../../src/cli/manifests/read-manifest.ts';
import { temporaryDirectory } from '../../../temporary-directory.ts';

const read = (path: string) => readManifest({ name: path, path });
const pathOf = () => join(temporaryDirectory(), 'a.yaml');

describe('the text of a manifest', () => {
  it.each(['', '\uFEFFa: b\r\n', 'a: é漢😀'])('is read sign by sign: %j', async text => {
    const path = pathOf();
    writeFileSync(path, text);
    expect(await read(path)).toBe(text);
  });

  it('may come out of a pipe that is named, as from another program', async () => {
    const path = pathOf();
    execFileSync('mkfifo', [path]);
    const writing = writeFile(path, 'a: b\n');
    expect(await read(path)).toBe('a: b\n');
    await writing;
  });

  it('is not read where it is larger than any manifest', async () => {
    const path = pathOf();
    const file = openSync(path, 'w');
    ftruncateSync(file, 33 * 1024 * 1024);
    closeSync(file);
    await expect(read(path)).rejects.toThrow(`"${path}" is larger than 32768 KiB`);
  });

  it.each([
    ['bytes that are no UTF-8', Buffer.from([0xc3, 0x28])],
    ['UTF-16', Buffer.from('\uFEFFa: b', 'utf16le')],
    ['a zero', Buffer.from('a\0b')],
  ])('is none in %s', async (_what, bytes) => {
    const path = pathOf();
    writeFileSync(path, bytes);
    await expect(read(path)).rejects.toThrow(`"${path}" is no text in UTF-8, so it is no manifest`);
  });

  it('is a file, and what cannot be read is told', async () => {
    const directory = temporaryDirectory();
    await expect(read(directory)).rejects.toThrow(`"${directory}" is a directory; use a regular file`);
    await expect(read('/nowhere')).rejects.toThrow(
      'cannot read "/nowhere": there is no such file or directory',
    );
  });
});
