#!/usr/bin/env node
// Plain JavaScript that any Node reads, so that an old one can say what it lacks.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(
    `sidecar-injector needs Node.js 24, this is ${process.version}; start it with npx or npm start, which bring their own\n`,
  );
  process.exit(1);
}
await import('../src/main.ts');
