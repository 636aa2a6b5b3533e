import type { SidecarSet } from '../../sidecars/sidecar-set.ts';
import { type Field, fieldsOf } from '../fields.ts';
import type { ShownObject } from '../show-manifest.ts';
import { byId, element } from './element.ts';

/** Writes an annotation of an object, or takes it out where the value is empty. */
export type SetAnnotation = (object: number, key: string, value: string | undefined) => void;

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
      const isName = /^[a-z0-9-]{0,63}$/.test(this.#instance.value);
      this.#instance.setCustomValidity(isName ? '' : 'use lower-case letters, digits and dashes');
      if (this.#instance.reportValidity()) this.#build();
    });
  }

  /** Shows the definitions in force, and what the objects of the manifest have set. */
  show(sidecars: SidecarSet, objects: readonly ShownObject[]): void {
    this.#objects = objects.filter(({ making }) => making !== undefined);
    options(
      this.#object,
      this.#objects.map(({ name, line }, index) => [
        String(index),
        this.#objects.length === 1 ? name : `${name} (line ${line})`,
      ]),
    );
    if (this.#sidecars === sidecars) return this.#fill();
    this.#sidecars = sidecars;
    options(
      this.#sidecar,
      [...sidecars.sidecars.keys()].map(name => [name, name]),
    );
    this.#build();
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
      const object = Number(this.#object.value);
      if (this.#objects[object] !== undefined) this.#set(object, field.key, value === '' ? undefined : value);
    });
    this.#rows.set(field.key, row);
    return row;
  }

  /** Puts the values of the object that is chosen into the fields. */
  #fill(): void {
    const shown = this.#objects[Number(this.#object.value)];
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

/** One field: its name, type and sentence, and what is wrong with its value. */
class FieldRow {
  readonly element: HTMLElement;
  readonly #field: Field;
  readonly #input: HTMLInputElement | HTMLSelectElement;
  readonly #problem: HTMLElement;

  constructor(field: Field, onInput: (value: string) => void) {
    const id = `field-${field.key.replace(/[^\w-]/g, '-')}`;
    this.#field = field;
    const describedBy = { id, 'aria-describedby': `${id}-description ${id}-problem` };
    this.#input = field.choices.length > 0 ? choice(field, describedBy) : textField(field, describedBy);
    this.#problem = element('p', { id: `${id}-problem`, class: 'problem' });
    this.#input.addEventListener('input', () => {
      this.#tell();
      onInput(this.#input.value);
    });
    const label = element('label', { for: id }, field.label, ' ', element('small', {}, field.type));
    const description = element('p', { id: `${id}-description`, class: 'description' }, descriptionOf(field));
    this.element = element('div', { class: 'field' }, label, this.#input, description, this.#problem);
  }

  /** `inherited`: the value that counts where the object says nothing. */
  fill(value: string, inherited: string | undefined): void {
    if (this.#input.value !== value) this.#input.value = value;
    if (this.#input instanceof HTMLInputElement)
      this.#input.placeholder = inherited ?? this.#field.defaultValue;
    this.#tell();
  }

  #tell(): void {
    const { value } = this.#input;
    const problem = value === '' ? undefined : this.#field.problemOf(value);
    this.#problem.textContent = problem ?? '';
    this.#input.toggleAttribute('aria-invalid', problem !== undefined);
  }
}

type Attributes = Readonly<Record<string, string>>;

function textField({ defaultValue }: Field, attributes: Attributes): HTMLInputElement {
  return element('input', {
    ...attributes,
    placeholder: defaultValue,
    autocomplete: 'off',
    spellcheck: 'false',
  });
}

function choice({ choices, defaultValue }: Field, attributes: Attributes): HTMLSelectElement {
  const none = element(
    'option',
    { value: '' },
    defaultValue === '' ? 'not set' : `not set (${defaultValue})`,
  );
  return element('select', attributes, none, ...choices.map(value => element('option', { value }, value)));
}

function descriptionOf({ description, defaultValue, expects }: Field): string {
  const preset = defaultValue === '' ? '' : ` Default: ${defaultValue}.`;
  return `${description} Takes ${expects}.${preset}`;
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
