/** Arbitrary templates. */
import fc from 'fast-check';
import type { Json, JsonObject } from '../../src/kubernetes/json.ts';
import type { Shape } from '../../src/sidecars/shape.ts';

const single = [
  'money',
  'word',
  'count',
  'port',
  'flag',
  'mode',
  'time',
  'name',
  'time.seconds',
  'pause.seconds',
];
const lists = ['names', 'counts', 'flags', 'users'];
const maps = ['labels', 'limits', 'switches', 'rights'];
const facts = ['flag.true', 'flag.false', 'mode.a', 'count.zero', 'count.none', 'counts.zero', 'run.once'];

const text: Shape = { kind: 'text', isExpanded: true };
const plain: Shape = { kind: 'text' };
const item: Shape = {
  kind: 'object',
  fields: { name: plain, value: text, count: { kind: 'number' }, args: { kind: 'list', of: text } },
};
/** Where they stand. */
export const shape: Shape = {
  kind: 'object',
  fields: {
    plain,
    expanded: text,
    count: { kind: 'number' },
    flag: { kind: 'boolean' },
    args: { kind: 'list', of: text },
    ports: { kind: 'list', of: { kind: 'number' } },
    env: { kind: 'list', of: item },
    inner: item,
    labels: { kind: 'map', of: plain },
    free: { kind: 'any' },
  },
};

const when = fc
  .array(
    fc.tuple(fc.constantFrom('', '!'), fc.constantFrom(...facts, ...single.slice(0, 7), ...lists, ...maps)),
    { minLength: 1, maxLength: 2 },
  )
  .map(conditions => conditions.map(condition => condition.join('')));

/** A text that names no list but one; `inEach`: what `each` offers there. */
function textWith(inEach: readonly string[]): fc.Arbitrary<string> {
  const braced = (name: string) => `\${${name}}`;
  const part = fc.oneof(
    fc.constantFrom('-', '$', '$(HOME)', '$${', '"', '/', ''),
    fc.constantFrom(...[...single, ...maps, ...inEach].map(braced)),
  );
  return fc
    .tuple(fc.array(part, { maxLength: 3 }), fc.option(fc.constantFrom(...lists.map(braced)), { freq: 3 }))
    .map(([parts, one]) => `${parts.join('')}${one ?? ''}`);
}

function choiceOf(value: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  return fc.tuple(when, value, fc.option(value, { nil: undefined })).map(([conditions, then, otherwise]) => ({
    when: conditions,
    value: then,
    ...(otherwise === undefined ? {} : { else: otherwise }),
  }));
}

const offered = { list: ['each', 'each.index'], map: ['each.name', 'each.value', 'each.index'] };

/** A list whose entries may stand for several. */
function listOfEntries(entry: (inEach: readonly string[]) => fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  const entries = (inEach: readonly string[]) =>
    fc.oneof(entry(inEach), fc.array(entry(inEach), { minLength: 1, maxLength: 2 }));
  const repeated = fc.constantFrom(...lists, ...maps, 'word').chain(each =>
    fc.record(
      {
        each: fc.constant(each),
        value: fc.oneof(
          entries(maps.includes(each) ? offered.map : offered.list),
          choiceOf(entries(maps.includes(each) ? offered.map : offered.list)),
        ),
        when,
      },
      { requiredKeys: ['each', 'value'] },
    ),
  );
  const group = fc.array(fc.oneof(entry([]), repeated as fc.Arbitrary<Json>), { minLength: 1, maxLength: 2 });
  const alternatives = choiceOf(fc.oneof(entries([]), group));
  return fc.array(fc.oneof(entry([]), alternatives, repeated as fc.Arbitrary<Json>), { maxLength: 3 });
}

function jsonOf(inEach: readonly string[]): fc.Arbitrary<Json> {
  const leaf = fc.oneof(
    fc.constantFrom<Json[]>(true, null, 3, 'x', 1.5),
    textWith(inEach),
    fc.constantFrom(...[...single, ...lists, ...maps, ...inEach].map(name => `\${${name}}`)),
  );
  const value: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>(tie => ({
    value: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.array(tie('value'), { maxLength: 2 }),
      fc.dictionary(fc.constantFrom('b', 'a', '10', '2', 'k"'), tie('value'), { maxKeys: 3 }),
      choiceOf(tie('value')),
    ),
  })).value;
  return fc.dictionary(fc.constantFrom('b', 'a', '10', '2', 'k"'), value, { maxKeys: 3 });
}

const numberOf = (inEach: readonly string[]) =>
  fc.constantFrom<Json[]>(
    8080,
    '${port}',
    '${time.seconds}',
    '${counts}',
    '${users}',
    ...(inEach.includes('each.index') ? ['${each.index}'] : []),
  );
const expanded = (inEach: readonly string[]): fc.Arbitrary<Json> =>
  fc.oneof(
    { weight: 4, arbitrary: textWith(inEach) },
    { weight: 1, arbitrary: jsonOf(inEach).map(json => ({ json })) },
  );
const orChoice = (value: fc.Arbitrary<Json>) =>
  fc.oneof({ weight: 3, arbitrary: value }, { weight: 1, arbitrary: choiceOf(value) });

const itemWith = (inEach: readonly string[]): fc.Arbitrary<Json> =>
  fc.record(
    {
      name: orChoice(textWith(inEach)),
      value: orChoice(expanded(inEach)),
      count: orChoice(fc.constantFrom<Json[]>('${port}', 3, '${time.seconds}')),
      args: fc.array(textWith(inEach), { maxLength: 2 }),
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<Json>;

const keys: Readonly<Record<string, fc.Arbitrary<Json>>> = {
  plain: orChoice(textWith([])),
  expanded: orChoice(expanded([])),
  count: orChoice(fc.constantFrom<Json[]>('${port}', 3, '${time.seconds}', '${count}')),
  flag: orChoice(fc.constantFrom<Json[]>('${flag}', true)),
  args: orChoice(listOfEntries(expanded)),
  ports: listOfEntries(numberOf),
  env: listOfEntries(itemWith),
  inner: orChoice(itemWith([])),
  labels: orChoice(fc.dictionary(fc.constantFrom('a', 'b/c', '10'), orChoice(textWith([])), { maxKeys: 2 })),
  free: jsonOf([]),
};

/** Templates of each kind, in a place of each kind. */
export const anyTemplate: fc.Arbitrary<JsonObject> = fc.oneof(
  ...Object.entries(keys).map(([key, value]) => value.map(one => ({ [key]: one }))),
);
