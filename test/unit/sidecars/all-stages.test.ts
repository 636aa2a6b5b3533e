import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { inOneLine } from '../../../src/sidecars/definition-problem.ts';
import { parseDefinition } from '../../../src/sidecars/parse-definition.ts';
import { reviewDefinition } from '../../../src/sidecars/review/review-definition.ts';
import { definitionText } from './definition-text.ts';

/** What `validate` says of a text: errors as lines, findings by name and path. */
function saidOf(text: string) {
  const reading = parseDefinition('logs.yaml', text);
  const read = reading.definition ? reading : reading.rest;
  const findings = read === undefined ? [] : reviewDefinition(read.source, read.spec, read.definition);
  return {
    errors: (reading.problems ?? []).map(inOneLine),
    findings: findings.map(({ finding, line, path }) => `${finding} ${line} ${path}`),
  };
}

const careful = `
  parameters: {port: {type: port, default: 80, description: Port.}}
  volumes: [{name: "\${name}-tmp", emptyDir: {}}]
  container:
    image: example.com/logs:1.0
    args: ["--port=\${port}"]
    volumeMounts: [{name: "\${name}-tmp", mountPath: /var/run/secrets/kubernetes.io/serviceaccount, readOnly: true}]
    resources: {requests: {cpu: 10m, memory: 32Mi}, limits: {memory: 64Mi}}
    securityContext: {allowPrivilegeEscalation: false, runAsNonRoot: true, capabilities: {drop: [ALL]}, seccompProfile: {type: RuntimeDefault}}
`;

const changed = (...changes: readonly (readonly [string, string])[]) =>
  definitionText(changes.reduce((text, [from, to]) => text.replace(from, to), careful));

