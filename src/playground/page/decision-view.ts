import { contentText } from '../../diagnosis/explanation/content-text.ts';
import type { ExplainedSidecar } from '../../diagnosis/explanation/explanation.ts';
import type { ManifestProblem } from '../../manifests/manifest-problem.ts';
import type { Stretch } from '../../manifests/place-in.ts';
import { operationsOf } from '../../written-objects/object-report.ts';
import { kubectlCommands } from '../kubectl-command.ts';
import type { ShownAnnotation, ShownFinding, ShownManifest, ShownObject } from '../show-manifest.ts';
import { copyButton } from './copy-button.ts';
import { button, element } from './element.ts';

/** Brings a place of the manifest into view. */
export interface Places {
  goTo(place: Stretch): void;
  goToLine(line: number): void;
  /** The line of an offset, counted from 1. */
  lineAt(offset: number): number;
}

/** What is said below the manifest: a card for each object, and first why the text cannot be read. */
export function showDecisions(
  parent: HTMLElement,
  { objects, problems }: ShownManifest,
  places: Places,
): void {
  const open = openIn(parent);
  const cards = objects.map((shown, index) => objectCard(shown, index, { places, open }));
  const nothing = element('p', {}, 'There is no pod and no workload in this text.');
  parent.replaceChildren(
    ...problems.map(problem => problemCard(problem, places)),
    ...(cards.length === 0 && problems.length === 0 ? [nothing] : cards),
  );
}

/** The outcome of the whole in one sentence. */
export function summaryOf({ objects, problems }: ShownManifest): string {
  if (problems.length > 0) return `This text cannot be used: ${problems[0]?.message ?? ''}`;
  const count = (searched: ShownObject['outcome']) =>
    objects.filter(({ outcome }) => outcome === searched).length;
  const [refused, injected, left] = [count('refused'), count('injected'), count('skipped')];
  const warnings = objects.reduce(
    (sum, { findings }) => sum + findings.filter(({ kind }) => kind === 'warning').length,
    0,
  );
  return `${injected} injected, ${refused} refused, ${left} left as they are; ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`;
}

/** Which details a person has opened: they stay so when the text changes. */
function openIn(parent: HTMLElement): ReadonlySet<string> {
  return new Set([...parent.querySelectorAll('details[open]')].map(({ id }) => id));
}

interface CardContext {
  readonly places: Places;
  readonly open: ReadonlySet<string>;
}

function problemCard({ line, message }: ManifestProblem, places: Places): HTMLElement {
  const where = button(`line ${line}`, () => places.goToLine(line), { class: 'link' });
  return element('article', { class: 'card refused' }, element('p', {}, where, ` ${message}`));
}

function objectCard(shown: ShownObject, index: number, { places, open }: CardContext): HTMLElement {
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
  card.append(
    ...(operations.length === 0
      ? []
      : [
          lazyDetails(`operations-${index}`, { title: 'JSON Patch', open }, () =>
            code('JSON Patch', JSON.stringify(operations, undefined, 2)),
          ),
        ]),
    ...commandDetails(shown, index, open),
  );
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
  const items = findings.slice(0, maxFindings).map(({ kind, code, message, advice, place }) => {
    const line = button(`line ${places.lineAt(place.start)}`, () => places.goTo(place), { class: 'link' });
    const word = element('strong', { class: kind }, kind === 'problem' ? 'why not' : 'warning');
    const text = advice === undefined ? message : `${message}: ${advice}`;
    return element('li', {}, word, ' ', line, ` ${text} `, element('code', {}, code));
  });
  const more = findings.length - items.length;
  return element(
    'ul',
    { class: 'findings' },
    ...items,
    ...(more > 0 ? [element('li', {}, `and ${more} more`)] : []),
  );
}

/** More than anybody reads. */
const maxFindings = 100;

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

function commandDetails(
  shown: ShownObject,
  index: number,
  open: ReadonlySet<string>,
): readonly HTMLElement[] {
  const { patch, annotate } = kubectlCommands(shown);
  if (patch === undefined && annotate === undefined) return [];
  const content = () =>
    element(
      'div',
      {},
      ...(annotate === undefined
        ? []
        : [
            element('p', {}, 'Asks for it in a cluster that has the injector:'),
            code('kubectl annotate', annotate),
          ]),
      ...(patch === undefined
        ? []
        : [
            element('p', {}, 'Does the same with the file alone, without an injector:'),
            code('kubectl patch', patch),
          ]),
    );
  return [lazyDetails(`commands-${index}`, { title: 'kubectl', open }, content)];
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
  id: string,
  { title, open }: { readonly title: string; readonly open: ReadonlySet<string> },
  content: () => HTMLElement,
): HTMLElement {
  const details = element('details', { id, open: open.has(id) }, element('summary', {}, title));
  const fill = () => {
    if (details.open && details.childElementCount === 1) details.append(content());
  };
  details.addEventListener('toggle', fill);
  fill();
  return details;
}
