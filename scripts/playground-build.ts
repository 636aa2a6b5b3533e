import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Where the page is written, what else is written of it, and what ends it early. */
export interface PlaygroundBuild {
  /** Default: `dist/playground.html` of the checkout, where the program finds it that serves it. */
  readonly file?: string;
  /** Gets what esbuild says of all that is in the script. */
  readonly metafile?: string;
  readonly signal?: AbortSignal;
}

/**
 * Builds the playground with a Node.js of its own, as `npm run build:playground` does.
 *
 * @returns the path of the page.
 * @throws Error with what the build says, where it fails or takes longer than two minutes.
 */
export async function buildPlayground({
  file = usual,
  metafile,
  signal,
}: PlaygroundBuild = {}): Promise<string> {
  const args = [script, file, ...(metafile === undefined ? [] : ['--metafile', metafile])];
  try {
    await promisify(execFile)(process.execPath, args, { timeout: 120_000, ...(signal && { signal }) });
    return file;
  } catch (cause) {
    // Its message has the command and all that it said.
    const reason = cause instanceof Error ? cause.message.trimEnd() : String(cause);
    throw new Error(`the playground could not be built: ${reason}`, { cause });
  }
}

const script = fileURLToPath(new URL('build-playground.ts', import.meta.url));

const usual = fileURLToPath(new URL('../dist/playground.html', import.meta.url));
