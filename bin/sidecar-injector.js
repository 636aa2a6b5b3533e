#!/usr/bin/env node
// Plain JavaScript that any Node reads, so that an old one can say what it lacks.
import { existsSync } from 'node:fs';
import module from 'node:module';

const major = Number(process.versions.node.split('.')[0]);
// The package has the bundle; a checkout has the sources, which are run by the Node that the project brings.
const isCheckout = existsSync(new URL('../src/main.ts', import.meta.url));
if (isCheckout && major < 24) {
  process.stderr.write(
    `sidecar-injector needs Node.js 24, this is ${process.version}; start it with npx or npm start, which bring their own\n`,
  );
  process.exit(1);
}
// What has been compiled is kept in the directory for temporary files: a command starts in half the time. Node 20 cannot.
module.enableCompileCache?.();
await (isCheckout ? import('../src/main.ts') : import('../dist/sidecar-injector.mjs'));
