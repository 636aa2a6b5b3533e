import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { readVersions } from '../../src/config/versions.ts';
import type { AnnotationSource } from '../../src/injection/inheritance/annotation-source.ts';
import type { InjectionPolicy } from '../../src/injection/policy.ts';
import type { JsonObject } from '../../src/kubernetes/json.ts';
import { type Pod, readPod } from '../../src/kubernetes/pod.ts';
import {
  emptySidecarSet,
  nextSidecarSet,
  type SidecarDefaults,
  type SidecarFile,
  type SidecarSet,
} from '../../src/sidecars/sidecar-set.ts';
import { contribFiles, defaultPolicy, shippedFiles } from '../injection-fixture.ts';

/**
 * One directory below this one. A person writes `pod.yaml`; where the case needs it `config.yaml`, what the operator
 * decided, `sources.yaml`, what counts beside the pod's annotations, and `sidecars/*.yaml`, definitions beside those that ship. A case whose name begins with `contrib-` has the
 * library beside them too. The rest is written by the test.
 */
export interface GoldenCase {
  readonly name: string;
  readonly directory: string;
  readonly pod: Pod & JsonObject;
  readonly policy: InjectionPolicy;
  readonly sidecars: SidecarSet;
  /** What counts beside the annotations of the pod. */
  readonly sources: readonly AnnotationSource[];
  /** Files that nothing reads. */
  readonly strayFiles: readonly string[];
}

/** The files that the test writes, some of them in each case. */
export const writtenFiles: readonly string[] = ['decision.json', 'patch.json', 'pod-after.yaml'];

const root = fileURLToPath(new URL('.', import.meta.url));

export function goldenCases(): readonly GoldenCase[] {
  const directories = readdirSync(root, { withFileTypes: true }).filter(entry => entry.isDirectory());
  return directories.map(({ name }) => readCase(name, join(root, name)));
}

function readCase(name: string, directory: string): GoldenCase {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort();
  const definitions = files.filter(file => /^sidecars\/[^/]+\.yaml$/.test(file));
  const read = ['pod.yaml', 'config.yaml', 'sources.yaml', 'sidecars', ...definitions, ...writtenFiles];
  const { defaults, ...policy } = readConfig(
    files.includes('config.yaml') ? join(directory, 'config.yaml') : undefined,
  );
  const pod = JSON.parse(JSON.stringify(parse(readFileSync(join(directory, 'pod.yaml'), 'utf8'))));
  return {
    name,
    directory,
    pod: readPod(pod) as Pod & JsonObject,
    policy: { ...defaultPolicy, ...policy },
    sidecars: sidecarsOf(
      name,
      definitions.map(file => readDefinition(directory, file)),
      defaults,
    ),
    sources: files.includes('sources.yaml')
      ? parse(readFileSync(join(directory, 'sources.yaml'), 'utf8'))
      : [],
    strayFiles: files.filter(file => !read.includes(file)),
  };
}

const shipped = nextSidecarSet(emptySidecarSet, shippedFiles);
const library = nextSidecarSet(emptySidecarSet, [...shippedFiles, ...contribFiles]);

/** Most cases have what was read already. */
function sidecarsOf(
  name: string,
  own: readonly SidecarFile[],
  defaults: SidecarDefaults | undefined,
): SidecarSet {
  const isOfLibrary = name.startsWith('contrib-');
  if (own.length === 0 && defaults === undefined) return isOfLibrary ? library : shipped;
  return nextSidecarSet(
    emptySidecarSet,
    [...shippedFiles, ...(isOfLibrary ? contribFiles : []), ...own],
    defaults && { defaults },
  );
}

function readDefinition(directory: string, file: string): SidecarFile {
  return { name: file.replace('sidecars/', ''), text: readFileSync(join(directory, file), 'utf8') };
}

/** The keys of the configuration that reach the engine, by the names that operators use. */
function readConfig(
  file: string | undefined,
): Partial<InjectionPolicy> & { readonly defaults?: SidecarDefaults } {
  const { nativeSidecars, ...config } = file === undefined ? {} : parse(readFileSync(file, 'utf8'));
  const known = [
    'startAfter',
    'allowedSchemes',
    'allowedHosts',
    'allowedUrls',
    'allowedEndpoints',
    'images',
    'imageRegistry',
    'unknownSidecars',
    'maximumSidecars',
    'versions',
    'defaults',
  ];
  const unknown = Object.keys(config).filter(key => !known.includes(key));
  if (unknown.length > 0) throw new Error(`${file}: unknown ${unknown.join(', ')}`);
  const versions = readVersions(config.versions ?? {});
  if (!('value' in versions)) throw new Error(`${file}: ${versions.problems.join(', ')}`);
  return {
    ...config,
    ...(config.versions === undefined ? {} : { versions: versions.value }),
    ...(nativeSidecars === undefined ? {} : { areNativeSidecarsAvailable: nativeSidecars !== 'never' }),
  };
}
