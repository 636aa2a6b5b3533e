import type { Diagnostic } from '@codemirror/lint';
import type { EditorView } from '@codemirror/view';
import type { DefinitionProblem } from '../../sidecars/definition-problem.ts';
import { type Validation, validateDefinitions } from '../../trial/validate-definitions.ts';
import { createEditor, goTo, inEditor, openText, replaceText, showDiagnostics, textOf } from './editor.ts';
import { button, byId, element } from './element.ts';

/** A definition by the name of its file. */
export interface DefinitionText {
  readonly name: string;
  readonly text: string;
}

/** The tab that edits definitions, and shows what `validate` says of them at their lines. */
export class DefinitionsView {
  readonly #onEdit: () => void;
  readonly #view: EditorView;
  readonly #choice = byId('definition-choice', HTMLSelectElement);
  readonly #findings = byId('definition-findings', HTMLElement);
  readonly #summary = byId('definition-summary', HTMLElement);
  readonly #discard = byId('definition-discard', HTMLButtonElement);
  /** As the injector has them. */
  #originals: ReadonlyMap<string, string> = new Map();
  readonly #edited = new Map<string, string>();
  /** The name of the file in the editor. */
  #shown = '';
  /** What is wrong with the set as a whole, by the injector's settings. */
  #problems: readonly DefinitionProblem[] = [];
  /** What was judged last: it takes a tenth of a second. */
  #judged: { name: string; text: string; validation: Validation } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOpen = false;

