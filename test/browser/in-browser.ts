/** Tests of the page in a browser, each on a page of its own. */
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, inject } from 'vitest';
import { chromiumFlags } from '../../scripts/tools/chromium-flags.ts';
import type { BrowserSetup } from './global-setup.ts';
import { Playground } from './playground.ts';

/** How a page is opened. */
export interface OpenOptions {
  /** Its address; that of the file by default. */
  readonly url?: string;
  /** Whether the network is off, as it is for a file. */
  readonly isOffline?: boolean;
  /** Behind the address, with its `#`. */
  readonly fragment?: string;
  readonly context?: BrowserContextOptions;
}

/** What a test gets. */
export interface InBrowser {
  readonly setup: BrowserSetup;
  readonly open: (options?: OpenOptions) => Promise<Playground>;
}

/**
 * Describes tests that have a browser. After each of them no page may have broken its policy, asked for anything but what
 * it is made of, sent anything, or reported an error.
 */
export function describeInBrowser(name: string, body: (inBrowser: InBrowser) => void): void {
  const setup = inject('browserSetup');
  describe.skipIf(setup === undefined)(name, () => {
    if (setup === undefined) return;
    let browser: Browser | undefined;
    const opened: Playground[] = [];

    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: setup.chromium, args: chromiumFlags });
    });

    afterAll(async () => {
      await browser?.close();
    });

    afterEach(async () => {
      for (const playground of opened.splice(0)) {
        const faults = playground.takeFaults();
        await playground.close();
        expect(faults).toEqual([]);
      }
    });

    const open = async (options: OpenOptions = {}) => {
      const { url, fragment = '', isOffline = url === undefined } = options;
      if (browser === undefined) throw new Error('there is no browser yet');
      const context = await browser.newContext({ ...usual, ...options.context });
      await context.setOffline(isOffline);
      const playground = await Playground.in(context);
      opened.push(playground);
      await playground.goTo(`${url ?? pathToFileURL(setup.page).href}${fragment}`);
      return playground;
    };

    body({ setup, open });
  });
}

const usual: BrowserContextOptions = {
  viewport: { width: 1280, height: 900 },
  permissions: ['clipboard-read', 'clipboard-write'],
};
