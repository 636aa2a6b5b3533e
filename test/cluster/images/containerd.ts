import { splitImageName } from '../../../src/running-pods/image-name.ts';
import { run } from '../run.ts';
import { type ImageContent, packImage } from './pack-image.ts';

/** The images of a node, through the socket of its containerd. */
export class Containerd {
  readonly #socket: string;

  constructor(socket: string) {
    this.#socket = socket;
  }

  async has(image: string): Promise<boolean> {
    const names = await this.#ctr('images', 'ls', '--quiet');
    return names.split('\n').includes(image);
  }

  /** Packs an image and brings it to the node; one of the same name is replaced. */
  async import(content: ImageContent): Promise<void> {
    await packImage(content, async archive => {
      await this.#ctr('images', 'import', archive);
    });
  }

  /** Brings the one image of an OCI layout to the node, under this name. */
  async importLayout(directory: string, name: string): Promise<void> {
    const archive = `${directory}.tar`;
    await run('tar', ['--create', '--file', archive, '--directory', directory, '.']);
    await this.#ctr('images', 'import', '--index-name', name, archive);
  }

  /** Gives an image that is there the name by its digest too, which one that was pulled has, and one imported has not. */
  async nameByDigest(image: string): Promise<void> {
    const [, line = ''] = (await this.#ctr('images', 'ls', `name==${image}`)).split('\n');
    const digest = line.split(/\s+/).find(column => column.startsWith('sha256:'));
    if (digest === undefined) return;
    const { repository } = splitImageName(image);
    await this.#ctr('images', 'tag', '--force', image, `${repository}@${digest}`);
  }

  /** The namespace is the one that the kubelet's images are in. */
  #ctr(...args: readonly string[]): Promise<string> {
    return run('ctr', ['--address', this.#socket, '--namespace', 'k8s.io', ...args]);
  }
}
