import { annotationPrefix, parseRequestKey } from '../../injection/request/annotation-keys.ts';
import type { SidecarSet } from '../../sidecars/sidecar-set.ts';
import { type Field, fieldsOf } from '../fields.ts';
import type { ShownManifest, ShownObject } from '../show-manifest.ts';
import { byId, element } from './element.ts';
import { FieldRow } from './field-row.ts';

/** Writes an annotation of an object, or takes it out where the value is undefined; says why it cannot. */
export type SetAnnotation = (object: number, key: string, value: string | undefined) => string | undefined;

/** The form that is made from the definitions: every sidecar, and every parameter that it has. */
export class FormView {
  readonly #set: SetAnnotation;
  readonly #object = byId('form-object', HTMLSelectElement);
  readonly #sidecar = byId('form-sidecar', HTMLSelectElement);
  readonly #instance = byId('form-instance', HTMLInputElement);
  readonly #fields = byId('form-fields', HTMLElement);
  readonly #rows = new Map<string, FieldRow>();
  #sidecars: SidecarSet | undefined;
  #objects: readonly ShownObject[] = [];

  constructor(set: SetAnnotation) {
    this.#set = set;
    this.#sidecar.addEventListener('change', () => this.#build());
    this.#object.addEventListener('change', () => this.#fill());
    this.#instance.addEventListener('input', () => {
      this.#instance.setCustomValidity(
        isInstance(this.#instance.value) ? '' : 'use letters such as docs or v2',
      );
      if (this.#instance.reportValidity()) this.#build();
    });
  }

  /** Shows the definitions in force, and what the objects of the manifest have set; nothing new where it cannot be read. */
  show(sidecars: SidecarSet, { objects, problems }: ShownManifest): void {
    if (problems.length === 0) this.#offer(objects.filter(({ making }) => making !== undefined));
    if (this.#sidecars === sidecars) return this.#fill();
    this.#sidecars = sidecars;
    options(
      this.#sidecar,
      [...sidecars.sidecars.keys()].map(name => [name, name]),
    );
    this.#build();
  }

  #offer(objects: readonly ShownObject[]): void {
    this.#objects = objects;
    const isAlone = objects.length === 1;
    options(
      this.#object,
      objects.map(({ id, name, line }) => [id, isAlone ? name : `${name} (line ${line})`]),
    );
  }

  /** Which of the objects is chosen; -1 where there is none. */
  get #chosen(): number {
    return this.#objects.findIndex(({ id }) => id === this.#object.value);
  }

  /** Makes the fields of the sidecar that is chosen. */
  #build(): void {
    this.#rows.clear();
    const definition = this.#sidecars?.sidecars.get(this.#sidecar.value);
    if (definition === undefined) return this.#fields.replaceChildren();
    const { description, asking, parameters, common } = fieldsOf(definition, this.#instance.value);
    this.#fields.replaceChildren(
      element('p', {}, description),
      this.#grid([asking, ...parameters]),
      element(
        'details',
        { open: this.#fields.querySelector('details')?.open },
        element('summary', {}, 'What every sidecar understands'),
        this.#grid(common),
      ),
    );
    this.#fill();
  }

  #grid(fields: readonly Field[]): HTMLElement {
    return element('div', { class: 'fields' }, ...fields.map(field => this.#rowOf(field).element));
  }

  #rowOf(field: Field): FieldRow {
    const row = new FieldRow(field, value => {
      const chosen = this.#chosen;
      return chosen < 0 ? undefined : this.#set(chosen, field.key, value === '' ? undefined : value);
    });
    this.#rows.set(field.key, row);
    return row;
  }

  /** Puts the values of the object that is chosen into the fields. */
  #fill(): void {
    const shown = this.#objects[this.#chosen];
    const own = new Map(
      shown?.annotations.flatMap(({ key, value, path }) => (path === undefined ? [] : [[key, value]])),
    );
    const inherited = new Map(
      shown?.annotations.flatMap(({ key, value, path, from }) =>
        path === undefined ? [[key, `${value} (${from})`]] : [],
      ),
    );
    for (const [key, row] of this.#rows) row.fill(own.get(key) ?? '', inherited.get(key));
    this.#fields.toggleAttribute('inert', shown === undefined);
  }
}

/** Whether it may stand behind the name of a sidecar; the only one has none. */
function isInstance(text: string): boolean {
  return text === '' || parseRequestKey(`${annotationPrefix}sidecar_${text}`)?.isWellFormed === true;
}

/** Gives a choice these options, as value and text; what was chosen stays so where it is still there. */
function options(select: HTMLSelectElement, entries: readonly (readonly [string, string])[]): void {
  const chosen = select.value;
  const isSame =
    select.options.length === entries.length &&
    entries.every(([value, text], index) => {
      const option = select.options[index];
      return option?.value === value && option.text === text;
    });
  if (isSame) return;
  select.replaceChildren(...entries.map(([value, text]) => element('option', { value }, text)));
  if (entries.some(([value]) => value === chosen)) select.value = chosen;
}
