import type { TestProject } from 'vitest/node';
import { buildPlayground } from '../../scripts/playground-build.ts';
import { findChromium } from '../../scripts/tools/find-chromium.ts';

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
export default async function setUp(project: TestProject): Promise<void> {
  const chromium = findChromium();
  if ('missing' in chromium) {
    console.warn(`\ntest:browser skips everything: ${chromium.missing}\n`);
    return project.provide('browserSetup', undefined);
  }
  // Where the program finds it that serves it: test/browser/served.test.ts opens that page.
  project.provide('browserSetup', { chromium: chromium.program, page: await buildPlayground() });
}
