import { Change, unifiedMergeView } from '@codemirror/merge';
import { Compartment } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';
import { changesOf } from '../changes.ts';
import type { ShownManifest } from '../show-manifest.ts';
import { byProgram, createEditor } from './editor.ts';

/** The manifest as it comes out: what is added is marked, and all else is the text of the person. */
export class ResultView {
  readonly #view: EditorView;
  readonly #difference = new Compartment();
  #changes: readonly Change[] = [];

  constructor(parent: HTMLElement) {
    this.#view = createEditor({
      parent,
      label: 'The manifest with its sidecars',
      isReadOnly: true,
      extensions: this.#difference.of([]),
    });
  }

  show(before: string, { after, edits }: Pick<ShownManifest, 'after' | 'edits'>): void {
    const changes = changesOf(before, after, edits).map(
      ({ fromA, toA, fromB, toB }) => new Change(fromA, toA, fromB, toB),
    );
    this.#changes = changes;
    const { scrollTop } = this.#view.scrollDOM;
    // One after the other: the difference is made from the text that is there before a change.
    this.#view.dispatch({
      changes: { from: 0, to: this.#view.state.doc.length, insert: after },
      effects: this.#difference.reconfigure([]),
      annotations: byProgram.of(true),
    });
    this.#view.dispatch({ effects: this.#difference.reconfigure(differenceFrom(before, changes)) });
    this.#view.scrollDOM.scrollTop = scrollTop;
  }

  /** Brings the largest addition into view, which is the container of a sidecar. */
  reveal(): void {
    const sizeOf = ({ fromB, toB }: Change) => toB - fromB;
    const [largest] = this.#changes.toSorted((a, b) => sizeOf(b) - sizeOf(a));
    const { top } = this.#view.lineBlockAt(largest?.fromB ?? 0);
    // The editor itself: the page stays where it is.
    this.#view.scrollDOM.scrollTop = top - marginAbovePx;
  }
}

/** Of a line that is brought into view as many are shown above it, in pixels: enough to see what it belongs to. */
const marginAbovePx = 130;

function differenceFrom(before: string, changes: readonly Change[]) {
  return unifiedMergeView({
    original: before,
    mergeControls: false,
    syntaxHighlightDeletions: false,
    allowInlineDiffs: false,
    diffConfig: { override: () => changes },
  });
}
