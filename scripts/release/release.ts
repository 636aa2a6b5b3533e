/** What every step of a release starts from. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { baseImage } from '../dockerfile.ts';

/** The checkout. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Release {
  /** As in package.json; without the `v` of the tag. */
  readonly version: string;
  /** The image's name in its registry, without tag and digest. */
  readonly image: string;
  /** The name of the chart in the registry. */
  readonly chart: string;
  /** The name of the npm package. */
  readonly package: string;
  /** Where the sources are. */
  readonly repository: string;
  /** Where the steps leave what they make, an absolute path. */
  readonly directory: string;
}

/**
 * Reads release.json and package.json. `RELEASE_REGISTRY` replaces the registry; `RELEASE_DIRECTORY` the directory,
 * `release` by default, which is made. It is outside of `dist`, which every build makes anew.
 */
export function readRelease(environment: NodeJS.ProcessEnv = process.env): Release {
  const {
    registry,
    owner,
    package: packageName,
  } = JSON.parse(readFileSync(join(root, 'release.json'), 'utf8'));
  const { version, name } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { RELEASE_REGISTRY = registry, RELEASE_DIRECTORY = 'release' } = environment;
  const directory = resolve(root, RELEASE_DIRECTORY);
  mkdirSync(directory, { recursive: true });
  return {
    version,
    image: `${RELEASE_REGISTRY}/${owner}/${name}`,
    chart: `${RELEASE_REGISTRY}/${owner}/charts/${name}`,
    package: packageName,
    repository: `https://github.com/${owner}/${name}`,
    directory,
  };
}

/** What the image is put on: `RELEASE_BASE`, or what the Dockerfile names. */
export function releaseBase({ RELEASE_BASE }: NodeJS.ProcessEnv = process.env): string {
  return RELEASE_BASE ?? baseImage();
}

/** The image in the registry, by the digest that was packed. */
export function imageByDigest({ image, directory }: Release): string {
  const { manifests } = JSON.parse(readFileSync(join(directory, 'image/index.json'), 'utf8'));
  return `${image}@${manifests[0].digest}`;
}

/** The chart in the registry, by the digest that `chart.ts` was told when it pushed it. */
export function chartByDigest({ chart, directory }: Release): string {
  return `${chart}@${readFileSync(join(directory, 'chart.digest'), 'utf8').trim()}`;
}

/**
 * Runs a program and shows what it writes to standard error.
 *
 * @returns its standard output.
 * @throws Error where it is not on the PATH, fails or takes longer than ten minutes.
 */
export function run(program: string, args: readonly string[], cwd = root): string {
  try {
    return execFileSync(program, args, {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: 600_000,
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')) throw cause;
    throw new Error(
      `there is no program ${program} on the PATH; scripts/release/tools.ts builds crane, helm and cosign`,
      { cause },
    );
  }
}

/** Says what is wrong and ends the step. */
export function fail(problem: string): never {
  console.error(problem);
  process.exit(1);
}
