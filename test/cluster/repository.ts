import { until } from './scene.ts';
import type { Access, Servers } from './servers.ts';

/** Files by their path; `undefined` removes one. */
export type Files = Readonly<Record<string, string | undefined>>;

/** A repository on the servers of a case, with a checkout beside it in which commits are made. */
export class Repository {
  readonly name: string;
  readonly #servers: Servers;

  private constructor(servers: Servers, name: string) {
    this.#servers = servers;
    this.name = name;
  }

  static async create(servers: Servers, name: string): Promise<Repository> {
    const repository = new Repository(servers, name);
    await servers.exec(`
      mkdir -p ${repository.path}
      git init --quiet --bare --initial-branch=main ${repository.path}
      git -C ${repository.path} config uploadpack.allowFilter true
      git -C ${repository.path} config uploadpack.allowAnySHA1InWant true
      git init --quiet --initial-branch=main ${repository.checkout}
      git -C ${repository.checkout} remote add origin ${repository.path}
      git -C ${repository.checkout} config user.name t
      git -C ${repository.checkout} config user.email t@example.com`);
    return repository;
  }

  /** On the server. */
  get path(): string {
    return `/repositories/${this.name}`;
  }

  get checkout(): string {
    return `/tmp/checkouts/${this.name}`;
  }

  url(access: Access = 'http'): string {
    return this.#servers.url(this.name, access);
  }

  /** Commits files on top of what is there and pushes them; gives the hash of the commit. */
  async commit(files: Files): Promise<string> {
    const writes = Object.entries(files).map(([path, text]) => writing(path, text));
    return this.git(`${writes.join('\n')}
      git add --all
      git commit --quiet --allow-empty --message=change
      git push --quiet --force origin HEAD
      git rev-parse HEAD`);
  }

  /**
   * Commits files of random content, of which nothing can be packed tighter, and gives the hash. The server works on
   * it by itself: it takes longer than a command through the API server may.
   */
  async commitRandomFiles({ files, megabytes }: { files: number; megabytes: number }): Promise<string> {
    await this.git(`
      git config core.bigFileThreshold 1m
      git config core.compression 0
      rm -f ../committed
      { for file in $(seq ${files}); do head -c ${megabytes}M /dev/urandom > file$file; done
        git add . && git commit --quiet --message=large && git push --quiet origin HEAD
        touch ../committed; } > /dev/null 2>&1 &`);
    await until('large files are pushed', () => this.git('ls ../committed'), 240_000);
    return this.git('git rev-parse HEAD');
  }

  /** Runs a shell script in the checkout. */
  async git(script: string): Promise<string> {
    return (await this.#servers.exec(`cd ${this.checkout}\n${script}`)).trim();
  }
}

function writing(path: string, text: string | undefined): string {
  if (text === undefined) return `rm -f '${path}'`;
  const encoded = Buffer.from(text).toString('base64');
  return `mkdir -p "$(dirname '${path}')"\necho ${encoded} | base64 -d > '${path}'`;
}
