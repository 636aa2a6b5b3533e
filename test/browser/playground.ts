import type { BrowserContext, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** The page, as a person has it before them. */
export class Playground {
  readonly page: Page;
  /** The addresses that were asked for, its own first. */
  readonly requests: string[] = [];
  readonly #context: BrowserContext;
  readonly #faults: string[] = [];
  #url = '';

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
    page.on('pageerror', error => this.#faults.push(`error: ${error.message}`));
    // A browser tells what a policy has stopped as an error, too.
    page.on('console', message => {
      if (['error', 'warning'].includes(message.type())) this.#faults.push(`console: ${message.text()}`);
    });
    page.on('request', request => {
      const url = request.url();
      if (!url.startsWith('data:')) this.requests.push(url);
      if (!this.#isOwn(url)) this.#faults.push(`request: ${url}`);
      if (request.method() !== 'GET' || request.postData() !== null) this.#faults.push(`sent: ${url}`);
    });
  }

  static async in(context: BrowserContext): Promise<Playground> {
    const page = await context.newPage();
    const playground = new Playground(context, page);
    await context.exposeBinding('tellViolation', (_, violation: string) => {
      playground.#faults.push(`policy: ${violation}`);
    });
    await context.addInitScript(() => {
      const { tellViolation } = window as unknown as { tellViolation: (text: string) => void };
      addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) =>
        tellViolation(`${violatedDirective} ${blockedURI} ${sample}`),
      );
    });
    return playground;
  }

  /** Opens an address, and waits until there is a result. */
  async goTo(url: string): Promise<void> {
    this.#url = url.replace(/#.*$/s, '');
    await this.page.goto(url);
    await expect.poll(() => this.summary.textContent()).not.toBe('');
  }

  get manifest(): Locator {
    return this.page.getByRole('textbox', { name: 'Manifest', exact: true });
  }

  get result(): Locator {
    return this.page.getByRole('textbox', { name: 'The manifest with its sidecars' });
  }

  get definition(): Locator {
    return this.page.getByRole('textbox', { name: 'Definition', exact: true });
  }

  /** The outcome in one sentence. */
  get summary(): Locator {
    return this.page.locator('#summary');
  }

  /** What became of an object, by its name as kubectl has it. */
  card(name: string): Locator {
    return this.page
      .getByRole('article')
      .filter({ has: this.page.getByRole('button', { name, exact: true }) });
  }

  async openTab(name: 'Manifest' | 'Definitions'): Promise<void> {
    await this.page.getByRole('tab', { name }).click();
  }

  /** Puts a text in place of all that stands in an editor, from the clipboard. */
  async paste(editor: Locator, text: string): Promise<void> {
    await this.page.evaluate(copied => navigator.clipboard.writeText(copied), text);
    await editor.focus();
    await this.page.keyboard.press('Control+A');
    await this.page.keyboard.press('Control+V');
  }

  /** All the text of an editor, as somebody has it who copies it. */
  async copy(editor: Locator): Promise<string> {
    await editor.focus();
    await this.page.keyboard.press('Control+A');
    await this.page.keyboard.press('Control+C');
    return this.page.evaluate(() => navigator.clipboard.readText());
  }

  /** What should not have happened since somebody asked last. */
  takeFaults(): readonly string[] {
    return this.#faults.splice(0);
  }

  async close(): Promise<void> {
    await this.#context.close();
  }

  /** Of the page itself, or of the server that it came from; a picture in a style is no request to anybody. */
  #isOwn(url: string): boolean {
    if (url.startsWith('data:')) return true;
    const { protocol, origin } = new URL(this.#url);
    if (protocol === 'file:') return url.replace(/#.*$/s, '') === this.#url;
    return new URL(url).origin === origin;
  }
}