  /** `onEdit` is called when another text of a definition counts. */
  constructor(onEdit: () => void) {
    this.#onEdit = onEdit;
    this.#view = createEditor({
      parent: byId('definition-editor', HTMLElement),
      label: 'Definition',
      onInput: () => this.#take(),
    });
    this.#choice.addEventListener('change', () => this.#show());
    this.#discard.addEventListener('click', () => {
      this.#edited.delete(this.#choice.value);
      this.#offer();
      this.#onEdit();
    });
    byId('definition-new', HTMLButtonElement).addEventListener('click', () => this.#begin());
  }

  /** Those that differ from what the injector has. */
  get edited(): readonly DefinitionText[] {
    return [...this.#edited].map(([name, text]) => ({ name, text }));
  }

  set edited(definitions: readonly DefinitionText[]) {
    this.#edited.clear();
    for (const { name, text } of definitions) this.#edited.set(name, text);
    this.#offer();
  }

  /** Whether somebody sees it: what nobody sees is not judged. */
  set isOpen(isOpen: boolean) {
    this.#isOpen = isOpen;
    this.#judge();
  }

  /** What is wrong with the definitions that count now, all of them together. */
  set problems(problems: readonly DefinitionProblem[]) {
    this.#problems = problems;
    this.#judge();
  }

  /** What the injector has, now. */
  set originals(definitions: readonly DefinitionText[]) {
    this.#originals = new Map(definitions.map(({ name, text }) => [name, inEditor(text)]));
    for (const [name, text] of this.#edited)
      if (this.#originals.get(name) === text) this.#edited.delete(name);
    this.#offer();
  }

  #offer(): void {
    const chosen = this.#choice.value;
    const names = [...new Set([...this.#originals.keys(), ...this.#edited.keys()])].toSorted();
    this.#choice.replaceChildren(
      ...names.map(name => {
        const mark = this.#edited.has(name) ? ' (edited here)' : '';
        return element('option', { value: name }, `${name}${mark}`);
      }),
    );
    if (names.includes(chosen)) this.#choice.value = chosen;
    this.#show();
  }

  /** Shows the file that is chosen. */
  #show(): void {
    const name = this.#choice.value;
    const text = this.#edited.get(name) ?? this.#originals.get(name) ?? '';
    if (name === this.#shown) replaceText(this.#view, text);
    else openText(this.#view, text);
    this.#shown = name;
    this.#discard.disabled = !this.#edited.has(name);
    this.#judge();
  }

  /** Takes what a person has typed at once, and lets it count when there is a pause. */
  #take(): void {
    const [name, text] = [this.#shown, textOf(this.#view)];
    if (this.#originals.get(name) === text) this.#edited.delete(name);
    else this.#edited.set(name, text);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#offer();
      this.#onEdit();
    }, pauseMs);
  }

  #begin(): void {
    let name = 'my-sidecar.yaml';
    for (let count = 2; this.#originals.has(name) || this.#edited.has(name); count++)
      name = `my-sidecar-${count}.yaml`;
    this.#edited.set(name, newDefinition(name.replace('.yaml', '')));
    this.#offer();
    this.#choice.value = name;
    this.#show();
    this.#onEdit();
    this.#view.focus();
  }

  /** Judges the one that is shown. */
  #judge(): void {
    if (!this.#isOpen) return;
    const name = this.#choice.value;
    const validation = this.#validate(name, textOf(this.#view));
    const { doc } = this.#view.state;
    const remarks = remarksOf(validation);
    const placed = remarks.map(({ problem, severity, word }) => {
      const line = doc.line(Math.min(problem.line, doc.lines));
      const from = Math.min(line.from + problem.column - 1, line.to);
      return { problem, severity, word, from, to: line.to };
    });
    showDiagnostics(
      this.#view,
      placed.map(
        ({ problem, severity, word, from, to }): Diagnostic => ({
          ...{ from, to, severity },
          message: `${problem.message} (${word})`,
        }),
      ),
    );
    this.#findings.replaceChildren(
      ...placed.map(({ problem, severity, word, from, to }) => {
        const where = button(`line ${problem.line}`, () => goTo(this.#view, from, to), { class: 'link' });
        const path = problem.path === '' ? '' : `${problem.path}: `;
        return element(
          'li',
          {},
          where,
          ` ${path}${problem.message} `,
          element('strong', { class: severity }, word),
        );
      }),
    );
    const { errors, findings, accepted } = validation;
    this.#summary.textContent = `${errors.length} errors, ${findings.length} findings, ${accepted.length} accepted`;
  }

  /** What `validate` says of a file, and what is wrong with it beside the others. */
  #validate(name: string, text: string): Validation {
    if (this.#judged?.name !== name || this.#judged.text !== text)
      this.#judged = { name, text, validation: validateDefinitions([{ name, text }]) };
    const { validation } = this.#judged;
    const told = new Set(validation.errors.map(({ line, message }) => `${line} ${message}`));
    const beside = this.#problems.filter(
      ({ file, line, message }) => file === name && !told.has(`${line} ${message}`),
    );
    return { ...validation, errors: [...validation.errors, ...beside] };
  }
}

/** As long as a person pauses between two words. */
const pauseMs = 250;

interface Remark {
  readonly problem: DefinitionProblem;
  readonly severity: 'error' | 'warning' | 'info';
  readonly word: string;
}

function remarksOf({ errors, findings, accepted }: Validation): readonly Remark[] {
  return [
    ...errors.map((problem): Remark => ({ problem, severity: 'error', word: 'error' })),
    ...findings.map((problem): Remark => ({ problem, severity: 'warning', word: problem.finding })),
    ...accepted.map(
      (problem): Remark => ({ problem, severity: 'info', word: `accepted: ${problem.reason ?? ''}` }),
    ),
  ].slice(0, maxRemarks);
}

/** More than anybody reads. */
const maxRemarks = 200;

function newDefinition(name: string): string {
  return `apiVersion: sidecar.io/v1
kind: Sidecar
metadata: {name: ${name}}
spec:
  description: Says hello.
  value: greeting
  parameters:
    greeting: {type: string, required: true, description: "What it says."}
  volumes:
    - {name: "\${name}-tmp", emptyDir: {}}
  container:
    image: registry.example.com/hello:1.0
    env:
      - {name: GREETING, value: "\${greeting}"}
    volumeMounts:
      # Covers the place where Kubernetes would mount the app's API token.
      - name: "\${name}-tmp"
        mountPath: /var/run/secrets/kubernetes.io/serviceaccount
        subPath: no-token
        readOnly: true
    resources:
      requests: {cpu: 10m, memory: 32Mi}
      limits: {memory: 32Mi}
    securityContext:
      allowPrivilegeEscalation: false
      readOnlyRootFilesystem: true
      runAsNonRoot: true
      runAsUser: 65532
      capabilities: {drop: [ALL]}
      seccompProfile: {type: RuntimeDefault}
`;
}
