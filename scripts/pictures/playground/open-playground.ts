import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { findChromium } from '../../../test/browser/find-chromium.ts';

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
    const file = join(directory, 'playground.html');
    build(file);
    const browser = await chromium.launch({ executablePath: chromiumPath(), args: flags, timeout: 60_000 });
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

/** Nothing of the browser's own that would go out of this machine. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

function build(file: string): void {
  const script = fileURLToPath(new URL('../../build-playground.ts', import.meta.url));
  const { status, stderr, error } = spawnSync(process.execPath, [script, file], {
    encoding: 'utf8',
    timeout: 120_000,
  });
  if (status !== 0) throw new Error(`the playground could not be built: ${error?.message ?? stderr}`);
}

function chromiumPath(): string {
  const chromium = findChromium();
  if (typeof chromium !== 'string') throw new Error(`no picture of the page: ${chromium.missing}`);
  return chromium;
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
