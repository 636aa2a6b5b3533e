import { contentText } from '../../diagnosis/explanation/content-text.ts';
import type { ExplainedSidecar } from '../../diagnosis/explanation/explanation.ts';
import type { Stretch } from '../../manifests/place-in.ts';
import { operationsOf } from '../../written-objects/object-report.ts';
import type { PlaygroundEngine } from '../engine.ts';
import { annotateCommand, patchCommand } from '../kubectl-command.ts';
import type { ShownAnnotation, ShownFinding, ShownObject } from '../show-manifest.ts';
import { copyButton } from './copy-button.ts';
import { button, element } from './element.ts';

/** Brings a place of the manifest into view. */
export interface Places {
  goTo(place: Stretch): void;
  goToLine(line: number): void;
  /** The line of an offset, counted from 1. */
  lineAt(offset: number): number;
}

/** What a card is made with. */
export interface CardContext {
  readonly places: Places;
  readonly engine: PlaygroundEngine;
  /** The details that are open; kept up to date. */
  readonly opened: Set<string>;
}

/** What becomes of an object, and why. */
export function objectCard(shown: ShownObject, context: CardContext): HTMLElement {
  const { places } = context;
  const { name, line, making, outcome, sentence, sidecars, findings, annotations } = shown;
  const operations = making ? operationsOf(making.decision) : [];
  const title = element(
    'h3',
    {},
    button(name, () => places.goToLine(line), { class: 'link' }),
  );
  const badge = element('span', { class: `badge ${outcome}` }, outcome);
  const card = element('article', { class: `card ${outcome}` });
  card.append(element('header', {}, title, badge));
  if (outcome !== 'refused' && sentence !== '') card.append(element('p', {}, sentence));
  if (outcome === 'injected') card.append(...sidecars.map(sidecarLine));
  if (findings.length > 0) card.append(findingList(findings, places));
  if (annotations.length > 0) card.append(annotationTable(annotations, places));
  if (operations.length > 0) {
    const patch = () => code('JSON Patch', JSON.stringify(operations, undefined, 2));
    card.append(lazyDetails(shown, { title: 'JSON Patch', ...context }, patch));
    card.append(lazyDetails(shown, { title: 'kubectl', ...context }, () => commands(shown, context)));
  }
  return card;
}

/** What a sidecar is, and where the app finds what it brings. */
function sidecarLine({ container, mode, image, content }: ExplainedSidecar): HTMLElement {
  const line = element('p', { class: 'sidecar' }, element('strong', {}, container), `: mode ${mode}`);
  if (image !== undefined) line.append(`, image ${image}`);
  if (content !== undefined) line.append(`; content: ${contentText(container, content)}`);
  return line;
}

function findingList(findings: readonly ShownFinding[], places: Places): HTMLElement {
  const items = findings.map(({ kind, code, message, advice, place }) => {
    const line = button(`line ${places.lineAt(place.start)}`, () => places.goTo(place), { class: 'link' });
    const word = element('strong', { class: kind }, kind === 'problem' ? 'why not' : 'warning');
    const text = advice === undefined ? message : `${message}: ${advice}`;
    return element('li', {}, word, ' ', line, ` ${text} `, element('code', {}, code));
  });
  return element('ul', { class: 'findings' }, ...items);
}

function annotationTable(annotations: readonly ShownAnnotation[], places: Places): HTMLElement {
  const head = element(
    'tr',
    {},
    ...['Annotation', 'Value', 'Comes from'].map(title => element('th', { scope: 'col' }, title)),
  );
  const rows = annotations.map(({ key, value, from, place }) => {
    const name = place ? button(key, () => places.goTo(place), { class: 'link' }) : key;
    return element('tr', {}, element('td', {}, name), element('td', {}, value), element('td', {}, from));
  });
  const table = element('table', {}, element('thead', {}, head), element('tbody', {}, ...rows));
  return element('div', { class: 'scrolled' }, table);
}

function commands(shown: ShownObject, { engine }: CardContext): HTMLElement {
  const [annotate, patch] = [annotateCommand(shown, engine), patchCommand(shown)];
  const asks = element('p', {}, 'Asks for it in a cluster that has the injector:');
  const does = element('p', {}, 'Does the same with the file alone, without an injector:');
  return element(
    'div',
    {},
    ...(annotate === undefined ? [] : [asks, code('kubectl annotate', annotate)]),
    ...(patch === undefined ? [] : [does, code('kubectl patch', patch)]),
  );
}

function code(name: string, text: string): HTMLElement {
  const pre = element('pre', { tabindex: 0, role: 'region', 'aria-label': name }, element('code', {}, text));
  return element(
    'div',
    { class: 'code' },
    pre,
    copyButton(name, () => text),
  );
}

/** Details whose content is made when it is looked at: a large manifest has hundreds of them. */
function lazyDetails(
  { id }: ShownObject,
  { title, opened }: Pick<CardContext, 'opened'> & { readonly title: string },
  content: () => HTMLElement,
): HTMLElement {
  const key = `${title} of ${id}`;
  const details = element('details', { open: opened.has(key) }, element('summary', {}, title));
  const fill = () => {
    if (details.open && details.childElementCount === 1) details.append(content());
  };
  details.addEventListener('toggle', () => {
    if (details.open) opened.add(key);
    else opened.delete(key);
    fill();
  });
  fill();
  return details;
}
