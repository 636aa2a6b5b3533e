import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  sourceFiles as files,
  folderOf,
  type Import,
  sourceImports as imports,
  roomOf,
  sourceText,
} from '../../scripts/source-imports.ts';

/** What each room may import: other rooms, and packages. `types` after a name: types only. */
const rooms: Readonly<
  Record<string, { readonly rooms: readonly string[]; readonly packages: readonly string[] }>
> = {
  kubernetes: { rooms: [], packages: [] },
  // Reads regular files, and of them no more than is said.
  files: { rooms: [], packages: ['node:fs', 'node:fs/promises', 'node:path'] },
  // Files in the directory reader only, see below.
  sidecars: {
    rooms: ['kubernetes', 'files'],
    packages: ['yaml', 'node:fs/promises', 'node:path'],
  },
  // The language of definitions is rendered by its own folder, see `lentFolders`.
  injection: { rooms: ['kubernetes', 'sidecars types'], packages: ['fast-json-patch'] },
  // What counts for pods beside their own annotations: namespaces and the operator's rules. Pure.
  namespaces: { rooms: ['kubernetes', 'injection', 'sidecars types'], packages: [] },
  // Carries annotations into pod templates, and has the engine judge them.
  workloads: { rooms: ['kubernetes', 'injection'], packages: [] },
  // What it tells the log is shown as messages show it.
  admission: {
    rooms: ['kubernetes', 'injection', 'sidecars types', 'workloads types', 'namespaces'],
    packages: [],
  },
  // What becomes of objects that stand in manifests, and of the text around them. Pure like the core: it knows no file.
  'written-objects': {
    rooms: ['kubernetes', 'injection', 'workloads', 'admission', 'manifests', 'namespaces'],
    packages: [],
  },
  // What to do about pods that run. Pure like the core, whose plans it compares them with: time and the API are passed in.
  'running-pods': { rooms: ['kubernetes', 'injection', 'sidecars'], packages: [] },
  // Which pods of a fleet are moved when: workloads, budgets, waves. Time and the API are passed in.
  fleet: { rooms: ['kubernetes', 'running-pods'], packages: [] },
  // Puts a sidecar into sample pods, to see what comes out. Pure like the core.
  trial: { rooms: ['kubernetes', 'injection', 'sidecars'], packages: [] },
  // What is in the way in a cluster: facts in, findings out. Pure: who gathers the facts, and at what time, is elsewhere.
  diagnosis: {
    rooms: [
      'kubernetes',
      'injection',
      'namespaces',
      'sidecars',
      'trial',
      'workloads',
      'running-pods',
      'written-objects',
    ],
    packages: ['node:crypto'],
  },
  // A definition in, admission policies out: the engine's rules in the language that the API server speaks. Pure.
  policies: { rooms: ['kubernetes', 'injection', 'sidecars'], packages: [] },
  // Text in, the same text with edits out. Pure, and knows no sidecar.
  manifests: { rooms: ['kubernetes'], packages: ['yaml'] },
  // The page that shows what the injector does, by the same engine: nothing in it reads a file or asks a server for more.
  playground: {
    rooms: [
      'kubernetes',
      'injection',
      'manifests',
      'namespaces',
      'sidecars',
      'trial',
      'diagnosis',
      'workloads types',
      'written-objects',
    ],
    packages: [
      '@codemirror/commands',
      '@codemirror/lang-yaml',
      '@codemirror/language',
      '@codemirror/lint',
      '@codemirror/merge',
      '@codemirror/search',
      '@codemirror/state',
      '@codemirror/view',
      '@lezer/highlight',
      '@noble/hashes/sha2.js',
      '@noble/hashes/utils.js',
    ],
  },
  // Rules are read where their language is.
  config: { rooms: ['files', 'namespaces'], packages: ['node:net', 'node:util'] },
  tls: {
    rooms: ['files'],
    packages: [
      'node-forge',
      'node:crypto',
      'node:events',
      'node:fs/promises',
      'node:net',
      'node:path',
      'node:stream',
      'node:tls',
      'node:util',
    ],
  },
  // The Kubernetes API. What it reads and writes there means something to others only: it knows no certificate.
  cluster: {
    rooms: ['kubernetes', 'files', 'diagnosis', 'namespaces'],
    packages: [
      '@kubernetes/client-node',
      'node:http',
      'node:https',
      'node:path',
      'node:stream',
      'node:timers/promises',
      'ws',
    ],
  },
  observability: { rooms: [], packages: ['pino', 'pino-pretty', 'prom-client'] },
  http: {
    rooms: ['admission', 'kubernetes', 'injection types', 'observability types'],
    packages: [
      'express',
      'node:crypto',
      'node:events',
      'node:http',
      'node:https',
      'node:net',
      'node:string_decoder',
    ],
  },
};

