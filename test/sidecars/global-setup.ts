import type { TestProject } from 'vitest/node';
import { findPrograms, type Programs } from './programs.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Undefined where they cannot be built. */
    programs: Programs | undefined;
  }
}

/** Finds or builds the programs once for all files. Whoever relies on the suite says so with CI: there a skip fails. */
export default function setUp(project: TestProject): void {
  const programs = findPrograms();
  if (typeof programs['missing'] !== 'string') return project.provide('programs', programs as Programs);
  if (process.env['CI']) throw new Error(programs['missing']);
  console.warn(`\ntest:sidecars skips everything: ${programs['missing']}\n`);
  project.provide('programs', undefined);
}
