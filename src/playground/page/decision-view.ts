import type { ManifestProblem } from '../../manifests/manifest-problem.ts';
import type { PlaygroundEngine } from '../engine.ts';
import { type ShownManifest, type ShownObject, tooMany } from '../show-manifest.ts';
import { button, element } from './element.ts';
import { objectCard, type Places } from './object-card.ts';

/** What is said below the manifest: a card for each object, and first why the text cannot be read. */
export class DecisionView {
  readonly #parent: HTMLElement;
  readonly #places: Places;
  /** The details that a person has opened: they stay so when the text changes. */
  readonly #opened = new Set<string>();

  constructor(parent: HTMLElement, places: Places) {
    this.#parent = parent;
    this.#places = places;
  }

  show({ objects, problems }: ShownManifest, engine: PlaygroundEngine): void {
    const context = { places: this.#places, opened: this.#opened, engine };
    const cards = objects.map(shown => objectCard(shown, context));
    const nothing = element('p', {}, 'There is no pod and no workload in this text.');
    this.#parent.replaceChildren(
      ...problems.map(problem => this.#problemCard(problem)),
      ...(cards.length === 0 && problems.length === 0 ? [nothing] : cards),
    );
  }

  #problemCard({ line, message }: ManifestProblem): HTMLElement {
    const where = button(`line ${line}`, () => this.#places.goToLine(line), { class: 'link' });
    return element('article', { class: 'card refused' }, element('p', {}, where, ` ${message}`));
  }
}

/** The outcome of the whole in one sentence. */
export function summaryOf({ objects, problems }: ShownManifest): string {
  const unusable = problems.find(problem => problem !== tooMany);
  if (unusable !== undefined) return `This text cannot be used: ${unusable.message}`;
  const count = (searched: ShownObject['outcome']) =>
    objects.filter(({ outcome }) => outcome === searched).length;
  const [refused, injected, left] = [count('refused'), count('injected'), count('skipped')];
  const isWrong = ({ outcome, findings }: ShownObject) =>
    outcome === 'noted' && findings.some(({ kind }) => kind === 'problem');
  const wrong = objects.filter(isWrong).length;
  const warnings = objects.reduce(
    (sum, { findings }) => sum + findings.filter(({ kind }) => kind === 'warning').length,
    0,
  );
  return `${injected} injected, ${refused} refused, ${left} left as they are${wrong > 0 ? `, ${wrong} to look at` : ''}; ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`;
}
