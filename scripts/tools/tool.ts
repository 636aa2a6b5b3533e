import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isProgram } from './is-program.ts';

/** Programs of others that tests and releases run. Each is one Go module, so that Go checks what it gets by its sums. */
const tools = {
  helm: { package: 'helm.sh/helm/v4/cmd/helm', version: 'v4.3.1' },
  crane: { package: 'github.com/google/go-containerregistry/cmd/crane', version: 'v0.22.1' },
  cosign: { package: 'github.com/sigstore/cosign/v3/cmd/cosign', version: 'v3.1.3' },
  actionlint: { package: 'github.com/rhysd/actionlint/cmd/actionlint', version: 'v1.7.12' },
} as const;

export type ToolName = keyof typeof tools;

export const toolNames = Object.keys(tools) as readonly ToolName[];

/**
 * Gives the path of a tool in its pinned version. The first call on a machine builds it into
 * ~/.cache/sidecar-injector/tools, with Go and the network; later ones need neither.
 *
 * @throws Error where Go is missing, or the build fails or takes longer than twenty minutes.
 */
export function tool(name: ToolName): string {
  const { version } = tools[name];
  const cache = join(homedir(), '.cache/sidecar-injector/tools');
  const program = join(cache, `${name}-${version}`);
  if (!isProgram(program)) build(name, cache, program);
  return program;
}

const buildTimeoutMs = 1_200_000;

/** How long a call may take that has to build one. */
export const firstCallMs = buildTimeoutMs + 60_000;

/** Under a name of its own until it is whole: a build that was interrupted, or runs twice, leaves no half a file. */
function build(name: ToolName, cache: string, program: string): void {
  const { package: path, version } = tools[name];
  mkdirSync(cache, { recursive: true });
  const directory = mkdtempSync(join(cache, `.${name}-`));
  console.error(`building ${name} ${version}; this happens once and takes some minutes`);
  try {
    const { error, status } = spawnSync('go', ['install', '-trimpath', `${path}@${version}`], {
      env: { ...process.env, GOBIN: directory, GOFLAGS: '-mod=mod', CGO_ENABLED: '0' },
      cwd: directory,
      stdio: ['ignore', 'ignore', 'inherit'],
      timeout: buildTimeoutMs,
    });
    if (error) {
      const cause = 'code' in error && error.code === 'ENOENT' ? 'install Go 1.26 or later' : error.message;
      throw new Error(`no ${name} ${version} in ${cache}: ${cause}`, { cause: error });
    }
    if (status !== 0)
      throw new Error(`${name} ${version} could not be built, see above: go install ${path}@${version}`);
    renameSync(join(directory, name), program);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
