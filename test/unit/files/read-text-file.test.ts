import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readTextFile } from '../../../src/files/read-text-file.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';

const path = () => join(temporaryDirectory(), 'file');

describe('a file that is read', () => {
  it.each(['', 'a', 'é漢😀', 'x'.repeat(100_000)])('is a text: %.10s', async text => {
    const file = path();
    writeFileSync(file, text);
    expect(await readTextFile(file, 100_000)).toBe(text);
  });

  it('may be reached by a link, as in a mounted ConfigMap', async () => {
    const file = path();
    writeFileSync(file, 'text');
    symlinkSync(file, `${file}.link`);
    expect(await readTextFile(`${file}.link`, 10)).toBe('text');
  });

  it('may be as large as is said, and not a byte larger', async () => {
    const file = path();
    writeFileSync(file, 'x'.repeat(2048));
    expect(await readTextFile(file, 2048)).toHaveLength(2048);
    await expect(readTextFile(file, 2047)).rejects.toThrow(`"${file}" is larger than 1 KiB`);
  });

  it.runIf(process.platform === 'linux')('is not believed when it says that it is empty', async () => {
    expect(await readTextFile('/proc/self/status', 64 * 1024)).toContain('VmRSS');
    await expect(readTextFile('/proc/self/status', 20)).rejects.toThrow(/is larger than/);
  });
});

describe('what is no file', () => {
  it('is refused with its kind, and never opened: a directory', async () => {
    const directory = path();
    mkdirSync(directory);
    await expect(readTextFile(directory, 10)).rejects.toThrow(
      `"${directory}" is a directory; use a regular file`,
    );
  });

  it('is refused with its kind: a named pipe that nobody writes to', async () => {
    const pipe = path();
    execFileSync('mkfifo', [pipe]);
    await expect(readTextFile(pipe, 10)).rejects.toThrow(`"${pipe}" is a named pipe; use a regular file`);
  });

  it('is refused with its kind: a device that never ends, behind a link', async () => {
    const link = path();
    symlinkSync('/dev/zero', link);
    await expect(readTextFile(link, 10)).rejects.toThrow(`"${link}" is a device; use a regular file`);
  });

  it('is refused with its kind: a socket', async () => {
    const socket = path();
    const server = createServer().listen(socket);
    onTestFinished(() => {
      server.close();
    });
    await new Promise(resolve => server.once('listening', resolve));
    await expect(readTextFile(socket, 10)).rejects.toThrow(`"${socket}" is a socket; use a regular file`);
  });

  it('is told in the words of the system where it is missing, or a link to nothing', async () => {
    const file = path();
    await expect(readTextFile(file, 10)).rejects.toThrow(/ENOENT.*file/);
    symlinkSync(`${file}.nowhere`, file);
    await expect(readTextFile(file, 10)).rejects.toThrow(/ENOENT/);
  });

  it.skipIf(process.getuid?.() === 0)(
    'is told in the words of the system where it is forbidden',
    async () => {
      const file = path();
      writeFileSync(file, 'secret');
      chmodSync(file, 0);
      await expect(readTextFile(file, 10)).rejects.toThrow(/EACCES/);
    },
  );
});
