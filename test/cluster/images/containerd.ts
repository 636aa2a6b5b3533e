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

  /** The namespace is the one that the kubelet's images are in. */
  #ctr(...args: readonly string[]): Promise<string> {
    return run('ctr', ['--address', this.#socket, '--namespace', 'k8s.io', ...args]);
  }
}
