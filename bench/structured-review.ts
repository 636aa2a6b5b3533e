/** Large reviews as a large workload makes them: many containers, many variables, and a managed field for each. */

interface Named {
  readonly name: string;
}

type Fields = Readonly<Record<string, unknown>>;

interface Container extends Named {
  readonly env: readonly (Named & { readonly value?: string })[];
}

interface Review {
  readonly request: {
    readonly object: {
      readonly metadata: { readonly managedFields: readonly { readonly fieldsV1: Fields }[] };
      readonly spec: { readonly containers: readonly Container[] };
    };
  };
}

export interface Structure {
  readonly containers: number;
  /** In each container, beside those that it has. */
  readonly variables: number;
}

/**
 * The recorded review with so many containers, made of its last one, and so many variables in each. What the API server
 * says of them in `managedFields` is made of what it says of that container. The names are such that this is the order in which it sorts them.
 */
export function structuredReview(recorded: Buffer, { containers, variables }: Structure): Buffer {
  const review = JSON.parse(recorded.toString()) as Review;
  const { metadata, spec } = review.request.object;
  const pattern = spec.containers.at(-1);
  const [managed] = metadata.managedFields;
  if (pattern === undefined || managed === undefined)
    throw new Error('the review has no container or no fields');
  const added = Array.from({ length: containers - spec.containers.length }, (_, index) =>
    withVariables({ ...pattern, name: `${pattern.name}-${numbered(index)}` }, variables),
  );
  const { [specKey]: fieldsOfSpec, ...fieldsOfMetadata } = managed.fieldsV1;
  const { [containersKey]: fieldsOfContainers, ...others } = fieldsOfSpec as Fields;
  const fieldsOfPattern = (fieldsOfContainers as Fields)[keyOf(pattern)] as Fields;
  const addedFields = added.map(({ name }) => [
    keyOf({ name }),
    fieldsWithVariables(fieldsOfPattern, variables),
  ]);
  const fields = { ...(fieldsOfContainers as Fields), ...Object.fromEntries(addedFields) };
  const fieldsV1 = {
    ...fieldsOfMetadata,
    [specKey]: { [containersKey]: fields, ...others },
  };
  const object = {
    ...review.request.object,
    metadata: { ...metadata, managedFields: [{ ...managed, fieldsV1 }] },
    spec: { ...spec, containers: [...spec.containers, ...added] },
  };
  return Buffer.from(JSON.stringify({ ...review, request: { ...review.request, object } }));
}

const specKey = 'f:spec';
const containersKey = 'f:containers';

function withVariables(container: Container, count: number): Container {
  const env = Array.from({ length: count }, (_, index) => ({
    name: variableName(index),
    value: `value-${index}`,
  }));
  return { ...container, env: [...container.env, ...env] };
}

function fieldsWithVariables(fields: Fields, count: number): Fields {
  const field = { '.': {}, 'f:name': {}, 'f:value': {} };
  const added = Array.from({ length: count }, (_, index) => [keyOf({ name: variableName(index) }), field]);
  return { ...fields, 'f:env': { ...(fields['f:env'] as Fields), ...Object.fromEntries(added) } };
}

function variableName(index: number): string {
  return `SETTING_${numbered(index)}`;
}

function numbered(index: number): string {
  return String(index).padStart(4, '0');
}

/** How managed fields name an entry of a list. */
function keyOf({ name }: Named): string {
  return `k:${JSON.stringify({ name })}`;
}
