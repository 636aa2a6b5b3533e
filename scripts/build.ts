/**
 * Bundles the program into one file: for the image, and for the package that "npm pack" makes.
 *
 *   node scripts/build.ts [DIR] [--metafile FILE]   default dist
 *
 * FILE gets what esbuild says of all that is in the bundle: https://esbuild.github.io/api/#metafile
 *
 * A module that is imported on demand is evaluated on demand, as in the sources; docs/adr/0018-one-file.md has the figures.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build, type Plugin } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const {
  values: { metafile: metafilePath },
  positionals: [directory = 'dist'],
} = parseArgs({ options: { metafile: { type: 'string' } }, allowPositionals: true });
const outdir = resolve(root, directory);

/** Modules of packages that this program never uses, with the names that others import from them. */
const unused: Readonly<Record<string, readonly string[]>> = {
  // The library is there for the kubeconfig; whoever talks to an API server here does it with node:https. What it would
  // talk with is two thirds of the bundle otherwise, and undici needs a newer Node.js than people have.
  '@kubernetes/client-node/dist/gen/index.js': ['createConfiguration', 'ServerConfiguration'],
  'undici/index.js': ['Agent', 'ProxyAgent'],
  // Bodies are read by the program itself, which also says what type an answer has.
  'body-parser/index.js': [],
  'mime-db/index.js': [],
};

const leftOut: Plugin = {
  name: 'left out',
  setup: ({ onLoad, onEnd }) => {
    const left = new Set<string>();
    onLoad({ filter: /[\\/]index\.js$/ }, ({ path }) => {
      const name = path.replaceAll('\\', '/').split('/node_modules/').at(-1) ?? '';
      const names = unused[name];
      if (names === undefined) return undefined;
      left.add(name);
      return { contents: names.map(exported => `export const ${exported} = undefined;`).join('\n') };
    });
    onEnd(() => {
      const strays = Object.keys(unused).filter(name => !left.has(name));
      return {
        errors: strays.map(name => ({ text: `${name} is no longer imported: see scripts/build.ts` })),
      };
    });
  },
};

/**
 * Modules of Node.js are evaluated where their importer is, as all others: an import would be evaluated before the first line,
 * and would have Node.js make all that the module exports. With node:http that is a client of WebSockets as well.
 */
const onDemand: Plugin = {
  name: 'on demand',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^[a-z:_/]+$/ }, ({ path, kind }) =>
      kind !== 'require-call' && isBuiltin(path) ? { path, namespace: 'on-demand' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'on-demand' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
    }));
  },
};

rmSync(outdir, { recursive: true, force: true });
const { metafile } = await build({
  metafile: true,
  absWorkingDir: root,
  entryPoints: { 'sidecar-injector': 'scripts/bundle.ts' },
  outdir,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  format: 'esm',
  platform: 'node',
  // The image has Node.js 24; the package runs where people have 20.
  target: 'node20',
  alias: { '@kubernetes/client-node': '@kubernetes/client-node/dist/config.js' },
  plugins: [leftOut, onDemand],
  // With one character beyond ASCII V8 keeps the whole file with two bytes a character.
  charset: 'ascii',
  sourcemap: true,
  // Smaller to read and to keep in memory; names stay, so that a stack still tells where.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'linked',
  banner: {
    js: [
      '#!/usr/bin/env node',
      // Packages in CommonJS call require; in a module nobody defines it.
      "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    ].join('\n'),
  },
  logLevel: 'info',
});
if (metafilePath !== undefined) writeFileSync(metafilePath, JSON.stringify(metafile));