describe('all that is wrong with a file is said at once', () => {
  it('has nothing to say of a careful definition', () => {
    expect(saidOf(changed())).toEqual({ errors: [], findings: [] });
  });

  it.each([
    ['${port:-80}', 'no parameter "port:-80"; write "${port}" here, and "default: 80" where it is declared'],
    ['${prot}', 'no parameter "prot"; did you mean "port"?'],
  ])('not that nothing names a parameter which "%s" means', (written, problem) => {
    for (const required of ['default: 80', 'required: true']) {
      const text = changed(['default: 80', required], ['--port=${port}', written]);
      expect(saidOf(text)).toEqual({
        errors: [`logs.yaml:10:12: spec.container.args[0]: ${problem}`],
        findings: [],
      });
    }
  });

  it('nor one that is named as in another language', () => {
    expect(saidOf(changed(['--port=${port}', '--port=$port']))).toEqual({
      errors: [],
      findings: ['other-notation 10 spec.container.args[0]'],
    });
  });

  it('and that nothing names a required parameter, beside an error that is about no name', () => {
    const text = changed(
      ['default: 80', 'required: true'],
      ['--port=${port}', 'x'],
      ['memory: 32Mi', 'memory: 128Mi'],
    );
    expect(saidOf(text).errors).toHaveLength(2);
  });

  it('errors of shape, errors of meaning and findings, each at its place', () => {
    const text = changed([
      'image: example.com/logs:1.0',
      'image: example.com/logs\n    argz: [a]\n    command: ["${nope}", 5, "${prot}"]',
    ]);
    expect(saidOf(text)).toEqual({
      errors: [
        'logs.yaml:10:5: spec.container.argz: unknown key "argz"; did you mean "args"?',
        'logs.yaml:11:15: spec.container.command[0]: no parameter "nope"; known: name, port, mode, cpu, cpu-limit, memory, memory-limit, run-as-user',
        'logs.yaml:11:26: spec.container.command[1]: expected a text, got 5; write it in quotes',
        'logs.yaml:11:29: spec.container.command[2]: no parameter "prot"; did you mean "port"?',
      ],
      findings: ['image-version 9 spec.container.image'],
    });
  });

  it('keeps the numbers of entries that stand after broken ones, in lists in lists too', () => {
    const text = changed([
      '[{name: "${name}-tmp", emptyDir: {}}]',
      '[5, {name: "${name}-tmp", emptyDir: {}}, {name: a, projected: {sources: [6, {secret: {name: "${a}"}}, 7, {secret: {name: "${b}"}}]}}]',
    ]);
    expect(saidOf(text).errors.map(line => line.replace(/;.*/, ''))).toEqual([
      'logs.yaml:7:13: spec.volumes[0]: expected a map, got 5',
      'logs.yaml:7:85: spec.volumes[2].projected.sources[0]: expected a map, got 6',
      'logs.yaml:7:104: spec.volumes[2].projected.sources[1].secret.name: no parameter "a"',
      'logs.yaml:7:114: spec.volumes[2].projected.sources[2]: expected a map, got 7',
      'logs.yaml:7:133: spec.volumes[2].projected.sources[3].secret.name: no parameter "b"',
    ]);
  });

  it.each([
    ['a parameter without a type', '{type: port, ', '{'],
    ['a parameter of a broken name', 'port: {', 'Port: {'],
    ['a misspelt key of a parameter', 'type: port', 'typ: port'],
    ['misspelt parameters', 'parameters:', 'paramters:'],
    ['parameters as a list', '{port: {type: port, default: 80, description: Port.}}', '[port]'],
    ['a misspelt container', 'container:', 'contaner:'],
    ['a misspelt image', 'image:', 'imag:'],
    ['misspelt resources', 'resources:', 'resorces:'],
    ['a request that is no text', 'cpu: 10m', 'cpu: [10m]'],
    ['a misspelt securityContext', 'securityContext:', 'securitycontext:'],
    ['misspelt mounts', 'volumeMounts:', 'volumeMount:'],
    ['a mount without its path', 'mountPath:', 'mountpath:'],
    [
      'a mount that is none',
      '[{name: "${name}-tmp", mountPath: /var/run/secrets/kubernetes.io/serviceaccount, readOnly: true}]',
      '[5]',
    ],
    ['misspelt volumes', 'volumes:', 'volums:'],
    [
      'a volume without its name',
      '{name: "${name}-tmp", emptyDir: {}}',
      '{nam: "${name}-tmp", emptyDir: {}}',
    ],
    ['no volumes but a text', '[{name: "${name}-tmp", emptyDir: {}}]', 'tmp'],
    ['a mode that is none', 'container:', 'modes: [natve]\n  container:'],
  ])('makes no second problem of the first: %s', (_what, from, to) => {
    const named = [
      'image: example.com/logs:1.0',
      'image: example.com/logs:1.0\n    command: ["${port}", {when: port, value: a}]',
    ] as const;
    const { errors, findings } = saidOf(changed(named, [from, to]));
    expect(findings).toEqual([]);
    expect(errors.filter(line => !/unknown key|is missing|expected /.test(line))).toEqual([]);
    expect(errors.length).toBeGreaterThan(0);
  });

  it('knows the parameters that a broken part would bring', () => {
    const shared = changed(
      [
        '{name: "${name}-tmp", emptyDir: {}}',
        '{name: "${name}-tmp", emptyDir: {}}, {name: "${volume}", shared: yes, emptyDir: {}}',
      ],
      [
        'image: example.com/logs:1.0',
        'image: example.com/logs:1.0\n    command: ["${volume}", {when: mount, value: a}, "${wait}"]',
      ],
      ['container:', 'ready: {within: 5}\n  container:'],
    );
    expect(saidOf(shared).errors.filter(line => line.includes('no '))).toEqual([]);
  });

  it('goes on where a key stands twice', () => {
    const text = changed([
      'image: example.com/logs:1.0',
      'image: example.com/logs:1.0\n    image: a\n    command: ["${nope}"]',
    ]);
    expect(saidOf(text).errors).toEqual([
      'logs.yaml:10:5: this key stands here twice, first in line 9',
      'logs.yaml:11:15: spec.container.command[0]: no parameter "nope"; known: name, port, mode, cpu, cpu-limit, memory, memory-limit, run-as-user',
    ]);
  });

  it('is never at a loss, whatever is broken', () => {
    const definition: unknown = parse(changed());
    const places = placesIn(definition);
    const junk = fc.constantFrom<unknown>(
      null,
      5,
      'x',
      true,
      [],
      {},
      [5],
      { when: 5 },
      { when: 'port', value: 5 },
      { x: 1 },
    );
    const change = fc.tuple(fc.constantFrom(...places), junk, fc.boolean());
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), changes => {
        const copy = structuredClone(definition);
        for (const [path, value, isRename] of changes) put(copy, path, value, isRename);
        expect(() => saidOf(stringify(copy))).not.toThrow();
      }),
      { numRuns: 1000 },
    );
  });
});

type Holder = Record<string, unknown>;

function placesIn(value: unknown): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, below]) => [
    [key],
    ...placesIn(below).map(path => [key, ...path]),
  ]);
}

function put(root: unknown, path: readonly string[], value: unknown, isRename: boolean): void {
  let holder = root;
  for (const key of path.slice(0, -1)) {
    if (typeof holder !== 'object' || holder === null) return;
    holder = (holder as Holder)[key];
  }
  if (typeof holder !== 'object' || holder === null) return;
  const key = path.at(-1) ?? '';
  if (isRename && !Array.isArray(holder)) delete (holder as Holder)[key];
  (holder as Holder)[isRename && !Array.isArray(holder) ? `${key}x` : key] = value;
}