/** Leaves that every room may use: each is one function or base class, or two of a kind. */
const leaves = [
  'injector-error.ts',
  'nearest-name.ts',
  'normal-host.ts',
  'image-registry.ts',
  'in-turns.ts',
  'program-version.ts',
  'content-hash.ts',
  'credential.ts',
  'compose-in-pieces.ts',
  'compose-yaml.ts',
  'repeat.ts',
  'shell-word.ts',
  'shown-text.ts',
  'steps.ts',
];

/** Packages that only some files may import. */
const soleUsers: Readonly<Record<string, readonly string[]>> = {
  'fast-json-patch': ['injection/patch/apply-patch.ts'],
  // It costs a pod a third of its memory; only a start with --kubeconfig loads it.
  '@kubernetes/client-node': ['cluster/kubeconfig.ts'],
  'node:tls': ['tls/shake-hands.ts', 'tls/served-certificate.ts'],
  'node:fs/promises in sidecars': ['sidecars/sidecar-file-reader.ts'],
  'node:path in sidecars': ['sidecars/sidecar-file-reader.ts'],
};

/** Folders whose values a room may import although it may import only types of the room around them. */
const lentFolders: Readonly<Record<string, readonly string[]>> = { injection: ['sidecars/template'] };

/**
 * The rooms with folders. A folder may import its room's words, at whose top they stand, and the folders that are named
 * for it: in `injection` these are the stages that a pod has passed before. A word may import types of folders only. Any
 * other file at the top puts the folders together, and no folder may import it.
 */
const folders: Readonly<
  Record<
    string,
    { readonly words: readonly string[]; readonly folders: Readonly<Record<string, readonly string[]>> }
  >
