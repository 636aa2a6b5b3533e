import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** How editors look: in the colours of the page, which are those of its style sheet, dark or light. */
export const editorTheme: Extension = [
  EditorView.theme({
    '&': { height: '100%', color: 'var(--text)', backgroundColor: 'var(--field)', fontSize: '0.8125rem' },
    '&.cm-focused': { outline: '2px solid var(--focus)', outlineOffset: '-2px' },
    '.cm-scroller': { fontFamily: 'var(--monospace)', lineHeight: '1.5' },
    '.cm-content': { caretColor: 'var(--text)' },
    '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--text)' },
    '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
      backgroundColor: 'var(--selection)',
    },
    '.cm-gutters': { color: 'var(--quiet)', backgroundColor: 'var(--field)', border: 'none' },
    // For three digits: the text does not move when there are more lines.
    '.cm-lineNumbers .cm-gutterElement': { minWidth: '2.25rem' },
    '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--active-line)' },
    '.cm-changedLine, .cm-insertedLine': { backgroundColor: 'var(--added-background) !important' },
    '.cm-changedText, .cm-insertedLine .cm-changedText': { background: 'none !important' },
    '.cm-addedText': { backgroundColor: 'var(--added-background)' },
    '.cm-changedLineGutter': { backgroundColor: 'var(--added) !important' },
    '.cm-deletedChunk': { backgroundColor: 'var(--removed-background) !important' },
    '.cm-deletedChunk .cm-deletedText': { background: 'none !important' },
    '.cm-deletedLineGutter': { backgroundColor: 'var(--removed) !important' },
    '.cm-collapsedLines': { color: 'var(--link)', background: 'var(--panel)', padding: '2px 8px' },
    '.cm-tooltip, .cm-panels': { color: 'var(--text)', backgroundColor: 'var(--panel)' },
    '.cm-tooltip': { border: '1px solid var(--border)', maxWidth: 'min(40rem, 80vw)' },
    '.cm-panels': { borderColor: 'var(--border)' },
    '.cm-textfield': { color: 'var(--text)', backgroundColor: 'var(--field)', borderColor: 'var(--border)' },
    '.cm-button': {
      color: 'var(--text)',
      backgroundColor: 'var(--panel)',
      backgroundImage: 'none',
      borderColor: 'var(--border)',
    },
    '.cm-diagnostic': { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' },
    '.cm-diagnostic-error': { borderLeftColor: 'var(--removed)' },
    '.cm-diagnostic-warning': { borderLeftColor: 'var(--warning)' },
  }),
  syntaxHighlighting(
    HighlightStyle.define([
      { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--key)' },
      { tag: [tags.string, tags.special(tags.string), tags.content], color: 'var(--string)' },
      { tag: [tags.comment, tags.lineComment], color: 'var(--quiet)', fontStyle: 'italic' },
      { tag: [tags.keyword, tags.typeName, tags.labelName, tags.meta], color: 'var(--keyword)' },
    ]),
  ),
];
