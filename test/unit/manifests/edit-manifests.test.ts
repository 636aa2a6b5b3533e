import { describe, expect, it } from 'vitest';
import type { ManifestOperation } from '../../../src/manifests/apply-operation.ts';
import { editManifests, readManifests } from '../../../src/manifests/edit-manifests.ts';

const add = (path: string, value: unknown): ManifestOperation => ({ op: 'add', path, value });
const remove = (path: string): ManifestOperation => ({ op: 'remove', path });

const volume = { name: 'site', emptyDir: {} };

/** A text, what is put into it, what comes out, and what takes it out again. */
interface Edit {
  readonly text: string;
  readonly operations: readonly ManifestOperation[];
  readonly edited: string;
  readonly takeOut: readonly ManifestOperation[];
}

const edits: Readonly<Record<string, Edit>> = {
  'a new list, indented as the others are': {
    text: 'kind: Pod\nspec:\n    containers:\n    -   name: web # the app\n        image: "nginx"\n',
    operations: [add('/spec/volumes', [volume])],
    edited:
      'kind: Pod\nspec:\n    containers:\n    -   name: web # the app\n        image: "nginx"\n    volumes:\n    - name: site\n      emptyDir: {}\n',
    takeOut: [remove('/spec/volumes/0')],
  },
  'a further item, before the comment that follows': {
    text: 'kind: Pod\nspec:\n  volumes:\n    - name: a # first\n    # the end\n  # more\n',
    operations: [add('/spec/volumes/-', volume)],
    edited:
      'kind: Pod\nspec:\n  volumes:\n    - name: a # first\n    - name: site\n      emptyDir: {}\n    # the end\n  # more\n',
    takeOut: [remove('/spec/volumes/1')],
  },
  'an item before the first': {
    text: 'kind: Pod\ninitContainers:\n# mine\n- name: a\n',
    operations: [add('/initContainers/0', { name: 'b' })],
    edited: 'kind: Pod\ninitContainers:\n# mine\n- name: b\n- name: a\n',
    takeOut: [remove('/initContainers/0')],
  },
  'a list that was there, empty': {
    text: 'kind: Pod\nvolumes: []  # none\n',
    operations: [add('/volumes/-', volume)],
    edited: 'kind: Pod\nvolumes: [ {"name": "site", "emptyDir": {}} ]  # none\n',
    takeOut: [remove('/volumes/0')],
  },
  'a map without a value': {
    text: 'kind: Pod\nmetadata:\n  annotations:\n    # none yet\n  name: a\n',
    operations: [add('/metadata/annotations', { a: 'b' })],
    edited: 'kind: Pod\nmetadata:\n  annotations: {  "a": "b"  }\n    # none yet\n  name: a\n',
    takeOut: [remove('/metadata/annotations/a')],
  },
  'a null': {
    text: 'kind: Pod\nvolumes: ~ # none\n',
    operations: [add('/volumes', [volume])],
    edited: 'kind: Pod\nvolumes: [   {"name": "site", "emptyDir": {}}   ] # none\n',
    takeOut: [remove('/volumes/0')],
  },
  'maps in maps that were not there': {
    text: 'kind: Pod\nspec: {}\n',
    operations: [add('/metadata', { annotations: { a: 'b' } })],
    edited: 'kind: Pod\nspec: {}\nmetadata:\n  annotations:\n    a: b\n',
    takeOut: [remove('/metadata/annotations/a')],
  },
  'a text without a line break at its end': {
    text: 'kind: Pod\nspec:\n  containers:\n  - name: web',
    operations: [add('/spec/containers/0/args', ['one\ntwo']), add('/spec/volumes', [volume])],
    edited:
      'kind: Pod\nspec:\n  containers:\n  - name: web\n    args:\n    - "one\\ntwo"\n  volumes:\n  - name: site\n    emptyDir: {}',
    takeOut: [remove('/spec/containers/0/args/0'), remove('/spec/volumes/0')],
  },
  'lines that end as in Windows': {
    text: 'kind: Pod\r\nspec:\r\n  nodeName: a\r\n',
    operations: [add('/spec/volumes', [volume])],
    edited: 'kind: Pod\r\nspec:\r\n  nodeName: a\r\n  volumes:\r\n    - name: site\r\n      emptyDir: {}\r\n',
    takeOut: [remove('/spec/volumes/0')],
  },
  'a text behind a byte order mark': {
    text: '\uFEFFkind: Pod\n',
    operations: [add('/spec', { a: 1 })],
    edited: '\uFEFFkind: Pod\nspec:\n  a: 1\n',
    takeOut: [remove('/spec/a')],
  },
  'a block scalar with empty lines behind it': {
    text: 'kind: Pod\ndata: |\n  text\n\n\n---\nkind: Job\n',
    operations: [add('/a', 'n')],
    edited: 'kind: Pod\ndata: |\n  text\na: "n"\n\n\n---\nkind: Job\n',
    takeOut: [remove('/a')],
  },
  'a block scalar that keeps its empty lines': {
    text: 'kind: Pod\ndata: |+\n  text\n\n\n---\nkind: Job\n',
    operations: [add('/a', '0644')],
    edited: 'kind: Pod\ndata: |+\n  text\n\n\na: "0644"\n---\nkind: Job\n',
    takeOut: [remove('/a')],
  },
  'text of several lines': {
    text: 'kind: Pod\na: 1\n',
    operations: [add('/b', '#!/bin/sh\nset -e\n\n  echo\n')],
    edited: 'kind: Pod\na: 1\nb: |\n  #!/bin/sh\n  set -e\n\n    echo\n',
    takeOut: [remove('/b')],
  },
  'a map in brackets': {
    text: 'kind: Pod\nmetadata: {name: a, labels: {b: c}}\n',
    operations: [add('/metadata/annotations', { d: 'e' }), add('/metadata/labels/f', 'g')],
    edited: 'kind: Pod\nmetadata: {name: a, labels: {b: c, "f": "g"}, "annotations": {"d": "e"}}\n',
    takeOut: [remove('/metadata/annotations/d'), remove('/metadata/labels/f')],
  },
  'brackets over several lines': {
    text: 'kind: Pod\nvolumes: [\n    {name: a}, # first\n    {name: b} # second\n  ]\n',
    operations: [add('/volumes/-', volume)],
    edited:
      'kind: Pod\nvolumes: [\n    {name: a}, # first\n    {name: b}, {"name": "site", "emptyDir": {}} # second\n  ]\n',
    takeOut: [remove('/volumes/2')],
  },
  'JSON in one line': {
    text: '{"kind":"Pod","metadata":{"name":"a"},"spec":{"volumes":null}}',
    operations: [add('/metadata/annotations', { a: 'b' }), add('/spec/volumes', [volume])],
    edited:
      '{"kind":"Pod","metadata":{"name":"a","annotations":{"a":"b"}},"spec":{"volumes":[    {"name":"site","emptyDir":{}}    ]}}',
    takeOut: [remove('/metadata/annotations/a'), remove('/spec/volumes/0')],
  },
  'JSON in many lines': {
    text: '{\n\t"kind": "Pod",\n\t"spec": {\n\t\t"a": []\n\t}\n}\n',
    operations: [add('/spec/volumes', [volume])],
    edited:
      '{\n\t"kind": "Pod",\n\t"spec": {\n\t\t"a": [],\n\t\t"volumes": [\n\t\t\t{\n\t\t\t\t"name": "site",\n\t\t\t\t"emptyDir": {}\n\t\t\t}\n\t\t]\n\t}\n}\n',
    takeOut: [remove('/spec/volumes/0')],
  },
  'a map with merge keys beside an anchor that is used': {
    text: 'kind: Pod\nx: &x {a: 1}\nspec:\n  <<: *x\n  b: 2\n',
    operations: [add('/spec/a', 3)],
    edited: 'kind: Pod\nx: &x {a: 1}\nspec:\n  <<: *x\n  b: 2\n  a: 3\n',
    takeOut: [remove('/spec/a')],
  },
  'a map with a key that stands twice': {
    text: 'kind: Pod\na: 1\na: 2\n',
    operations: [add('/b', 3)],
    edited: 'kind: Pod\na: 1\na: 2\nb: 3\n',
    takeOut: [remove('/b')],
  },
  'keys that have a meaning': {
    text: 'kind: Pod\n? spec\n: a: 1\n',
    operations: [add('/spec/n', 'y'), add('/spec/sidecar.io~1git-sync', 'https://example.com/a.git')],
    edited: 'kind: Pod\n? spec\n: a: 1\n  "n": "y"\n  sidecar.io/git-sync: https://example.com/a.git\n',
    takeOut: [remove('/spec/n'), remove('/spec/sidecar.io~1git-sync')],
  },
};

