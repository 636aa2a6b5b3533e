import { existsSync } from 'node:fs';
import type { Config } from '../../config/config.ts';
import { contentHash } from '../../content-hash.ts';
import { readTextFile } from '../../files/read-text-file.ts';
import type { ServedPlayground, TaggedBody } from '../../http/playground-routes.ts';
import type { Log } from '../../observability/logger.ts';
import { pageAroundState } from '../../playground/page-with-state.ts';
import { shippedFile } from '../shipped-file.ts';
import { playgroundState, type ShownInForce } from './playground-state.ts';

/** Whether the page is served: on one's own machine unless the operator says no, elsewhere only if the operator says so. */
export function isPlaygroundServed({ playground, tls }: Pick<Config, 'playground' | 'tls'>): boolean {
  return playground ?? tls === 'local';
}

/** The page, read once, and what it is told of what is in force. A page that cannot be read stops nothing. */
export async function loadPlayground(options: {
  readonly config: Config;
  readonly now: () => ShownInForce;
  readonly log: Log;
  /** Where the page is; by default where the program comes with it. */
  readonly file?: string;
}): Promise<ServedPlayground> {
  const { config, now, log, file = pageFile() } = options;
  const state = playgroundState(now);
  const served = { state, listenHost: config.statusListen.host };
  try {
    return { ...served, page: pageWith(await readTextFile(file, maxPageBytes), state) };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    log.warn({ file, problem, use: howToMake }, 'the playground is not there');
    return { ...served, page: { missing: `not there: ${howToMake}` } };
  }
}

const howToMake = 'make it in a checkout by "npm run build:playground" and start again';

/** In a checkout and in the package the page lies beside the bundle in `dist`, in the image at the top. */
function pageFile(): string {
  const [usual, ofImage] = [shippedFile('dist/playground.html'), shippedFile('playground.html')];
  return existsSync(ofImage) ? ofImage : usual;
}

/** Several times what the page takes. */
const maxPageBytes = 8 * 1024 * 1024;

function pageWith(text: string, state: () => Promise<TaggedBody>): () => Promise<TaggedBody> {
  const { before, after } = pageAroundState(text, 'self');
  const [head, tail, hash] = [Buffer.from(before), Buffer.from(after), contentHash(text)];
  return async () => {
    const { pieces, tag } = await state();
    return { pieces: [head, ...pieces, tail], tag: `${hash}-${tag}` };
  };
}
