/**
 * Lists the packages that are in the bundle and in the page, in CycloneDX, and leaves the list in sbom.cdx.json. npm knows all that the
 * project is developed with; esbuild says what of it is in the two.
 *
 *   node scripts/release/sbom.ts
 */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fail, readRelease, root, run } from './release.ts';

interface Component {
  readonly 'bom-ref': string;
}

interface Metafile {
  readonly inputs: Readonly<Record<string, { readonly bytes: number }>>;
  readonly outputs: Readonly<
    Record<string, { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }>
  >;
}

const release = readRelease();
const sbom = JSON.parse(run('npm', ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx']));
const bundled = bundledPackages();
const components: readonly Component[] = sbom.components.filter((component: Component) =>
  bundled.has(component['bom-ref']),
);
const listed = components.map(component => component['bom-ref']);
const missing = [...bundled].filter(name => !listed.includes(name));
if (missing.length > 0) fail(`npm does not know what is in the bundle or the page: ${missing.join(', ')}`);

const { properties: _, ...component } = sbom.metadata.component;
const purl = `pkg:npm/${encodeURIComponent(release.package).replace('%2F', '/')}@${release.version}`;
const application = { ...component, type: 'application', name: release.package, purl };
const known = new Set([application['bom-ref'], ...listed]);
const result = {
  ...sbom,
  metadata: { ...sbom.metadata, component: application },
  // For npm they are all for development, because the package itself has the bundle and no dependencies.
  components: components.map(component => ({ ...component, scope: 'required', properties: [] })),
  dependencies: sbom.dependencies
    .filter(({ ref }: { ref: string }) => known.has(ref))
    .map(({ ref, dependsOn }: { ref: string; dependsOn: readonly string[] }) => ({
      ref,
      dependsOn: dependsOn.filter(other => known.has(other)),
    })),
};
writeFileSync(join(release.directory, 'sbom.cdx.json'), `${JSON.stringify(result, null, 2)}\n`);

/** As npm names them: `NAME@VERSION`. */
function bundledPackages(): ReadonlySet<string> {
  const built = mkdtempSync(join(tmpdir(), 'sidecar-injector-sbom-'));
  try {
    const packages = [
      packagesOf('build.ts', join(built, 'dist')),
      packagesOf('build-playground.ts', join(built, 'playground.html')),
    ];
    return new Set(packages.flat());
  } finally {
    rmSync(built, { recursive: true, force: true });
  }
}

/** What one script puts into what it builds. */
function packagesOf(script: string, built: string): readonly string[] {
  const metafile = `${built}.json`;
  run(process.execPath, [join(root, 'scripts', script), built, '--metafile', metafile]);
  const { inputs, outputs } = JSON.parse(readFileSync(metafile, 'utf8')) as Metafile;
  const used = Object.values(outputs).flatMap(output => Object.entries(output.inputs));
  return used
    .filter(([file, { bytesInOutput }]) => bytesInOutput > 0 && isItself(file, inputs[file]?.bytes))
    .flatMap(([file]) => packageOf(file));
}

/** Not one in whose place the bundle has a few lines of ours, see scripts/build.ts. */
function isItself(file: string, bytes: number | undefined): boolean {
  return bytes === statSync(join(root, file), { throwIfNoEntry: false })?.size;
}

/** None for a file that is of no package. */
function packageOf(file: string): readonly string[] {
  const [directory] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? [];
  if (directory === undefined) return [];
  const { name, version } = JSON.parse(readFileSync(join(root, directory, 'package.json'), 'utf8'));
  return [`${name}@${version}`];
}
