import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const source = fileURLToPath(new URL('../../src', import.meta.url));

/** What each room may import: other rooms, and packages. `types` after a name: types only. */
const rooms: Readonly<
  Record<string, { readonly rooms: readonly string[]; readonly packages: readonly string[] }>
> = {
  kubernetes: { rooms: [], packages: [] },
  // node:fs in the directory reader only, see below.
  sidecars: { rooms: ['kubernetes'], packages: ['yaml', 'node:fs/promises', 'node:path'] },
  injection: { rooms: ['kubernetes', 'sidecars types'], packages: ['fast-json-patch'] },
  // Carries annotations into pod templates, and has the engine judge them.
  workloads: { rooms: ['kubernetes', 'injection'], packages: [] },
  admission: {
    rooms: ['kubernetes', 'injection types', 'sidecars types', 'workloads types'],
    packages: [],
  },
  // What to do about pods that run. Pure like the core, whose plans it compares them with: time and the API are passed in.
  'running-pods': { rooms: ['kubernetes', 'injection', 'sidecars'], packages: [] },
  // The configuration file is YAML: reading it is part of reading the configuration.
  config: { rooms: [], packages: ['node:fs', 'node:net', 'node:util', 'yaml'] },
  tls: {
    rooms: [],
    packages: [
      'node-forge',
      'node:crypto',
      'node:events',
      'node:fs/promises',
      'node:net',
      'node:path',
      'node:tls',
      'node:util',
    ],
  },
  // The Kubernetes API. What it reads and writes there means something to others only: it knows no certificate.
  cluster: {
    rooms: ['kubernetes'],
    packages: ['@kubernetes/client-node', 'node:fs/promises', 'node:http', 'node:https', 'node:path'],
  },
  observability: { rooms: [], packages: ['pino', 'pino-pretty', 'prom-client'] },
  http: {
    rooms: ['admission', 'kubernetes', 'injection types', 'observability types'],
    packages: ['express', 'node:events', 'node:http', 'node:https', 'node:net'],
  },
};

/** Leaves that every room may use: each is one pure function or base class. */
const leaves = ['injector-error.ts', 'nearest-name.ts', 'content-hash.ts'];

/** Packages that only one file may import. */
const soleUsers: Readonly<Record<string, string>> = {
  'fast-json-patch': 'injection/apply-patch.ts',
  // It costs a pod a third of its memory; only a start with --kubeconfig loads it.
  '@kubernetes/client-node': 'cluster/kubeconfig.ts',
  'node:tls': 'tls/shake-hands.ts',
  'node:fs/promises in sidecars': 'sidecars/sidecar-directory.ts',
  'node:path in sidecars': 'sidecars/sidecar-directory.ts',
};

interface Import {
  readonly file: string;
  readonly target: string;
  readonly isType: boolean;
}

const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'));

const imports = files.flatMap((file): Import[] => {
  const text = readFileSync(join(source, file), 'utf8');
  const statements = text.matchAll(
    /^(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)/gm,
  );
  return [...statements].map(([whole, type, target, dynamic]) => ({
    file,
    target: target ?? dynamic ?? '',
    isType: type !== undefined || isTypesOnly(whole),
  }));
});

/** `import { type A, type B } from …` brings in no values. */
function isTypesOnly(statement: string): boolean {
  const names = /\{([^}]*)\}/
    .exec(statement)?.[1]
    ?.split(',')
    .map(name => name.trim())
    .filter(Boolean);
  return names !== undefined && names.length > 0 && names.every(name => name.startsWith('type '));
}

function roomOf(file: string): string | undefined {
  return file.includes('/') ? file.split('/')[0] : undefined;
}

function targetRoom({ file, target }: Import): string | undefined {
  return roomOf(relative(source, join(source, file, '..', target)));
}

describe('the rooms of src/', () => {
  const inRooms = imports.filter(({ file }) => roomOf(file) !== undefined && roomOf(file) !== 'cli');

  it('finds the imports', () => {
    expect(imports.length).toBeGreaterThan(200);
    expect(inRooms.some(({ target }) => target === 'express')).toBe(true);
  });

  it('knows every room', () => {
    const found = new Set(files.map(roomOf).filter(room => room !== undefined));
    expect([...found].sort()).toEqual([...Object.keys(rooms), 'cli'].sort());
  });

  it.each(inRooms.filter(({ target }) => target.startsWith('.')))('$file may import $target', found => {
    const room = roomOf(found.file) ?? '';
    const target = targetRoom(found);
    if (target === room) return;
    if (target === undefined) return expect(leaves).toContain(found.target.split('/').at(-1));
    const allowed = rooms[room]?.rooms ?? [];
    expect(allowed, `${found.file} imports ${found.target}`).toContain(
      found.isType && !allowed.includes(target) ? `${target} types` : target,
    );
  });

  it.each(inRooms.filter(({ target }) => !target.startsWith('.')))(
    '$file may import $target',
    ({ file, target }) => {
      const room = roomOf(file) ?? '';
      expect(rooms[room]?.packages, `${file} imports ${target}`).toContain(target);
      for (const key of [target, `${target} in ${room}`]) expect(soleUsers[key] ?? file).toBe(file);
    },
  );

  it('names files by their real name, with .ts', () => {
    expect(imports.filter(({ target }) => target.startsWith('.') && !target.endsWith('.ts'))).toEqual([]);
  });

  it('has no import cycle', () => {
    const graph = new Map(
      files.map(file => [
        file,
        imports
          .filter(found => found.file === file && found.target.startsWith('.') && !found.isType)
          .map(found => relative(source, join(source, file, '..', found.target))),
      ]),
    );
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]): void => {
      expect(path, 'an import cycle').not.toContain(file);
      if (done.has(file)) return;
      for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
  });
});

describe('the code of src/', () => {
  it('knows nothing of the first sidecar but the two parameter types for its values', () => {
    const knowing = files
      .filter(file => !/parameter-types\/git-(url|ref)\.ts$/.test(file))
      .flatMap(file =>
        readFileSync(join(source, file), 'utf8')
          .split('\n')
          .filter(line =>
            /\bgit\b|git-?sync/i.test(line.replaceAll(/['./]git-(url|ref)(\.ts)?'|git(Url|Ref)/g, '')),
          )
          .map(line => `${file}: ${line.trim()}`),
      );
    expect(knowing).toEqual([]);
  });

  it('knows nothing of the other sidecars', () => {
    const words = /statsd|ghostunnel|otelcol|opentelemetry|log-?collector|tls-?proxy/i;
    expect(files.filter(file => words.test(readFileSync(join(source, file), 'utf8')))).toEqual([]);
  });

  it('calls process.exit in main.ts only and reads process.env in config only', () => {
    const using = (pattern: RegExp) =>
      files.filter(file => pattern.test(readFileSync(join(source, file), 'utf8')));
    expect(using(/process\.exit\(/)).toEqual(['main.ts']);
    expect([...new Set(using(/process\.env/).map(roomOf))]).toEqual(['config']);
  });

  it('has no file over 300 lines but the generated one', () => {
    const long = files.filter(file => readFileSync(join(source, file), 'utf8').split('\n').length > 300);
    expect(long).toEqual(['sidecars/kubernetes-types.ts']);
  });
});
