import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { V1Pod } from '@kubernetes/client-node';
import { BackgroundProgram } from '../test/e2e/background-program.ts';
import { type ContainerProcess, containerProcess, mountedDirectory } from './container-process.ts';
import { type FileServer, serveFiles } from './file-server.ts';
import { say, type Terminal } from './transcript.ts';
import { makeWorkingCopy } from './working-copy.ts';

/** The app's container of a pod, and where it has its pages. */
export interface App {
  readonly container: string;
  /** The directory that its server serves, as the container sees it. */
  readonly documentRoot: string;
  /** Where below that the page is, with a slash at the end. */
  readonly page: string;
}

/**
 * A repository on loopback, and what a kubelet would do for one pod: its injected container `git-sync` runs as a process,
 * and a server of files stands for the app.
 */
export class LocalSite {
  readonly #terminal: Terminal;
  readonly #directory: string;
  readonly #servers: FileServer[] = [];
  #gitSync: BackgroundProgram | undefined;
  /** What git-sync is to check out; plain files over HTTP, which have no short histories. */
  repository = '';
  /** From which a push goes to the repository. */
  workingCopy = '';

  private constructor(terminal: Terminal, directory: string) {
    this.#terminal = terminal;
    this.#directory = directory;
  }

  /** Makes and serves the repository. */
  static async open(terminal: Terminal): Promise<LocalSite> {
    const site = new LocalSite(terminal, await mkdtemp(join(tmpdir(), 'sidecar-injector-site-')));
    try {
      const repositories = join(site.#directory, 'repositories');
      site.workingCopy = await makeWorkingCopy(terminal, repositories, publish);
      site.repository = `${await site.#serve(repositories)}/site.git`;
      return site;
    } catch (error) {
      await site.close();
      throw error;
    }
  }

  async #serve(directory: string): Promise<string> {
    const server = await serveFiles(directory);
    this.#servers.push(server);
    return server.url;
  }

  /**
   * Runs the pod; resolves with the URL of the page when git-sync has checked it out.
   *
   * @throws Error with the end of its log where it does not within thirty seconds.
   */
  async run(pod: V1Pod, program: string, app: App): Promise<string> {
    const volumes = join(this.#directory, 'volumes');
    const gitSync = containerProcess(pod, 'git-sync', volumes);
    const { container, documentRoot, page } = app;
    const root = mountedDirectory(pod, { container, path: documentRoot }, volumes);
    tell(gitSync, program, app);
    await this.#start(gitSync, program);
    await this.#untilExists(join(root, page));
    return `${await this.#serve(root)}${page}`;
  }

  async #start({ imageProgram, command, args, env, places }: ContainerProcess, program: string) {
    for (const directory of places.values()) await mkdir(directory, { recursive: true });
    // Under the name that the image has for it.
    const programs = join(this.#directory, 'bin');
    await mkdir(programs);
    await symlink(program, join(programs, imageProgram));
    const [file = imageProgram, ...words] = command;
    this.#gitSync = new BackgroundProgram({
      name: imageProgram,
      file,
      args: [...words, ...args],
      logFile: join(this.#directory, 'log'),
      env: {
        ...env,
        PATH: [programs, this.#terminal.env['PATH']].join(delimiter),
        TMPDIR: places.get('/tmp') ?? this.#directory,
      },
    });
    this.#gitSync.start();
  }

  async #untilExists(directory: string): Promise<void> {
    const { signal } = this.#terminal;
    const look = async () => signal.aborted || existsSync(directory) || undefined;
    await this.#gitSync?.waitFor('checkout', look, checkoutTimeoutMs);
    signal.throwIfAborted();
  }

  /** Ends what runs and takes the files away. */
  async close(): Promise<void> {
    await this.#gitSync?.stop();
    for (const server of this.#servers) await server.stop();
    // A git that git-sync has started may end a moment after it.
    await rm(this.#directory, { recursive: true, force: true, maxRetries: 10 });
  }
}

const checkoutTimeoutMs = 30_000;

/** Plain files say what they are in a list of their own. */
const publish = `#!/bin/sh
exec git update-server-info
`;

/** Says what is as in the pod, and what is not. */
function tell({ places, args }: ContainerProcess, program: string, { container, documentRoot }: App): void {
  const mounts = [...places].map(([mount, directory]) => `  ${mount} is ${directory}`);
  say(`No kubelet runs that pod, so its container git-sync is run here as one would: command, arguments and variables are
those of the pod. For the image there is ${program}.
For the volumes there are directories, to which paths below a mount lead:
${mounts.join('\n')}
PATH and TMPDIR are added. User, limits and probe are left out. For the container ${container} there is a server of files on
loopback, which serves ${documentRoot} of its volume.`);
  process.stdout.write(`$ git-sync \\\n${args.map(arg => `    ${arg}`).join(' \\\n')}\n`);
}
