import { mkdirSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { identityOf, SidecarFileReader } from '../../../src/sidecars/sidecar-file-reader.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';

/** A directory with a reader whose clock stands still, and that counts what it asks the system. */
function directoryWith(files: Readonly<Record<string, string>>, identify = identityOf) {
  const path = temporaryDirectory();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  let nowMs = 0;
  let asked = 0;
  const ask = async (path: string) => {
    asked++;
    return identify(path);
  };
  const reader = new SidecarFileReader(path, { now: () => nowMs, identify: ask });
  const look = async () => {
    nowMs += 500;
    const files = await reader.read();
    return Object.fromEntries(files.map(file => [file.name, file.text ?? file]));
  };
  return {
    path,
    look,
    /** Looks until all is known for some time. */
    settle: async () => {
      for (let count = 0; count < 8; count++) await look();
    },
    askedBy: async (run: () => Promise<unknown>) => {
      asked = 0;
      await run();
      return asked;
    },
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

/** A file system that knows when a file was changed to two seconds, and nothing else. */
async function coarseStateOf(path: string): Promise<string> {
  const { size, mtimeMs } = await stat(path);
  return `${size}:${Math.floor(mtimeMs / 2000)}`;
}

const longAgo = new Date('2020-01-01T00:00:00Z');

describe('a change in place', () => {
  it('is seen although length and time of the file are those of before', async () => {
    const { path, look, settle } = directoryWith({ 'a.yaml': 'one' });
    const file = join(path, 'a.yaml');
    utimesSync(file, longAgo, longAgo);
    await settle();
    const before = statSync(file);
    writeFileSync(file, 'two');
    utimesSync(file, longAgo, longAgo);
    expect(statSync(file)).toMatchObject({ ino: before.ino, size: before.size, mtimeMs: before.mtimeMs });
    expect(await look()).toEqual({ 'a.yaml': 'two' });
  });

  it('is seen although its time is set back', async () => {
    const { path, look, settle } = directoryWith({ 'a.yaml': 'one' });
    await settle();
    writeFileSync(join(path, 'a.yaml'), 'two');
    utimesSync(join(path, 'a.yaml'), longAgo, longAgo);
    expect(await look()).toEqual({ 'a.yaml': 'two' });
  });

  it('is seen some seconds after another one, where the times of the file system are too coarse to show it', async () => {
    const { path, look, settle } = directoryWith({ 'a.yaml': 'one' }, coarseStateOf);
    const file = join(path, 'a.yaml');
    utimesSync(file, longAgo, longAgo);
    await settle();
    const write = (text: string) => {
      writeFileSync(file, text);
      utimesSync(file, 1e9, 1e9);
    };
    write('two');
    expect(await look()).toEqual({ 'a.yaml': 'two' });
    const state = await coarseStateOf(file);
    write('six');
    expect(await look()).toEqual({ 'a.yaml': 'six' });
    write('ten');
    expect(await coarseStateOf(file)).toBe(state);
    expect(await look()).toEqual({ 'a.yaml': 'six' });
    await settle();
    expect(await look()).toEqual({ 'a.yaml': 'ten' });
  });

  it('is seen within a minute where the file system does not tell of it at all', async () => {
    const { path, look, settle, pass } = directoryWith({ 'a.yaml': 'one' }, async () => 'the same');
    await settle();
    writeFileSync(join(path, 'a.yaml'), 'two');
    expect(await look()).toEqual({ 'a.yaml': 'one' });
    pass(60_000);
    expect(await look()).toEqual({ 'a.yaml': 'two' });
  });
});

describe('a change by name', () => {
  it('is seen where another file takes the name of one', async () => {
    const { path, look, settle } = directoryWith({ 'a.yaml': 'one' });
    await settle();
    writeFileSync(join(path, '.a.yaml.new'), 'two');
    renameSync(join(path, '.a.yaml.new'), join(path, 'a.yaml'));
    expect(await look()).toEqual({ 'a.yaml': 'two' });
  });

  it('is seen where a file comes or goes', async () => {
    const { path, look, settle } = directoryWith({ 'a.yaml': 'one', 'b.yaml': 'b' });
    await settle();
    writeFileSync(join(path, 'c.yaml'), 'c');
    rmSync(join(path, 'b.yaml'));
    expect(await look()).toEqual({ 'a.yaml': 'one', 'c.yaml': 'c' });
  });

  it('is seen where the link to the whole directory leads elsewhere', async () => {
    const parent = temporaryDirectory();
    for (const version of ['one', 'two']) {
      mkdirSync(join(parent, version));
      writeFileSync(join(parent, version, 'a.yaml'), version);
    }
    const link = join(parent, 'current');
    symlinkSync('one', link);
    let nowMs = 0;
    const reader = new SidecarFileReader(link, { now: () => (nowMs += 500) });
    for (let look = 0; look < 8; look++) await reader.read();
    symlinkSync('two', `${link}.new`);
    renameSync(`${link}.new`, link);
    expect(await reader.read()).toEqual([{ name: 'a.yaml', text: 'two' }]);
  });

  it('is seen where a mounted ConfigMap has another version, with files that look alike', async () => {
    const { path, look, settle } = directoryWith({}, async () => 'the same');
    const swap = (version: string) => {
      mkdirSync(join(path, version));
      writeFileSync(join(path, version, 'a.yaml'), version);
      symlinkSync(version, join(path, '..data_tmp'));
      renameSync(join(path, '..data_tmp'), join(path, '..data'));
    };
    swap('..1');
    await settle();
    swap('..2');
    expect(await look()).toEqual({ 'a.yaml': '..2' });
  });
});

describe('a file that cannot be read', () => {
  it('is tried again at each look, whatever the system says of it', async () => {
    const { path, look, settle } = directoryWith({ 'b.yaml': 'b' }, async () => 'the same');
    symlinkSync(join(path, 'later.txt'), join(path, 'a.yaml'));
    await settle();
    expect(await look()).toMatchObject({ 'a.yaml': { unreadable: expect.stringContaining('ENOENT') } });
    writeFileSync(join(path, 'later.txt'), 'a');
    expect(await look()).toEqual({ 'a.yaml': 'a', 'b.yaml': 'b' });
  });
});

describe('what a look costs', () => {
  const nameOf = (index: number) => `a${String(index).padStart(3, '0')}.yaml`;
  const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [nameOf(index), 'one']));

  it('does not grow with the files where nothing changes, and all are looked at after some looks', async () => {
    const { path, look, settle, askedBy } = directoryWith(many);
    expect(await askedBy(look)).toBe(201);
    await settle();
    for (let count = 0; count < 20; count++) expect(await askedBy(look)).toBeLessThanOrEqual(26);
    writeFileSync(join(path, nameOf(199)), 'two');
    const seen = [];
    for (let count = 0; count < 10; count++) seen.push((await look())[nameOf(199)]);
    expect(seen).toContain('two');
  });

  it('grows when a file changes: others may have changed with it', async () => {
    const { path, look, settle } = directoryWith(many);
    await settle();
    for (const index of [0, 50, 100, 199]) writeFileSync(join(path, nameOf(index)), 'two');
    const seen = [];
    for (let count = 0; count < 10; count++) {
      const files = await look();
      seen.push(Object.values(files).filter(text => text === 'two').length);
    }
    expect(new Set(seen)).toEqual(new Set(seen[0] === 0 ? [0, 4] : [4]));
  });

  it('is a file that is not read anew: it is the same object', async () => {
    const path = temporaryDirectory();
    for (const name of ['a.yaml', 'b.yaml']) writeFileSync(join(path, name), 'one');
    let nowMs = 0;
    const reader = new SidecarFileReader(path, { now: () => (nowMs += 500) });
    for (let look = 0; look < 8; look++) await reader.read();
    const [a, b] = await reader.read();
    writeFileSync(join(path, 'b.yaml'), 'two');
    const [sameA, otherB] = await reader.read();
    expect(sameA).toBe(a);
    expect(otherB).not.toBe(b);
  });
});