function patched(text: string, operations: readonly ManifestOperation[]) {
  const edited = editManifests(text, ({ value }) => (value['kind'] === 'Pod' ? operations : []));
  return { text: edited.text, problems: edited.problems };
}

describe('an edit', () => {
  it.each(Object.entries(edits))(
    'leaves all else as it was written: %s',
    (_name, { text, operations, edited }) => {
      expect(patched(text, operations)).toEqual({ text: edited, problems: [] });
    },
  );

  it.each(Object.entries(edits))('is taken out byte for byte: %s', (_name, { text, edited, takeOut }) => {
    expect(patched(edited, takeOut)).toEqual({ text, problems: [] });
  });

  it.each([
    [
      'replace',
      'kind: Pod\na: "x" # why\n',
      { op: 'replace', path: '/a', value: 'n' },
      'kind: Pod\na: "n" # why\n',
    ],
    [
      'replace',
      'kind: Pod\na: |\n  x\nb: 1\n',
      { op: 'replace', path: '/a', value: 5 },
      'kind: Pod\na: 5\nb: 1\n',
    ],
    ['add', 'kind: Pod\na: {b: 1}\n', add('/a', [2]), 'kind: Pod\na: [2]\n'],
    ['remove', 'kind: Pod\na:\n- b: 1 # b\n  c: 2\n', remove('/a/0/b'), 'kind: Pod\na:\n- c: 2\n'],
    ['remove', 'kind: Pod\na:\n- b: 1\n', remove('/a/0/b'), 'kind: Pod\na:\n- {}\n'],
    ['remove', 'kind: Pod\na: {b: 1, c: 2, d: 3}\n', remove('/a/b'), 'kind: Pod\na: {c: 2, d: 3}\n'],
    ['remove', 'kind: Pod\na: {b: 1}\nc: 1\n', remove('/a/b'), 'kind: Pod\nc: 1\n'],
  ] as const)('can %s what somebody else wrote', (_op, text, operation, edited) => {
    expect(patched(text, [operation])).toEqual({ text: edited, problems: [] });
  });

  it.each([
    ['a: &a {b: 1}\nc: *a', add('/a/x', 1), 2, '&a shares this part with another place'],
    ['a: &a {b: 1}\nc: *a', add('/c/x', 1), 3, '*a shares this part with another place'],
    ['a: &a [1]\nc: {d: *a}', remove('/a/0'), 2, '&a shares this part'],
    ['b: &b {x: {y: 1}}\nc:\n  <<: *b', add('/c/x/z', 1), 4, '"x" comes from a merge key or is not there'],
    ['a: 1\na: 2', add('/a', 1), 3, '"a" stands here twice'],
    ['a: {b: 1, b: {c: 2}}', add('/a/b/d', 1), 2, '"b" stands here twice'],
    ['a: [b,\n c: d]', add('/a/1/e', 1), 3, 'a pair without braces in brackets; write braces around it'],
  ])(
    'that would reach more than its place is refused with the line: %j',
    (text, operation, line, message) => {
      const { text: left, problems } = patched(`kind: Pod\n${text}\n`, [operation]);
      expect(left).toBe(`kind: Pod\n${text}\n`);
      expect(problems).toEqual([{ line, message: expect.stringContaining(message) }]);
    },
  );

  it('is refused where the text would mean something else after it', () => {
    // The spaces in the last line are part of the block.
    const text = 'kind: Pod\na: |\n  x\n     \n';
    expect(patched(text, [add('/b', 1)])).toEqual({
      text: expect.any(String),
      problems: [{ line: 1, message: expect.stringContaining('write it plainly') }],
    });
  });
});

