import type { Diagnostic } from '@codemirror/lint';
import type { EditorView } from '@codemirror/view';
import type { ShownManifest } from '../show-manifest.ts';
import { createEditor, goTo, replaceText, showDiagnostics, textOf } from './editor.ts';

/** The manifest that a person writes, with what is wrong with it marked where it stands. */
export class ManifestView {
  readonly #view: EditorView;

  constructor(parent: HTMLElement, onInput: () => void) {
    this.#view = createEditor({ parent, label: 'Manifest', onInput });
  }

  get text(): string {
    return textOf(this.#view);
  }

  set text(text: string) {
    replaceText(this.#view, text);
  }

  mark({ objects, problems }: ShownManifest): void {
    const { doc } = this.#view.state;
    const ofFindings = objects.flatMap(({ findings }) =>
      findings.map(
        ({ kind, code, message, place }): Diagnostic => ({
          from: place.start,
          to: place.end,
          severity: kind === 'refusal' ? 'error' : 'warning',
          message: `${message} (${code})`,
        }),
      ),
    );
    const ofProblems = problems.map(({ line, message }): Diagnostic => {
      const { from, to } = doc.line(Math.min(line, doc.lines));
      return { from, to, severity: 'error', message };
    });
    showDiagnostics(this.#view, [...ofProblems, ...ofFindings]);
  }

  goTo(from: number, to: number): void {
    goTo(this.#view, from, to);
  }

  goToLine(line: number): void {
    const { doc } = this.#view.state;
    const { from, to } = doc.line(Math.min(line, doc.lines));
    goTo(this.#view, from, to);
  }
}
