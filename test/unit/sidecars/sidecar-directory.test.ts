import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { readSidecarFiles, SidecarDirectory } from '../../../src/sidecars/sidecar-directory.ts';
import type { SidecarDefaults, SidecarSet } from '../../../src/sidecars/sidecar-set.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { definitionText } from './definition-text.ts';

function good(name: string, version = 1): string {
  return definitionText(`container: {image: "example.com/${name}:${version}"}`, name);
}

/** A directory that is followed, with what it said on the way. */
async function followed(files: Readonly<Record<string, string>>, defaults?: SidecarDefaults) {
  const path = temporaryDirectory();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return { path, ...(await follow(path, defaults)) };
}

async function follow(path: string, defaults: SidecarDefaults = {}) {
  const changes: { readonly set: SidecarSet; readonly previous: SidecarSet }[] = [];
  const problems: (string | undefined)[] = [];
  const directory = new SidecarDirectory({
    path,
    settings: { defaults },
    onChange: (set, previous) => changes.push({ set, previous }),
    onProblem: problem => problems.push(problem),
  });
  await directory.load();
  return { directory, changes, problems };
}

/** A change counts when two looks in a row see it. */
async function lookTwice(directory: SidecarDirectory): Promise<void> {
  await directory.refresh();
  await directory.refresh();
}

function inForce(directory: SidecarDirectory): Readonly<Record<string, unknown>> {
  const images = [...directory.current.sidecars].map(([name, { container }]) => [
    name,
    container.kind === 'literal' ? (container.value as { image: string }).image.split(':')[1] : undefined,
  ]);
  return Object.fromEntries(images);
}

