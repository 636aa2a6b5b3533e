/** The page of the playground: it joins what is seen with the engine, and asks no server for anything but its state. */
import { engineOf, type PlaygroundEngine } from '../engine.ts';
import { fragmentOf, textsIn } from '../link.ts';
import type { PlaygroundState } from '../playground-state.ts';
import { setAnnotation } from '../set-annotation.ts';
import { type ShownManifest, showManifest } from '../show-manifest.ts';
import { isCopied } from './copy-button.ts';
import { DecisionView, summaryOf } from './decision-view.ts';
import { DefinitionsView } from './definitions-view.ts';
import { byId, element } from './element.ts';
import { FormView } from './form-view.ts';
import { followState } from './live-state.ts';
import { ManifestView } from './manifest-view.ts';
import { ResultView } from './result-view.ts';
import { makeTabs } from './tabs.ts';

/** A manifest to begin with. */
interface Example {
  readonly title: string;
  readonly text: string;
}

class Page {
  #state: PlaygroundState;
  #engine: PlaygroundEngine;
  readonly #examples: readonly Example[];
  readonly #manifest = new ManifestView(byId('manifest-editor', HTMLElement), () => this.#showSoon());
  readonly #result = new ResultView(byId('result-editor', HTMLElement));
  readonly #form = new FormView((object, key, value) => this.#set(object, key, value));
  readonly #definitions = new DefinitionsView(() => this.#renewEngine());
  readonly #example = byId('example', HTMLSelectElement);
  readonly #decisions = new DecisionView(byId('decisions', HTMLElement), this.#manifest);
  readonly #summary = byId('summary', HTMLElement);
  readonly #source = byId('source', HTMLElement);
  #isThere = true;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(state: PlaygroundState, examples: readonly Example[]) {
    this.#state = state;
    this.#engine = engineOf(state, []);
    this.#examples = examples;
  }

  async start(): Promise<void> {
    const { isLive } = this.#state;
    this.#example.append(
      element('option', { value: '' }, 'Your text'),
      ...this.#examples.map(({ title }, index) => element('option', { value: index }, title)),
    );
    this.#example.addEventListener('change', () => {
      if (this.#example.value !== '') this.#showExample(Number(this.#example.value));
    });
    byId('share', HTMLButtonElement).addEventListener('click', () => void this.#share());
    const showTab = makeTabs(byId('tabs', HTMLElement), panel => {
      this.#definitions.isOpen = panel === 'definitions-panel';
    });
    showTab('manifest-panel');
    this.#definitions.originals = readable(this.#state);
    addEventListener('hashchange', () => void this.#openLink());
    if (!(await this.#openLink())) this.#showExample(0);
    this.#tellSource();
    if (isLive) {
      followState(byId('state', HTMLScriptElement).textContent, {
        onChange: next => this.#take(next),
        onContact: isThere => {
          this.#isThere = isThere;
          this.#tellSource();
        },
      });
    }
  }

  #showExample(index: number): void {
    this.#example.value = String(index);
    this.#manifest.text = this.#examples[index]?.text ?? '';
    this.#show();
    this.#result.reveal();
  }

  /** Opens what a link carries, and says whether there was something. */
  async #openLink(): Promise<boolean> {
    const texts = await textsIn(location.hash);
    const isBroken = texts === undefined && location.hash !== '';
    byId('shared', HTMLElement).textContent = isBroken
      ? 'The link cannot be read; it may have been cut.'
      : '';
    if (texts === undefined) return false;
    this.#manifest.text = texts.manifest;
    this.#definitions.edited = texts.definitions;
    this.#renewEngine();
    this.#result.reveal();
    return true;
  }

  async #share(): Promise<void> {
    const link = byId('link', HTMLInputElement);
    const fragment = await fragmentOf({
      manifest: this.#manifest.text,
      definitions: this.#definitions.edited,
    });
    const told = byId('shared', HTMLElement);
    link.hidden = true;
    if (fragment === undefined) {
      told.textContent = 'Too long for a link; send it as a file.';
      return;
    }
    history.replaceState(undefined, '', fragment);
    link.value = location.href;
    link.hidden = false;
    link.select();
    told.textContent = (await isCopied(link.value))
      ? 'Copied: the link holds the texts.'
      : 'The link holds the texts.';
  }

  /** An example is no longer what it was, and a link is of the texts that were there when it was made. */
  #forgetOrigin(): void {
    this.#example.value = '';
    byId('link', HTMLInputElement).hidden = true;
    byId('shared', HTMLElement).textContent = '';
    if (location.hash !== '') history.replaceState(undefined, '', location.pathname + location.search);
  }

  #take(state: PlaygroundState): void {
    this.#state = state;
    this.#definitions.originals = readable(state);
    this.#renewEngine();
  }

  #tellSource(): void {
    const { isLive, version } = this.#state;
    const { sidecars, problems } = this.#engine.sidecars;
    const broken = new Set(problems.map(({ file }) => file)).size;
    const ofBroken = broken === 0 ? '' : `, and ${broken} with errors,`;
    const injector = this.#isThere
      ? `the running injector ${version}`
      : `injector ${version}, which answers no more`;
    const edited = this.#definitions.edited.length;
    const ofEdited = edited === 0 ? '' : `; ${edited} edited on this page alone`;
    const text = `${sidecars.size} sidecars${ofBroken} of ${isLive ? injector : `version ${version}`}${ofEdited}`;
    if (this.#source.textContent !== text) this.#source.textContent = text;
  }

  #renewEngine(): void {
    this.#engine = engineOf(this.#state, this.#definitions.edited);
    this.#definitions.problems = this.#engine.sidecars.problems;
    this.#tellSource();
    this.#show();
  }

  #set(object: number, key: string, value: string | undefined): string | undefined {
    const setting = { object, key, value };
    const { text, problems } = setAnnotation(this.#manifest.text, setting, this.#engine.workloadKinds);
    const [problem] = problems;
    if (problem !== undefined)
      return `cannot be written into the manifest: line ${problem.line}: ${problem.message}`;
    this.#manifest.text = text;
    this.#showSoon();
    return undefined;
  }

  #showSoon(): void {
    this.#forgetOrigin();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#show(), pauseMs);
  }

  #show(): void {
    clearTimeout(this.#timer);
    const { text } = this.#manifest;
    try {
      this.#showText(text, showManifest(text, this.#engine));
    } catch (error) {
      // What comes out of it may be wrong, so nothing does.
      const problem = { line: 1, message: `a fault of the injector, which nobody should see: ${error}` };
      this.#showText(text, { after: text, edits: [], objects: [], problems: [problem] });
    }
  }

  #showText(text: string, shown: ShownManifest): void {
    this.#manifest.mark(shown);
    this.#result.show(text, shown);
    this.#summary.textContent = summaryOf(shown);
    this.#decisions.show(shown, this.#engine);
    this.#form.show(this.#engine.sidecars, shown);
  }
}

/** Between two keys of somebody who types. */
const pauseMs = 100;

function readable({ files }: PlaygroundState) {
  return files.flatMap(({ name, text }) => (text === undefined ? [] : [{ name, text }]));
}

function dataIn<Value>(id: string): Value {
  return JSON.parse(byId(id, HTMLScriptElement).textContent) as Value;
}

await new Page(dataIn<PlaygroundState>('state'), dataIn<readonly Example[]>('examples')).start();
