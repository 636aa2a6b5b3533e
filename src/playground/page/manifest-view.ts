import type { Diagnostic } from '@codemirror/lint';
import type { EditorView } from '@codemirror/view';
import type { Stretch } from '../../manifests/place-in.ts';
import type { ShownManifest } from '../show-manifest.ts';
import { createEditor, goTo, replaceText, showDiagnostics, textOf } from './editor.ts';
import type { Places } from './object-card.ts';

/** The manifest that a person writes, with what is wrong with it marked where it stands. */
export class ManifestView implements Places {
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
          severity: kind === 'problem' ? 'error' : 'warning',
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

  goTo({ start, end }: Stretch): void {
    goTo(this.#view, start, end);
  }

  lineAt(offset: number): number {
    const { doc } = this.#view.state;
    return doc.lineAt(Math.min(offset, doc.length)).number;
  }

  goToLine(line: number): void {
    const { doc } = this.#view.state;
    const { from, to } = doc.line(Math.min(line, doc.lines));
    goTo(this.#view, from, to);
  }
}