describe('the first reading', () => {
  it('takes all YAML files but hidden ones and kustomization.yaml', async () => {
    const { directory, path } = await followed({
      'a.yaml': good('a'),
      'b.yml': good('b'),
      '.hidden.yaml': good('hidden'),
      'kustomization.yaml': 'kind: Kustomization',
      'kustomization.yml': 'kind: Kustomization',
      'sidecar.schema.json': '{}',
      'README.md': '# Sidecars',
      'a.yaml~': good('backup'),
      'a.yaml.swp': 'swap',
    });
    expect(inForce(directory)).toEqual({ a: '1', b: '1' });
    expect(directory.current.problems).toEqual([]);
    expect((await readSidecarFiles(path)).map(({ name }) => name)).toEqual(['a.yaml', 'b.yml']);
  });

  it('takes an empty directory for no sidecars', async () => {
    const { directory, changes } = await followed({});
    expect(inForce(directory)).toEqual({});
    expect(changes).toHaveLength(1);
  });

  it('rejects where there is no directory', async () => {
    const path = join(temporaryDirectory(), 'missing');
    await expect(follow(path)).rejects.toThrow(/ENOENT.*missing/);
  });

  it('rejects where the path is a file', async () => {
    const path = join(temporaryDirectory(), 'a.yaml');
    writeFileSync(path, good('a'));
    await expect(follow(path)).rejects.toThrow(/ENOTDIR/);
  });

  it('is in force when a file is bad, with the problem', async () => {
    const { directory } = await followed({ 'a.yaml': good('a'), 'b.yaml': 'x: 1' });
    expect(inForce(directory)).toEqual({ a: '1' });
    expect(directory.current.problems[0]?.file).toBe('b.yaml');
  });

  it('reports what has the name of a file but is none', async () => {
    const path = temporaryDirectory();
    mkdirSync(join(path, 'a.yaml'));
    symlinkSync(join(path, 'nowhere'), join(path, 'b.yaml'));
    const { directory } = await follow(path);
    expect(directory.current.problems.map(({ file, message }) => `${file}: ${message}`)).toEqual([
      `a.yaml: "${join(path, 'a.yaml')}" is a directory; use a regular file`,
      expect.stringMatching(/^b\.yaml: ENOENT/),
    ]);
    expect([...directory.current.broken.keys()]).toEqual(['a', 'b']);
  });

  it.each([
    ['a named pipe', (file: string) => execFileSync('mkfifo', [file]), 'is a named pipe; use a regular file'],
    ['a device', (file: string) => symlinkSync('/dev/zero', file), 'is a device; use a regular file'],
    ['too large', (file: string) => writeFileSync(file, 'x'.repeat(300_000)), 'is larger than 256 KiB'],
    [
      'a bomb',
      (file: string) => writeFileSync(file, '? '.repeat(28)),
      'a key is a text, no list, map or alias',
    ],
  ])('takes the others where one file is %s', async (_what, make, problem) => {
    const path = temporaryDirectory();
    make(join(path, 'a.yaml'));
    writeFileSync(join(path, 'b.yaml'), good('b'));
    const { directory } = await follow(path);
    expect(inForce(directory)).toEqual({ b: '1' });
    expect(directory.current.problems[0]).toMatchObject({
      file: 'a.yaml',
      message: expect.stringContaining(problem),
    });
  });

  it('takes a thousand files, and says from which on it takes no more', async () => {
    const path = temporaryDirectory();
    const nameOf = (index: number) => `a${String(index).padStart(4, '0')}`;
    for (let index = 0; index < 1003; index++) {
      writeFileSync(join(path, `${nameOf(index)}.yaml`), good(nameOf(index)));
    }
    const files = await readSidecarFiles(path);
    expect(files).toHaveLength(1001);
    expect(files.filter(({ text }) => text !== undefined)).toHaveLength(1000);
    expect(files.at(-1)).toEqual({
      name: 'a1000.yaml',
      unreadable: 'not read and 2 more after it: a directory holds at most 1000 definitions',
    });
  });

  it('takes 8 MiB, and says which files it takes no more', async () => {
    const path = temporaryDirectory();
    for (let index = 10; index < 45; index++) {
      writeFileSync(join(path, `a${index}.yaml`), `# ${'x'.repeat(256 * 1024 - 2)}`);
    }
    const files = await readSidecarFiles(path);
    const unread = files.filter(({ text }) => text === undefined);
    expect(unread.map(({ name }) => name)).toEqual(['a42.yaml', 'a43.yaml', 'a44.yaml']);
    expect(unread[0]).toMatchObject({
      unreadable: 'not read: the definitions before it take 8 MiB, which is the most',
    });
  });

  it('rejects where the directory has so many files that it cannot be the one that was meant', async () => {
    const path = temporaryDirectory();
    for (let index = 0; index <= 10_000; index++) writeFileSync(join(path, `a${index}.txt`), '');
    await expect(readSidecarFiles(path)).rejects.toThrow(`more than 10000 files in ${path}`);
  });

  it("uses the operator's defaults", async () => {
    const { directory } = await followed({ 'a.yaml': good('a') }, { a: { cpu: '50m' } });
    expect(directory.current.sidecars.get('a')?.parameters.get('cpu')?.defaultValue?.value).toBe('50m');
  });
});

