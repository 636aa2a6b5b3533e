import { spawnSync } from 'node:child_process';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { FoundProgram } from '../scripts/tools/found-program.ts';
import { isProgram } from '../scripts/tools/is-program.ts';

/** Finds git-sync where GIT_SYNC_BIN says, or in the cache. */
export function findGitSync(image: string, env: NodeJS.ProcessEnv): FoundProgram {
  const named = env['GIT_SYNC_BIN'];
  const program = resolve(named || join(homedir(), cache));
  if (isProgram(program) && !hasGit())
    return { missing: 'git is not on the PATH, and git-sync runs it; install it.' };
  if (isProgram(program)) return { program };
  const where = named ? `GIT_SYNC_BIN=${named} names no program` : `there is no program ~/${cache}`;
  return { missing: `${where}.\n${howToGet(image)}` };
}

function hasGit(): boolean {
  return spawnSync('git', ['--version'], { stdio: 'ignore' }).status === 0;
}

const cache = '.cache/sidecar-injector/git-sync';

/** What makes one out of the version of an image; git-sync brings the sources of all that it is made of. */
function howToGet(image: string): string {
  const version = /:(v[\d.]+)/.exec(image)?.[1];
  if (version === undefined) return `Let GIT_SYNC_BIN name the git-sync of ${image}.`;
  const sources = `~/${cache}-${version}`;
  return `With git and Go it is made in two minutes:

  git clone --depth 1 --branch ${version} https://github.com/kubernetes/git-sync.git ${sources}
  cd ${sources} && CGO_ENABLED=0 go build -o ~/${cache} .

On Linux it can also be taken out of its image, by a container engine such as docker or podman:

  docker create --name git-sync ${image}
  mkdir -p ~/.cache/sidecar-injector && docker cp git-sync:/git-sync ~/${cache} && docker rm git-sync`;
}
