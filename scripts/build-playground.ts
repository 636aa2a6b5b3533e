/**
 * Makes the playground: one HTML file with the engine, the editors, the shipped definitions and the examples in it, which
 * loads nothing and asks nobody.
 *
 *   node scripts/build-playground.ts [FILE] [--metafile FILE]   default dist/playground.html
 *
 * The second FILE gets what esbuild says of all that is in the script: https://esbuild.github.io/api/#metafile
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { policyOf } from '../src/cli/policy-of.ts';
import { parseConfig } from '../src/config/parse-config.ts';
import { pageWithState, stateJson } from '../src/playground/page-with-state.ts';
import type { PlaygroundState } from '../src/playground/playground-state.ts';
import { programVersion } from '../src/program-version.ts';
import { readSidecarFiles } from '../src/sidecars/sidecar-directory.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const {
  values: { metafile: metafilePath },
  positionals: [file = 'dist/playground.html'],
} = parseArgs({ options: { metafile: { type: 'string' } }, allowPositionals: true });

const { script, metafile } = await bundle();
const style = read('src/playground/page/page.css');
const page = filled(read('src/playground/page/page.html'), {
  '%POLICY%': policyFor(script, style),
  '%STYLE%': style,
  '%EXAMPLES%': stateJson(examples()),
  '%SCRIPT%': script,
});
const path = resolve(root, file);
mkdirSync(dirname(path), { recursive: true });
// Whoever starts at this moment reads the page before or this one, and none that is half written.
const written = `${path}.${process.pid}`;
writeFileSync(written, pageWithState(page, stateJson(await shippedState()), 'none'));
renameSync(written, path);
if (metafilePath !== undefined) writeFileSync(metafilePath, JSON.stringify(metafile));

/** The engine and the page in one module. */
async function bundle() {
  const { outputFiles, metafile } = await build({
    metafile: true,
    absWorkingDir: root,
    entryPoints: ['src/playground/page/main.ts'],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: ['chrome120', 'firefox121', 'safari17'],
    alias: { 'node:crypto': './src/playground/sha256.ts' },
    charset: 'utf8',
    minify: true,
    legalComments: 'eof',
    logLevel: 'warning',
  });
  return { script: outputFiles[0]?.text ?? '', metafile };
}

/** Scripts and styles are those of this file, pictures stand in the styles, and nothing else is loaded or sent. */
function policyFor(script: string, style: string): string {
  return [
    "default-src 'none'",
    `script-src '${sourceHash(script)}'`,
    `style-src '${sourceHash(style)}'`,
    'img-src data:',
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

/** https://www.w3.org/TR/CSP3/#grammardef-hash-source */
function sourceHash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** Each text in the place that is named for it; what is put in is not looked at again. */
function filled(template: string, texts: Readonly<Record<string, string>>): string {
  return template
    .split(/(%[A-Z]+%)/)
    .map(part => texts[part] ?? part)
    .join('');
}

/** What the injector does by its defaults, with the definitions that come with it. */
async function shippedState(): Promise<PlaygroundState> {
  const { config } = parseConfig({ flags: [], variables: {} });
  if (config === undefined) throw new Error('the defaults of the configuration are wrong');
  const { defaults, images, inject: rules, workloads, workloadKinds } = config;
  const files = await readSidecarFiles(join(root, 'sidecars'));
  const policy = policyOf(config, true);
  return {
    ...{ version: programVersion, isLive: false, files, policy, rules, workloads, workloadKinds },
    settings: { defaults, images },
  };
}

/** Each file is an example, with its title in a comment at its beginning; they are offered in the order of their names. */
function examples() {
  const directory = 'docs/examples/playground';
  return readdirSync(join(root, directory))
    .toSorted()
    .map(name => {
      const text = read(join(directory, name));
      const [, title] = /^# (.+)\n/.exec(text) ?? [];
      if (title === undefined) throw new Error(`${directory}/${name} does not begin with "# TITLE"`);
      return { title, text };
    });
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
