import type { Json, JsonObject } from '../../kubernetes/json.ts';
import type { NumberFormat, Shape, TextFormat } from '../shape.ts';
import { takesEntries, takesJson } from '../template/template.ts';
import { choiceConditions, definitionShape } from './definition-shape.ts';

/** The JSON Schema of a definition's file, for editors. Made from the shape that the reader checks. */
export function definitionJsonSchema(): JsonObject {
  const definitions = new Definitions();
  const schema = schemaOf(definitionShape, false, definitions);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Sidecar definition of sidecar-injector',
    ...schema,
    definitions: definitions.all,
  };
}

/** Schemas that stand in several places, each written once: a choice may stand anywhere and holds the same again. */
class Definitions {
  readonly #names = new Map<string, string>();
  readonly all: Record<string, JsonObject> = {};

  /** A reference to what may stand where a value may: the value itself, or a choice whose branches are the same again. */
  refer(value: JsonObject): JsonObject {
    return this.#named('value', value, reference => [choice(reference)]);
  }

  /** A reference to what may stand as an entry of a list: it may be made for each value, and stand for several entries. */
  referEntry(value: JsonObject): JsonObject {
    return this.#named('entry', value, reference => {
      const several = { anyOf: [reference, { type: 'array', items: reference }] };
      return [choice(several), each(several)];
    });
  }

  #named(
    kind: string,
    value: JsonObject,
    forms: (reference: JsonObject) => readonly JsonObject[],
  ): JsonObject {
    const text = `${kind} ${JSON.stringify(value)}`;
    const known = this.#names.get(text);
    const name = known ?? `${kind}${this.#names.size + 1}`;
    const reference = { $ref: `#/definitions/${name}` };
    if (known === undefined) {
      this.#names.set(text, name);
      this.all[name] = { anyOf: [value, ...forms(reference)] };
    }
    return reference;
  }
}

function schemaOf(shape: Shape, isTemplate: boolean, definitions: Definitions): JsonObject {
  if (shape.kind === 'template') return schemaOf(shape.of, true, definitions);
  const described = shape.description === undefined ? {} : { description: shape.description };
  const plain = plainSchema(shape, isTemplate, definitions);
  if (!isTemplate) return { ...described, ...plain };
  return { ...described, ...definitions.refer({ anyOf: [...templateForms(shape), plain] }) };
}

/** Where Kubernetes wants a number or a boolean a single parameter may stand, and a structure where a text is expanded. */
function templateForms(shape: Shape): readonly JsonObject[] {
  if (takesJson(shape)) {
    return [{ type: 'object', additionalProperties: false, required: ['json'], properties: { json: {} } }];
  }
  return shape.kind === 'number' || shape.kind === 'boolean'
    ? [{ type: 'string', pattern: '^\\$\\{[^}]+\\}$' }]
    : [];
}

function choice(value: JsonObject): JsonObject {
  return {
    type: 'object',
    additionalProperties: false,
    required: ['when', 'value'],
    properties: { when: schemaOf(choiceConditions, false, new Definitions()), value, else: value },
  };
}

function each(value: JsonObject): JsonObject {
  return {
    type: 'object',
    additionalProperties: false,
    required: ['each', 'value'],
    properties: {
      each: { type: 'string' },
      when: schemaOf(choiceConditions, false, new Definitions()),
      value,
    },
  };
}

type PlainShape = Exclude<Shape, { kind: 'template' }>;

function plainSchema(shape: PlainShape, isTemplate: boolean, definitions: Definitions): JsonObject {
  const below = (of: Shape) => schemaOf(of, isTemplate, definitions);
  switch (shape.kind) {
    case 'any':
      return {};
    case 'scalar':
      return { type: ['string', 'number', 'boolean'] };
    case 'boolean':
      return { type: 'boolean' };
    case 'number':
      return { type: 'integer', ...numberSchema(shape) };
    case 'number-or-text':
      return { type: ['integer', 'string'], ...numberSchema(shape), ...textSchema(shape, isTemplate) };
    case 'text':
      return { type: 'string', ...textSchema(shape, isTemplate) };
    case 'list':
      return { type: 'array', items: entrySchema(shape.of, isTemplate, definitions) };
    case 'entries':
    case 'one-or-list':
      return { anyOf: [below(shape.of), { type: 'array', items: below(shape.of) }] };
    case 'map':
      return { type: 'object', additionalProperties: below(shape.of), ...keySchema(shape.keys) };
    case 'object':
      return {
        type: 'object',
        additionalProperties: false,
        ...(shape.required?.length ? { required: shape.required } : {}),
        properties: Object.fromEntries(
          Object.entries(shape.fields).map(([key, field]): [string, Json] => [key, below(field)]),
        ),
      };
  }
}

function entrySchema(of: Shape, isInTemplate: boolean, definitions: Definitions): JsonObject {
  const entry = schemaOf(of, isInTemplate, definitions);
  const isTemplate = isInTemplate || of.kind === 'template';
  return isTemplate && takesEntries(of) ? definitions.referEntry(entry) : entry;
}

/** In a template a text may hold parameters, of which an editor knows nothing. */
function textSchema({ pattern, values, isEmptyFine }: TextFormat, isTemplate: boolean): JsonObject {
  const allowed = values && isEmptyFine ? [...values, ''] : values;
  const wanted = {
    ...(pattern ? { pattern: isEmptyFine ? `^$|${pattern.source}` : pattern.source } : {}),
    ...(allowed ? { enum: allowed } : {}),
  };
  if (!isTemplate || Object.keys(wanted).length === 0) return wanted;
  return { anyOf: [{ pattern: '\\$\\{' }, wanted] };
}

function numberSchema({ minimum, maximum, isFileMode }: NumberFormat): JsonObject {
  return {
    ...(minimum === undefined ? {} : { minimum }),
    // An editor reads the octal 0777 as seven hundred and seventy-seven.
    ...(maximum === undefined ? {} : { maximum: isFileMode ? Number(maximum.toString(8)) : maximum }),
  };
}

function keySchema(keys: TextFormat | undefined): JsonObject {
  return keys ? { propertyNames: textSchema(keys, false) } : {};
}
