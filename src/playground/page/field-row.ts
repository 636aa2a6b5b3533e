import type { Field } from '../fields.ts';
import { element } from './element.ts';

/** One field: its name, type and sentence, and what is wrong with its value. */
export class FieldRow {
  readonly element: HTMLElement;
  readonly #field: Field;
  readonly #input: HTMLInputElement | HTMLSelectElement;
  readonly #problem: HTMLElement;

  /** `write`: puts a value into the manifest, or says why it cannot. */
  constructor(field: Field, write: (value: string) => string | undefined) {
    const id = `field-${field.key.replace(/[^\w-]/g, '-')}`;
    this.#field = field;
    const describedBy = { id, 'aria-describedby': `${id}-description ${id}-problem` };
    this.#input = field.choices.length > 0 ? choice(field, describedBy) : textField(field, describedBy);
    this.#problem = element('p', { id: `${id}-problem`, class: 'problem' });
    this.#input.addEventListener('input', () => {
      const { value } = this.#input;
      this.#tell(this.#problemOf(value) ?? write(value));
    });
    const label = element('label', { for: id }, field.label, ' ', element('small', {}, field.type));
    const description = element('p', { id: `${id}-description`, class: 'description' }, descriptionOf(field));
    this.element = element('div', { class: 'field' }, label, this.#input, description, this.#problem);
  }

  /** `inherited`: the value that counts where the object says nothing. */
  fill(value: string, inherited: string | undefined): void {
    if (this.#input instanceof HTMLSelectElement) offer(this.#input, value);
    else this.#input.placeholder = inherited ?? this.#field.defaultValue;
    if (this.#input.value !== value) this.#input.value = value;
    this.#tell(this.#problemOf(value));
  }

  #problemOf(value: string): string | undefined {
    return value === '' ? undefined : this.#field.problemOf(value);
  }

  #tell(problem: string | undefined): void {
    this.#problem.textContent = problem ?? '';
    this.#input.setAttribute('aria-invalid', String(problem !== undefined));
  }
}

/** A value that is none of those that are right is shown all the same. */
function offer(select: HTMLSelectElement, value: string): void {
  if ([...select.options].some(option => option.value === value)) return;
  select.append(element('option', { value }, value));
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
