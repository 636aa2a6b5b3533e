import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { expect, it } from 'vitest';
import { buildPlayground } from '../../scripts/playground-build.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

/** CodeMirror, and what it is made of. */
const editorPackage = /(?:^|\/)node_modules\/(?:@codemirror|@lezer|@marijn|style-mod|crelt|w3c-keyname)\//;

const maxEditorBytes = 450_000;

it('the editors take less than 450 kB of the playground', async () => {
  const directory = temporaryDirectory();
  const metafile = join(directory, 'metafile.json');
  await buildPlayground({ file: join(directory, 'playground.html'), metafile });
  const { outputs } = JSON.parse(readFileSync(metafile, 'utf8')) as Metafile;
  const inputs = Object.values(outputs).flatMap(output => Object.entries(output.inputs));
  const editors = inputs.filter(([file]) => editorPackage.test(file));
  const bytes = editors.reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);
  // Without the libraries there would be nothing to bound.
  expect(bytes).toBeGreaterThan(100_000);
  expect(bytes, 'docs/adr/0024-the-engine-in-the-browser.md tells the size').toBeLessThan(maxEditorBytes);
});
