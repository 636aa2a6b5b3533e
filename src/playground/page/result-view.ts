import { Change, unifiedMergeView } from '@codemirror/merge';
import { Compartment, type Extension, type Range, type Text } from '@codemirror/state';
import { Decoration, EditorView } from '@codemirror/view';
import { addsLines, changesOf, type TextChange } from '../changes.ts';
import type { ShownManifest } from '../show-manifest.ts';
import { byProgram, createEditor } from './editor.ts';

/** The manifest as it comes out: what is added is marked, and all else is the text of the person. */
export class ResultView {
  readonly #view: EditorView;
  readonly #difference = new Compartment();
  #changes: readonly TextChange[] = [];

  constructor(parent: HTMLElement) {
    this.#view = createEditor({
      parent,
      label: 'The manifest with its sidecars',
      isReadOnly: true,
      extensions: this.#difference.of([]),
    });
  }

  show(before: string, { after, edits }: Pick<ShownManifest, 'after' | 'edits'>): void {
    this.#changes = changesOf(before, after, edits);
    const isInLine = (change: TextChange) => change.fromA === change.toA && !addsLines(change, after);
    const inLines = this.#changes.filter(isInLine);
    const ofLines = this.#changes.filter(change => !isInLine(change));
    const { scrollTop } = this.#view.scrollDOM;
    // One after the other: the difference is made from the text that is there before a change.
    this.#view.dispatch({
      changes: { from: 0, to: this.#view.state.doc.length, insert: after },
      effects: this.#difference.reconfigure([]),
      annotations: byProgram.of(true),
    });
    const difference = [differenceFrom(before, ofLines), addedInLines(this.#view.state.doc, inLines)];
    this.#view.dispatch({ effects: this.#difference.reconfigure(difference) });
    this.#view.scrollDOM.scrollTop = scrollTop;
  }

  /** Brings the largest addition into view, which is the container of a sidecar. */
  reveal(): void {
    const sizeOf = ({ fromB, toB }: TextChange) => toB - fromB;
    const [largest] = this.#changes.toSorted((a, b) => sizeOf(b) - sizeOf(a));
    const { top } = this.#view.lineBlockAt(largest?.fromB ?? 0);
    // The editor itself: the page stays where it is.
    this.#view.scrollDOM.scrollTop = top - marginAbovePx;
  }
}

/** Of a line that is brought into view as many are shown above it, in pixels: enough to see what it belongs to. */
const marginAbovePx = 130;

function differenceFrom(before: string, changes: readonly TextChange[]): Extension {
  const all = changes.map(({ fromA, toA, fromB, toB }) => new Change(fromA, toA, fromB, toB));
  return unifiedMergeView({
    original: before,
    mergeControls: false,
    syntaxHighlightDeletions: false,
    allowInlineDiffs: false,
    diffConfig: { override: () => all },
  });
}

/** What is put into a line that is there, as in JSON: the rest of the line is the person's, and is not marked. */
function addedInLines(doc: Text, changes: readonly TextChange[]): Extension {
  const marks = changes.flatMap(change => marksFor(doc, change));
  return EditorView.decorations.of(Decoration.set(marks, true));
}

function marksFor(doc: Text, { fromB, toB }: TextChange): readonly Range<Decoration>[] {
  const marks: Range<Decoration>[] = [];
  const last = doc.lineAt(toB).number;
  for (let number = doc.lineAt(fromB).number; number <= last; number++) {
    const line = doc.line(number);
    const [from, to] = [Math.max(line.from, fromB), Math.min(line.to, toB)];
    if (from === line.from && to === line.to) marks.push(addedLine.range(line.from));
    else if (from < to) marks.push(addedText.range(from, to));
  }
  return marks;
}

const addedLine = Decoration.line({ class: 'cm-insertedLine' });

const addedText = Decoration.mark({ class: 'cm-addedText' });