describe('a change', () => {
  it('in place comes into force', async () => {
    const { directory, changes, path } = await followed({ 'a.yaml': good('a', 1) });
    writeFileSync(join(path, 'a.yaml'), good('a', 2));
    await lookTwice(directory);
    expect(inForce(directory)).toEqual({ a: '2' });
    expect(changes).toHaveLength(2);
    expect(changes[1]?.previous).toBe(changes[0]?.set);
    expect(changes[1]?.set).toBe(directory.current);
  });

  it('by rename, as editors save, comes into force', async () => {
    const { directory, path } = await followed({ 'a.yaml': good('a', 1) });
    writeFileSync(join(path, '.a.yaml.new'), good('a', 2));
    renameSync(join(path, '.a.yaml.new'), join(path, 'a.yaml'));
    await lookTwice(directory);
    expect(inForce(directory)).toEqual({ a: '2' });
  });

  it('by a new file and by a deleted one comes into force', async () => {
    const { directory, path } = await followed({ 'a.yaml': good('a') });
    writeFileSync(join(path, 'b.yaml'), good('b'));
    await lookTwice(directory);
    expect(inForce(directory)).toEqual({ a: '1', b: '1' });
    rmSync(join(path, 'a.yaml'));
    await lookTwice(directory);
    expect(inForce(directory)).toEqual({ b: '1' });
  });

  it('of the name of a file alone changes nothing that pods could see', async () => {
    const { directory, path } = await followed({ 'a.yaml': good('a') });
    renameSync(join(path, 'a.yaml'), join(path, 'z.yaml'));
    await lookTwice(directory);
    expect(inForce(directory)).toEqual({ a: '1' });
    expect(directory.current.problems).toEqual([]);
  });

  it('that is bad keeps the last good version and is reported; the next good one heals it', async () => {
    const { directory, changes, path } = await followed({ 'a.yaml': good('a', 1) });
    writeFileSync(join(path, 'a.yaml'), 'kind: Sidecar\n');
    await lookTwice(directory);
    expect(inForce(directory)).toEqual({ a: '1' });
    expect(changes.at(-1)?.set.problems[0]).toMatchObject({ file: 'a.yaml', line: 1 });
    writeFileSync(join(path, 'a.yaml'), good('a', 3));
    await lookTwice(directory);
    expect(inForce(directory)).toEqual({ a: '3' });
    expect(directory.current.problems).toEqual([]);
  });

  it('is told once, however often one looks', async () => {
    const { directory, changes, path } = await followed({ 'a.yaml': good('a', 1) });
    writeFileSync(join(path, 'a.yaml'), good('a', 2));
    for (let look = 0; look < 5; look++) await directory.refresh();
    expect(changes).toHaveLength(2);
  });

  it('that is none is not told', async () => {
    const { directory, changes, path } = await followed({ 'a.yaml': good('a', 1) });
    writeFileSync(join(path, 'a.yaml'), good('a', 1));
    await lookTwice(directory);
    expect(changes).toHaveLength(1);
  });

  it('does not touch the set that a request holds', async () => {
    const { directory, path } = await followed({ 'a.yaml': good('a', 1) });
    const held = directory.current;
    rmSync(join(path, 'a.yaml'));
    await lookTwice(directory);
    expect(held.sidecars.has('a')).toBe(true);
    expect(directory.current).not.toBe(held);
  });

  it('that the reader does not expect does not reject the look', async () => {
    const { directory, path } = await followed({ 'a.yaml': good('a', 1) });
    const text = 'volumes: {when: run.once, value: [{name: a, emptyDir: {}}]}\ncontainer: {image: "a:1"}';
    writeFileSync(join(path, 'a.yaml'), definitionText(text, 'a'));
    await directory.refresh();
    await expect(directory.refresh()).resolves.toBeUndefined();
    expect(inForce(directory)).toEqual({ a: '1' });
    expect(directory.current.problems.map(({ path, message }) => `${path}: ${message}`)).toEqual([
      'spec.volumes: expected a list, got a map; a whole list cannot be a choice, each of its entries can: [{when: …, value: …}]',
    ]);
  });

  it('is in force although who is told of it fails, which does not reject the look', async () => {
    const path = temporaryDirectory();
    writeFileSync(join(path, 'a.yaml'), good('a', 1));
    const problems: (string | undefined)[] = [];
    const onChange = (set: SidecarSet) => {
      if (set.sidecars.has('b')) throw new Error('no log');
    };
    const directory = new SidecarDirectory({
      path,
      onChange,
      onProblem: problem => problems.push(problem),
    });
    await directory.load();
    writeFileSync(join(path, 'b.yaml'), good('b', 1));
    await lookTwice(directory);
    expect(inForce(directory)).toEqual({ a: '1', b: '1' });
    expect(problems).toEqual(['no log']);
  });
});

describe('a look that takes long', () => {
  it('is alone, and none follows it after the stop', async () => {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
    let looks = 0;
    const directory = new SidecarDirectory({
      path: 'on a file system that hangs',
      read: () => {
        looks++;
        return looks === 1 ? Promise.resolve([]) : new Promise(() => {});
      },
    });
    await directory.load();
    directory.start();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(looks).toBe(2);
    directory.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(looks).toBe(2);
  });
});