describe('the objects of a text', () => {
  it('are documents, JSON one behind the other, and items of lists in lists', () => {
    const lines = (text: string) => readManifests(text).objects.map(({ line }) => line);
    expect(lines('kind: Pod\n--- # x\n# only a comment\n---\nkind: Job\n')).toEqual([1, 5]);
    expect(lines('{"kind":"Pod"}\n{"kind":"Job"}{"kind":"Job"}')).toEqual([1, 2, 2]);
    expect(lines('kind: List\nitems:\n- kind: Pod\n- kind: PodList\n  items: [{kind: Pod}]\n- 5\n')).toEqual([
      3, 5,
    ]);
  });

  it.each(['', '# nothing\n', 'just text', '- kind: Pod\n', 'a: 1\n', '\n---\n---\n'])(
    'are none in %j',
    text => {
      expect(readManifests(text)).toEqual({ objects: [], problems: [] });
    },
  );

  it.each([
    [
      'kind: Pod\nreplicas: {{ .Values.replicas }}\n',
      2,
      'render the template first, as "helm template" does',
    ],
    ['kind: Pod\na: "x\n', 3, 'Missing closing'],
    ['kind: Pod\n\tb: 1\n', 2, 'Tabs'],
    ['kind: Pod\na: *b\n', 2, 'no anchor &b before this alias'],
    ['{"kind": "Pod"', 1, 'must end with a }'],
    [`kind: Pod\na: ${'['.repeat(200)}`, 2, 'more than 100 lists and maps in one another'],
    [
      `kind: Pod\na0: &a0 [x]\n${Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(9)}]`).join('\n')}\n`,
      8,
      'aliases make too much',
    ],
    [`kind: Pod\na: "${'x'.repeat(8 * 1024 * 1024)}"`, 1, 'longer than 8 Mi characters; split it'],
    [`{"kind":"Pod"}\n{"a":"${'x'.repeat(8 * 1024 * 1024)}"}`, 2, 'longer than 8 Mi characters; split it'],
    ['x'.repeat(64 * 1024 * 1024 + 1), 1, 'longer than 64 Mi characters; split it'],
  ])('that cannot be read are told with the line: %.100j', (text, line, message) => {
    expect(readManifests(text).problems).toEqual([{ line, message: expect.stringContaining(message) }]);
  });
});
