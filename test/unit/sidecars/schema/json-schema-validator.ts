/**
 * As much of JSON Schema (draft 7) as the generated schema uses; any other keyword is an error, so that nothing in the
 * schema goes unread.
 */
type Schema = Readonly<Record<string, unknown>>;

/** The places in a value that a schema does not accept; empty where it accepts everything. */
export function violations(schema: Schema, value: unknown): readonly string[] {
  return check(schema, value, { root: schema, path: '' });
}

interface Place {
  readonly root: Schema;
  readonly path: string;
}

type Keyword = (argument: never, value: unknown, place: Place, schema: Schema) => readonly string[];

const annotations = new Set(['$schema', 'title', 'description', 'definitions']);

function check(schema: Schema, value: unknown, place: Place): readonly string[] {
  return Object.entries(schema).flatMap(([name, argument]) => {
    if (annotations.has(name)) return [];
    const keyword = keywords[name];
    if (keyword === undefined) throw new Error(`the schema has a keyword that is not understood: ${name}`);
    return keyword(argument as never, value, place, schema);
  });
}

const keywords: Readonly<Record<string, Keyword>> = {
  $ref: (reference: string, value, place) => {
    const definitions = place.root['definitions'] as Readonly<Record<string, Schema>>;
    const schema = definitions[reference.replace('#/definitions/', '')];
    if (schema === undefined) throw new Error(`the schema refers to ${reference}, which is not there`);
    return check(schema, value, place);
  },
  type: (types: string | readonly string[], value, place) =>
    [types].flat().some(type => isOfType(value, type))
      ? []
      : [`${place.path}: not of type ${[types].flat()}`],
  enum: (values: readonly unknown[], value, place) =>
    values.includes(value) ? [] : [`${place.path}: not one of ${values}`],
  pattern: (pattern: string, value, place) =>
    typeof value !== 'string' || new RegExp(pattern, 'u').test(value)
      ? []
      : [`${place.path}: does not match ${pattern}`],
  minimum: (minimum: number, value, place) =>
    typeof value !== 'number' || value >= minimum ? [] : [`${place.path}: below ${minimum}`],
  maximum: (maximum: number, value, place) =>
    typeof value !== 'number' || value <= maximum ? [] : [`${place.path}: above ${maximum}`],
  anyOf: (schemas: readonly Schema[], value, place) => {
    const found = schemas.map(schema => check(schema, value, place));
    return found.some(each => each.length === 0) ? [] : (found[0] ?? []);
  },
  required: (names: readonly string[], value, { path }) =>
    isObject(value)
      ? names.filter(name => !Object.hasOwn(value, name)).map(name => `${path}: ${name} is missing`)
      : [],
  properties: (schemas: Readonly<Record<string, Schema>>, value, place) =>
    isObject(value)
      ? Object.entries(value).flatMap(([key, entry]) => {
          const schema = Object.hasOwn(schemas, key) ? schemas[key] : undefined;
          return schema ? check(schema, entry, below(place, key)) : [];
        })
      : [],
  additionalProperties: (allowed: false | Schema, value, place, { properties }) => {
    if (!isObject(value)) return [];
    const others = Object.entries(value).filter(
      ([key]) => !isObject(properties) || !Object.hasOwn(properties, key),
    );
    return others.flatMap(([key, entry]) =>
      allowed === false ? [`${place.path}: ${key} is unknown`] : check(allowed, entry, below(place, key)),
    );
  },
  propertyNames: (schema: Schema, value, place) =>
    isObject(value) ? Object.keys(value).flatMap(key => check(schema, key, below(place, key))) : [],
  items: (schema: Schema, value, place) =>
    Array.isArray(value) ? value.flatMap((entry, index) => check(schema, entry, below(place, index))) : [],
};

function below({ root, path }: Place, key: string | number): Place {
  return { root, path: path === '' ? String(key) : `${path}.${key}` };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case 'object':
      return isObject(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === type;
    default:
      throw new Error(`the schema has a type that is not understood: ${type}`);
  }
}