describe('many files that change at once', () => {
  it('are read with a turn for requests between them, which see the set before to the end', async () => {
    const names = Array.from({ length: 200 }, (_, index) => `a${index}`);
    const filesOf = (version: number) =>
      names.map(name => ({ name: `${name}.yaml`, text: good(name, version) }));
    let version = 1;
    // A clock on which each step takes a millisecond.
    let nowMs = 0;
    const now = () => nowMs++;
    const directory = new SidecarDirectory({ path: '', now, read: async () => filesOf(version) });
    await directory.load();
    version = 2;
    const seen = new Set<string>();
    let turns = 0;
    const isDone = lookTwice(directory).then(() => true);
    const isOver = () =>
      Promise.race([isDone, new Promise<boolean>(resolve => setImmediate(resolve, false))]);
    while (!(await isOver())) {
      turns++;
      seen.add(JSON.stringify(Object.values(inForce(directory)).map(String)));
    }
    expect(turns).toBeGreaterThan(200 * 20);
    expect([...seen].map(text => new Set(JSON.parse(text)).size)).toEqual([...seen].map(() => 1));
    expect(new Set(Object.values(inForce(directory)))).toEqual(new Set(['2']));
  });
});

/** How many times the work of a look can be left. */
async function stepsOf(directory: SidecarDirectory, clock: { steps: number }): Promise<number> {
  clock.steps = 0;
  await lookTwice(directory);
  return clock.steps;
}

describe('one file of many that changes', () => {
  it('is the only one that is read anew', async () => {
    const clock = { steps: 0 };
    const filesOf = (count: number, versions: number) =>
      Array.from({ length: count }, (_, index) => ({
        name: `a${index}.yaml`,
        text: good(`a${index}`, index < versions ? 2 : 1),
      }));
    let files = filesOf(200, 0);
    const now = () => clock.steps++;
    const directory = new SidecarDirectory({ path: '', now, read: async () => files });
    await directory.load();
    const before = directory.current.sidecars;
    files = filesOf(200, 1);
    const one = await stepsOf(directory, clock);
    const { sidecars } = directory.current;
    expect([...sidecars.keys()].filter(name => sidecars.get(name) !== before.get(name))).toEqual(['a0']);
    files = filesOf(200, 2);
    expect(await stepsOf(directory, clock)).toBe(one);
    files = filesOf(200, 200);
    // Of each file that is as it was one step is left.
    expect(await stepsOf(directory, clock)).toBeGreaterThan(10 * one);
  });

  it('makes no set and tells nobody where a look sees the same', async () => {
    const { directory, changes } = await followed({ 'a.yaml': good('a'), 'b.yaml': good('b') });
    const { current } = directory;
    for (let look = 0; look < 5; look++) await directory.refresh();
    expect(directory.current).toBe(current);
    expect(changes).toHaveLength(1);
  });
});

describe('a half-written file', () => {
  it('is not taken: a change counts when two looks in a row see the same', async () => {
    const { directory, changes, path } = await followed({ 'a.yaml': good('a', 1) });
    const text = good('a', 2);
    for (const length of [10, 60, text.length - 5]) {
      writeFileSync(join(path, 'a.yaml'), text.slice(0, length));
      await directory.refresh();
    }
    writeFileSync(join(path, 'a.yaml'), text);
    await directory.refresh();
    expect(changes).toHaveLength(1);
    await directory.refresh();
    expect(inForce(directory)).toEqual({ a: '2' });
    expect(changes).toHaveLength(2);
    expect(directory.current.problems).toEqual([]);
  });

  it('that turns back to what it was is no change', async () => {
    const { directory, changes, path } = await followed({ 'a.yaml': good('a', 1) });
    writeFileSync(join(path, 'a.yaml'), '');
    await directory.refresh();
    writeFileSync(join(path, 'a.yaml'), good('a', 1));
    await directory.refresh();
    writeFileSync(join(path, 'a.yaml'), '');
    await directory.refresh();
    expect(changes).toHaveLength(1);
    expect(inForce(directory)).toEqual({ a: '1' });
  });
});