> = {
  injection: {
    words: ['policy.ts', 'reason.ts', 'shown-value.ts'],
    folders: {
      request: [],
      inheritance: ['request'],
      status: ['request'],
      render: ['request'],
      plan: ['inheritance', 'request', 'render'],
      merge: ['request', 'status', 'render', 'plan'],
      patch: ['request', 'status', 'render', 'merge'],
      removal: ['status', 'patch'],
    },
  },
  sidecars: {
    words: [
      'broken-parts.ts',
      'definition.ts',
      'definition-problem.ts',
      'finding.ts',
      'shape.ts',
      'yaml-source.ts',
    ],
    folders: {
      template: [],
      pattern: [],
      'parameters/types': [],
      samples: ['parameters/types', 'pattern', 'template'],
      parameters: ['parameters/types', 'pattern', 'samples', 'template'],
      schema: ['parameters/types', 'template'],
      checks: ['schema', 'template'],
      review: ['checks', 'parameters', 'schema', 'template'],
    },
  },
  cluster: {
    words: [
      'answer-too-large-error.ts',
      'api-client.ts',
      'api-error.ts',
      'ask-in-turn.ts',
      'event-time.ts',
      'list-objects.ts',
      'namespace-objects.ts',
      'names.ts',
      'namespace-of-injector.ts',
      'pace.ts',
      'read-lines.ts',
      'registration.ts',
      'server-version.ts',
      'watch-event.ts',
      'watch-objects.ts',
    ],
    folders: { installation: [], namespaces: [], objects: ['installation'], fleet: ['objects'] },
  },
  diagnosis: {
    words: [
      'certificates.ts',
      'cluster-definitions.ts',
      'diagnosis.ts',
      'differences.ts',
      'fact.ts',
      'in-few-words.ts',
      'inheriting.ts',
      'installation-check.ts',
      'installation.ts',
      'namespace-state.ts',
      'namespaces-ignore.ts',
      'neighbours.ts',
      'obstacles.ts',
      'policy-state.ts',
      'probe-pod.ts',
      'refusal.ts',
      'registration.ts',
      'shipped-for.ts',
      'shipped-installation.ts',
      'sidecar-policies.ts',
      'webhook-differences.ts',
      'webhook-rules.ts',
    ],
    folders: { 'installation-checks': ['versions'], versions: [], audit: [], explanation: [] },
  },
  tls: {
    words: [
      'certificate-validity.ts',
      'issue-certificate.ts',
      'issued-certificate.ts',
      'name-constraints.ts',
      'read-certificate.ts',
    ],
    folders: { managed: [] },
  },
  policies: {
    words: ['losses.ts'],
    folders: {
      cel: [],
      parameters: ['cel'],
      template: ['cel'],
      rules: ['cel', 'parameters', 'template'],
    },
  },
  // Only the page itself knows a browser: all that it shows is made at the top.
  playground: {
    words: [
      'changes.ts',
      'counting-annotations.ts',
      'engine.ts',
      'fields.ts',
      'kubectl-command.ts',
      'link.ts',
      'namespaces-in-text.ts',
      'page-with-state.ts',
      'playground-state.ts',
      'set-annotation.ts',
      'sha256.ts',
      'show-manifest.ts',
    ],
    folders: { page: [] },
  },
  cli: {
    words: [
      'attempt.ts',
      'cluster-options.ts',
      'command.ts',
      'command-page.ts',
      'compare-with-injector.ts',
      'client-for-person.ts',
      'connect-to-context.ts',
      'counting-rules.ts',
      'documentation.ts',
      'help.ts',
      'in-contexts.ts',
      'keep-memory-small.ts',
      'load-engine.ts',
      'load-definitions.ts',
      'local-hosts.ts',
      'output-option.ts',
      'parse-arguments.ts',
      'policy-of.ts',
      'print.ts',
      'repeatable-option.ts',
      'table.ts',
      'shipped-file.ts',
      'usage-error.ts',
      'where-in-words.ts',
    ],
    folders: {
      serve: ['manifests'],
      manifests: [],
      namespaces: [],
      terminal: [],
      fleet: ['terminal'],
      'running-pods': ['namespaces', 'diagnosis', 'fleet', 'terminal'],
      definitions: ['manifests'],
      diagnosis: ['manifests', 'namespaces'],
      plugin: [],
    },
  },
};

/** Why an import between two files of a room is wrong; undefined where it is right. */
function wrongFolder({ file, imported = '', isType }: Import): string | undefined {
  const room = folders[roomOf(file) ?? ''];
  if (room === undefined) return undefined;
  const [from, to] = [folderOf(file), folderOf(imported)];
  if (from === to) return undefined;
  const isWord = (path: string) => room.words.includes(path.split('/').slice(1).join('/'));
  if (from === undefined) return !isWord(file) || isType ? undefined : 'a word imports values of no folder';
  if (to === undefined) return isWord(imported) ? undefined : 'what puts the folders together is above them';
  return room.folders[from]?.includes(to) ? undefined : `${from} does not know ${to}`;
}

/** The rooms' own rule for an import of another room. */
function wrongRoom({ file, target, imported = '', isType }: Import): string | undefined {
  const [from, to] = [roomOf(file) ?? '', roomOf(imported)];
  if (to === undefined) return leaves.includes(imported) ? undefined : `${target} is no leaf`;
  const allowed = rooms[from]?.rooms ?? [];
  const isLent = (lentFolders[from] ?? []).includes(`${to}/${folderOf(imported)}`);
  if (allowed.includes(to) || isLent || (isType && allowed.includes(`${to} types`))) return undefined;
  return `${from} does not know ${isType ? 'types' : 'values'} of ${to}`;
}

