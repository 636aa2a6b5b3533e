import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { findChromium } from './find-chromium.ts';

/** What the tests need beside themselves. */
export interface BrowserSetup {
  /** The path of a Chromium. */
  readonly chromium: string;
  /** The path of the page, as its build makes it. */
  readonly page: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Undefined where there is no browser. */
    browserSetup: BrowserSetup | undefined;
  }
}

/** Finds a browser and builds the page, once for all files. */
export default function setUp(project: TestProject): void {
  const chromium = findChromium();
  if (typeof chromium !== 'string') {
    console.warn(`\ntest:browser skips everything: ${chromium.missing}\n`);
    return project.provide('browserSetup', undefined);
  }
  const script = fileURLToPath(new URL('../../scripts/build-playground.ts', import.meta.url));
  // Where the program finds it that serves it.
  const page = fileURLToPath(new URL('../../dist/playground.html', import.meta.url));
  execFileSync(process.execPath, [script, page], { stdio: ['ignore', 'ignore', 'inherit'] });
  project.provide('browserSetup', { chromium, page });
}
