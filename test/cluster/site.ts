import type { V1PodSpec } from '@kubernetes/client-node';
import type { Files, Repository } from './repository.ts';
import type { Scene } from './scene.ts';
import type { Access } from './servers.ts';
import { type Annotations, gitSync, podOf } from './suite.ts';

export interface SiteOptions {
  /** What the first commit holds. */
  readonly files?: Files;
  /** By the names of the annotations, on top of `mount`. */
  readonly parameters?: Annotations;
  readonly access?: Access;
  /** Whether the case stops its servers, or asks what they saw. */
  readonly hasOwnServers?: boolean;
  readonly spec?: Partial<V1PodSpec>;
}

/** A pod `web` whose container `app` has a repository at /site/current. */
export class Site {
  readonly repository: Repository;
  /** Of the first commit. */
  readonly hash: string;
  readonly #scene: Scene;

  private constructor(scene: Scene, repository: Repository, hash: string) {
    this.#scene = scene;
    this.repository = repository;
    this.hash = hash;
  }

  /** Creates the pod and does not wait for it. */
  static async create(scene: Scene, options: SiteOptions = {}): Promise<Site> {
    const { files = { 'index.html': 'version 1' }, parameters, access, spec } = options;
    const repository = await (options.hasOwnServers
      ? (await scene.servers()).createRepository('site.git')
      : scene.createRepository());
    const hash = await repository.commit(files);
    const annotations = gitSync(repository.url(access), { mount: '/site', period: '1s', ...parameters });
    await scene.apply(podOf('web', annotations, spec));
    return new Site(scene, repository, hash);
  }

  /** Creates the pod and waits until it is ready. */
  static async start(scene: Scene, options: SiteOptions = {}): Promise<Site> {
    const site = await Site.create(scene, options);
    await scene.ready('web');
    return site;
  }

  /** What the app reads through the link. */
  read(path = 'index.html'): Promise<string> {
    return this.sh(`cat /site/current/${path}`);
  }

  /** What a shell script prints in the app. */
  sh(script: string): Promise<string> {
    return this.#scene.exec('web', 'app', 'sh', '-c', script);
  }

  /** What a shell script prints in the sidecar. */
  inSidecar(script: string): Promise<string> {
    return this.#scene.exec('web', 'git-sync', 'sh', '-c', script);
  }

  /** The hash of the checkout that the link points at. */
  async current(): Promise<string> {
    return (await this.sh('basename "$(readlink /site/current)"')).trim();
  }

  /** The log of the sidecar, one entry a line. */
  log(): Promise<string> {
    return this.#scene.logs('web', 'git-sync');
  }
}
