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
  // Of the ways to find what to scrape it needs none but a list.
  prometheus: {
    module: 'github.com/prometheus/prometheus',
    package: './cmd/prometheus',
    version: 'v0.315.1',
    tags: 'remove_all_sd',
  },
} as const satisfies Readonly<Record<string, Tool>>;

interface Tool {
  readonly package: string;
  readonly version: string;
  /** Named where `go install` refuses the module because it replaces others; it is built where Go keeps it. */
  readonly module?: string;
  readonly tags?: string;
}

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
  const { version } = tools[name];
  mkdirSync(cache, { recursive: true });
  const directory = mkdtempSync(join(cache, `.${name}-`));
  console.error(`building ${name} ${version}; this happens once and takes some minutes`);
  try {
    buildInto(directory, name);
    renameSync(join(directory, name), program);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function buildInto(directory: string, name: ToolName): void {
  const { package: path, version, module, tags }: Tool = tools[name];
  const failure = `${name} ${version} could not be built`;
  if (module === undefined) {
    const args = ['install', '-trimpath', `${path}@${version}`];
    runGo(args, { GOBIN: directory, GOFLAGS: '-mod=mod' }, { directory, failure });
    return;
  }
  const download = runGo(['mod', 'download', '-json', `${module}@${version}`], {}, { directory, failure });
  const { Dir: source } = JSON.parse(download);
  // As the module whose go.mod counts, with the sums of its own go.sum.
  const args = ['build', '-C', source, '-trimpath', `-tags=${tags ?? ''}`, '-o', join(directory, name), path];
  runGo(args, { GOWORK: 'off', GOFLAGS: '-mod=readonly' }, { directory, failure });
}

function runGo(
  args: readonly string[],
  variables: NodeJS.ProcessEnv,
  { directory, failure }: { readonly directory: string; readonly failure: string },
): string {
  const { error, status, stdout } = spawnSync('go', args, {
    env: { ...process.env, CGO_ENABLED: '0', ...variables },
    cwd: directory,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: buildTimeoutMs,
  });
  if (error) {
    const cause = 'code' in error && error.code === 'ENOENT' ? 'install Go 1.26 or later' : error.message;
    throw new Error(`${failure}: ${cause}`, { cause: error });
  }
  if (status !== 0) throw new Error(`${failure}, see above: go ${args.join(' ')}`);
  return stdout;
}
