/** What the Dockerfile says about the process, for the tests and the bench that run it as the image does. */
import { readFileSync } from 'node:fs';

export interface ImageProcess {
  /** Where the base has Node.js. */
  readonly nodePath: string;
  /** The flags of Node.js, between its path and the program's. */
  readonly nodeFlags: readonly string[];
  /** The program's path in the image. */
  readonly program: string;
  /** The arguments of the program, where nobody gives others. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly user: string;
  readonly ports: readonly number[];
}

/**
 * Reads how the image starts the program.
 *
 * @throws Error naming the instruction that the Dockerfile lacks.
 */
export function imageProcess(): ImageProcess {
  const text = dockerfile();
  const instruction = (name: string): string => {
    const found = new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1];
    if (found === undefined) throw new Error(`the Dockerfile has no ${name}`);
    return found;
  };
  const [nodePath = '', ...started] = JSON.parse(instruction('ENTRYPOINT')) as string[];
  return {
    nodePath,
    nodeFlags: started.slice(0, -1),
    program: started.at(-1) ?? '',
    command: JSON.parse(instruction('CMD')),
    environment: Object.fromEntries(
      instruction('ENV')
        .split(' ')
        .map(pair => pair.split('=') as [string, string]),
    ),
    user: instruction('USER'),
    ports: instruction('EXPOSE').split(' ').map(Number),
  };
}

/**
 * The image that the Dockerfile puts the program on, with its digest.
 *
 * @throws Error where the Dockerfile does not name it by a digest.
 */
export function baseImage(): string {
  const base = [...dockerfile().matchAll(/^FROM (\S+)/gm)].at(-1)?.[1] ?? '';
  if (!/@sha256:[0-9a-f]{64}$/.test(base))
    throw new Error(`the Dockerfile names its base ${base} without a digest`);
  return base;
}

/**
 * The command that makes what the image gets, in `dist`.
 *
 * @throws Error where the Dockerfile runs nothing.
 */
export function buildCommand(): string {
  const command = [...dockerfile().matchAll(/^RUN (.+)/gm)].at(-1)?.[1];
  if (command === undefined) throw new Error('the Dockerfile has no RUN');
  return command;
}

function dockerfile(): string {
  return readFileSync(new URL('../Dockerfile', import.meta.url), 'utf8');
}
