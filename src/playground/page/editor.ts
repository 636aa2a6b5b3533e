import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, indentOnInput } from '@codemirror/language';
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { Annotation, Compartment, EditorState, type Extension } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
  tooltips,
} from '@codemirror/view';
import { editorTheme } from './editor-theme.ts';

/** What an editor is made of. */
export interface EditorOptions {
  /** The element that it fills. */
  readonly parent: HTMLElement;
  /** What it is called to who cannot see where it stands. */
  readonly label: string;
  readonly isReadOnly?: boolean;
  readonly extensions?: Extension;
  /** Called when a person has changed the text. */
  readonly onInput?: () => void;
}

/**
 * Makes an editor for YAML. It lives in a shadow root, where its styles are style sheets made by the script: the page's
 * policy allows no others. The Tab key leaves it, as every other field.
 */
export function createEditor({
  parent,
  label,
  isReadOnly = false,
  extensions = [],
  onInput,
}: EditorOptions): EditorView {
  const root = parent.attachShadow({ mode: 'open' });
  const extension: Extension = [
    lineNumbers(),
    undo.of(history()),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    search({ top: true }),
    keymap.of([...defaultKeymap, ...searchKeymap, ...historyKeymap, ...lintKeymap]),
    tooltips({ position: 'absolute' }),
    yaml(),
    editorTheme,
    EditorState.readOnly.of(isReadOnly),
    EditorView.contentAttributes.of({ 'aria-label': label, 'aria-multiline': 'true', tabindex: '0' }),
    isReadOnly ? [] : [lintGutter(), typedOverLines],
    EditorView.updateListener.of(update => {
      const isInput =
        update.docChanged && !update.transactions.some(made => made.annotation(byProgram) === true);
      if (isInput) onInput?.();
    }),
    extensions,
  ];
  return new EditorView({
    parent: root as unknown as HTMLElement,
    root,
    state: EditorState.create({ extensions: extension }),
  });
}

/**
 * What is typed over lines that are selected: a browser would join what is left of them with an inline style, which the policy
 * forbids.
 */
const typedOverLines = EditorView.domEventHandlers({
  beforeinput: ({ inputType, data, isComposing }, view) => {
    const { from, to } = view.state.selection.main;
    const isOverLines = view.state.doc.lineAt(from).to < to;
    if (inputType !== 'insertText' || data === null || isComposing || !isOverLines) return false;
    view.dispatch(view.state.replaceSelection(data), { userEvent: 'input.type', scrollIntoView: true });
    return true;
  },
});

/** What can be undone. */
const undo = new Compartment();

/** Marks what no person has typed. */
export const byProgram = Annotation.define<boolean>();

/** The text of an editor. */
export function textOf(view: EditorView): string {
  return view.state.doc.toString();
}

/** A text with the line breaks that editors have. */
export function inEditor(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n');
}

/** Puts the text of something else into an editor: what was done to the text before cannot be undone there. */
export function openText(view: EditorView, text: string): void {
  view.dispatch({
    changes: { from: 0, to: view.state.doc.length, insert: text },
    effects: undo.reconfigure([]),
    annotations: byProgram.of(true),
  });
  view.dispatch({ effects: undo.reconfigure(history()) });
}

/** Puts another text into an editor, where it differs; cursor and history stay. */
export function replaceText(view: EditorView, wanted: string): void {
  const [before, text] = [textOf(view), inEditor(wanted)];
  if (before === text) return;
  const shortest = Math.min(before.length, text.length);
  let start = 0;
  while (start < shortest && before[start] === text[start]) start++;
  let kept = 0;
  while (kept < shortest - start && before.at(-1 - kept) === text.at(-1 - kept)) kept++;
  const insert = text.slice(start, text.length - kept);
  view.dispatch({
    changes: { from: start, to: before.length - kept, insert },
    annotations: byProgram.of(true),
  });
}

/** Shows findings at their places. */
export function showDiagnostics(view: EditorView, diagnostics: readonly Diagnostic[]): void {
  const { length } = view.state.doc;
  const within = (offset: number) => Math.min(Math.max(offset, 0), length);
  view.dispatch(
    setDiagnostics(
      view.state,
      diagnostics.map(found => ({ ...found, from: within(found.from), to: within(found.to) })),
    ),
  );
}

/** Brings a place into view, selects it, and goes there. */
export function goTo(view: EditorView, from: number, to: number): void {
  view.dispatch({
    selection: { anchor: from, head: to },
    effects: EditorView.scrollIntoView(from, { y: 'center' }),
  });
  view.focus();
}
