import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { buildPlayground } from '../../playground-build.ts';
import { chromiumFlags } from '../../tools/chromium-flags.ts';
import { findChromium } from '../../tools/find-chromium.ts';

/** The page as the README shows it, in a browser. */
export interface OpenPlayground {
  readonly browser: Browser;
  /** Opens the page anew, with its first example, in the colours of a scheme. */
  readonly open: (colorScheme: 'light' | 'dark') => Promise<Page>;
  readonly close: () => Promise<void>;
}

/** The size of the picture, in pixels of CSS. */
const viewport = { width: 1280, height: 800 };

/**
 * Builds the page and starts a browser for it.
 *
 * @throws Error where there is no Chromium, or the page cannot be built.
 */
export async function openPlayground(): Promise<OpenPlayground> {
  const directory = mkdtempSync(join(tmpdir(), 'sidecar-injector-playground-'));
  const removeDirectory = () => rmSync(directory, { recursive: true, force: true });
  try {
    const file = await buildPlayground({ file: join(directory, 'playground.html') });
    const browser = await chromium.launch({
      executablePath: chromiumPath(),
      args: chromiumFlags,
      timeout: 60_000,
    });
    return {
      browser,
      open: colorScheme => openPage(browser, colorScheme, pathToFileURL(file).href),
      close: async () => {
        await browser.close();
        removeDirectory();
      },
    };
  } catch (error) {
    removeDirectory();
    throw error;
  }
}

function chromiumPath(): string {
  const chromium = findChromium();
  if ('missing' in chromium) throw new Error(`no picture of the page: ${chromium.missing}`);
  return chromium.program;
}

async function openPage(browser: Browser, colorScheme: 'light' | 'dark', url: string): Promise<Page> {
  const page = await browser.newPage({
    viewport,
    deviceScaleFactor: 1.5,
    colorScheme,
    reducedMotion: 'reduce',
    locale: 'en-US',
  });
  page.setDefaultTimeout(30_000);
  await page.goto(url);
  await page.locator('#summary:not(:empty)').waitFor();
  return page;
}