describe('the rooms of src/', () => {
  const inRooms = imports.filter(({ file }) => roomOf(file) !== undefined);
  const ofOurs = inRooms.filter(({ imported }) => imported !== undefined);
  const isAcross = ({ file, imported = '' }: Import) => roomOf(file) !== roomOf(imported);

  it('finds the imports', () => {
    expect(imports.length).toBeGreaterThan(200);
    expect(inRooms.some(({ target }) => target === 'express')).toBe(true);
    expect(ofOurs.every(({ imported = '' }) => files.includes(imported))).toBe(true);
  });

  it('knows every room and every folder', () => {
    const found = new Set(files.map(roomOf).filter(room => room !== undefined));
    expect([...found].sort()).toEqual([...Object.keys(rooms), 'cli'].sort());
    const inside = files.flatMap(file => (folderOf(file) ? `${roomOf(file)}/${folderOf(file)}` : []));
    const known = Object.entries(folders).flatMap(([room, { folders }]) =>
      Object.keys(folders).map(folder => `${room}/${folder}`),
    );
    expect([...new Set(inside)].sort()).toEqual(known.sort());
  });

  // The composition root joins all rooms.
  it.each(ofOurs.filter(found => isAcross(found) && roomOf(found.file) !== 'cli'))(
    '$file may import $target',
    found => {
      expect(wrongRoom(found), `${found.file} imports ${found.target}`).toBeUndefined();
    },
  );

  it.each(ofOurs.filter(found => !isAcross(found)))('$file may import $target of its own room', found => {
    expect(wrongFolder(found), `${found.file} imports ${found.target}`).toBeUndefined();
  });

  it.each(inRooms.filter(({ file, imported }) => imported === undefined && roomOf(file) !== 'cli'))(
    '$file may import $target',
    ({ file, target }) => {
      const room = roomOf(file) ?? '';
      expect(rooms[room]?.packages, `${file} imports ${target}`).toContain(target);
      for (const key of [target, `${target} in ${room}`]) expect(soleUsers[key] ?? [file]).toContain(file);
    },
  );

  it('is mirrored by its tests, folder by folder', () => {
    const directories = (of: string) =>
      readdirSync(new URL(of, import.meta.url), { recursive: true, withFileTypes: true })
        .filter(entry => entry.isDirectory())
        .map(entry =>
          relative(fileURLToPath(new URL(of, import.meta.url)), join(entry.parentPath, entry.name)),
        );
    // The manifests have tests as well.
    const tested = directories('.').filter(directory => directory !== 'deploy');
    expect(directories('../../src')).toEqual(expect.arrayContaining(tested));
  });

  it('names files by their real name, with .ts', () => {
    expect(imports.filter(({ target }) => target.startsWith('.') && !target.endsWith('.ts'))).toEqual([]);
  });

  it('has no circle of imports, those of types included', () => {
    const graph = Map.groupBy(imports, ({ file }) => file);
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]): void => {
      expect(path, 'a circle of imports').not.toContain(file);
      if (done.has(file)) return;
      for (const { imported } of graph.get(file) ?? []) if (imported) visit(imported, [...path, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
  });
});

describe('the code of src/', () => {
  it('knows nothing of the first sidecar but the two parameter types for its values', () => {
    const knowing = files
      .filter(file => !/parameters\/types\/git-(url|ref)\.ts$/.test(file))
      .flatMap(file =>
        sourceText(file)
          .split('\n')
          // The examples of a command are about a sidecar that ships.
          .filter(line => !(file.startsWith('cli/') && /^ *\[?'[a-z]+ /.test(line)))
          .filter(line =>
            /\bgit\b|git-?sync/i.test(line.replaceAll(/['./]git-(url|ref)(\.ts)?'|git(Url|Ref)/g, '')),
          )
          .map(line => `${file}: ${line.trim()}`),
      );
    expect(knowing).toEqual([]);
  });

  it('knows nothing of the other sidecars', () => {
    const words = /statsd|ghostunnel|otelcol|opentelemetry|log-?collector|tls-?proxy/i;
    expect(files.filter(file => words.test(sourceText(file)))).toEqual([]);
  });

  it('calls process.exit in main.ts only and reads process.env in config only', () => {
    const using = (pattern: RegExp) => files.filter(file => pattern.test(sourceText(file)));
    expect(using(/process\.exit\(/)).toEqual(['main.ts']);
    expect([...new Set(using(/process\.env/).map(roomOf))]).toEqual(['config']);
  });

  it('has no file over 300 lines but the generated one', () => {
    const long = files.filter(file => sourceText(file).split('\n').length > 300);
    expect(long).toEqual(['sidecars/schema/kubernetes-types.ts']);
  });
});