describe('a directory that cannot be read any more', () => {
  it('leaves the set in force and is told once', async () => {
    const { directory, changes, problems, path } = await followed({ 'a.yaml': good('a') });
    rmSync(path, { recursive: true });
    for (let look = 0; look < 3; look++) await directory.refresh();
    expect(inForce(directory)).toEqual({ a: '1' });
    expect(problems).toEqual([expect.stringContaining('ENOENT')]);
    expect(changes).toHaveLength(1);
  });

  it('is followed again when it is back, which is told, and told anew when it goes again', async () => {
    const { directory, problems, path } = await followed({ 'a.yaml': good('a', 1) });
    rmSync(path, { recursive: true });
    await lookTwice(directory);
    mkdirSync(path);
    writeFileSync(join(path, 'a.yaml'), good('a', 2));
    await lookTwice(directory);
    expect(inForce(directory)).toEqual({ a: '2' });
    expect(problems).toEqual([expect.stringContaining('ENOENT'), undefined]);
    rmSync(path, { recursive: true });
    await lookTwice(directory);
    expect(problems).toEqual([
      expect.stringContaining('ENOENT'),
      undefined,
      expect.stringContaining('ENOENT'),
    ]);
  });

  it('is told again when the reason is another', async () => {
    const { directory, problems, path } = await followed({ 'a.yaml': good('a', 1) });
    rmSync(path, { recursive: true });
    await directory.refresh();
    writeFileSync(path, 'a file');
    await lookTwice(directory);
    rmSync(path);
    mkdirSync(path);
    writeFileSync(join(path, 'a.yaml'), good('a', 1));
    await lookTwice(directory);
    expect(problems).toEqual([
      expect.stringContaining('ENOENT'),
      expect.stringContaining('ENOTDIR'),
      undefined,
    ]);
    expect(inForce(directory)).toEqual({ a: '1' });
  });
});

/** What the kubelet makes of a ConfigMap: the files are links into `..data`, which is a link to one version. */
class MountedConfigMap {
  readonly path = temporaryDirectory();
  #version = '';

  write(files: Readonly<Record<string, string>>): void {
    const version = `..${randomUUID()}`;
    mkdirSync(join(this.path, version));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.path, version, name), text);
    symlinkSync(version, join(this.path, '..data_tmp'));
    renameSync(join(this.path, '..data_tmp'), join(this.path, '..data'));
    for (const name of Object.keys(files)) {
      rmSync(join(this.path, name), { force: true });
      symlinkSync(join('..data', name), join(this.path, name));
    }
    if (this.#version !== '') rmSync(join(this.path, this.#version), { recursive: true });
    this.#version = version;
  }
}

describe('a mounted ConfigMap', () => {
  it('is read like a directory', async () => {
    const mount = new MountedConfigMap();
    mount.write({ 'a.yaml': good('a'), 'b.yaml': good('b') });
    const { directory } = await follow(mount.path);
    expect(inForce(directory)).toEqual({ a: '1', b: '1' });
    expect(readFileSync(join(mount.path, 'a.yaml'), 'utf8')).toBe(good('a'));
  });

  it('brings all files of its next version at once', async () => {
    const mount = new MountedConfigMap();
    mount.write({ 'a.yaml': good('a', 1), 'b.yaml': good('b', 1) });
    const { directory, changes } = await follow(mount.path);
    mount.write({ 'a.yaml': good('a', 2), 'b.yaml': good('b', 2), 'c.yaml': good('c', 2) });
    await lookTwice(directory);
    expect(inForce(directory)).toEqual({ a: '2', b: '2', c: '2' });
    expect(changes).toHaveLength(2);
    mount.write({ 'a.yaml': good('a', 3) });
    await lookTwice(directory);
    expect(inForce(directory)).toEqual({ a: '3' });
  });

  it('shows one version although links of another are still lying about', async () => {
    const mount = new MountedConfigMap();
    mount.write({ 'a.yaml': good('a', 1), 'b.yaml': good('b', 1) });
    mount.write({ 'a.yaml': good('a', 2) });
    const { directory } = await follow(mount.path);
    expect(inForce(directory)).toEqual({ a: '2' });
    expect(directory.current.problems).toEqual([]);
  });
});
