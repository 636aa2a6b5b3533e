import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isCollection, isMap, isScalar, type Node, parseDocument, visit } from 'yaml';
import { parseDefinition } from '../../../../src/sidecars/parse-definition.ts';
import { definitionText, problemsOf } from '../definition-text.ts';

const gitSync = readFileSync(new URL('../../../../sidecars/git-sync.yaml', import.meta.url), 'utf8');

type Path = readonly (string | number)[];

/** The paths of all maps of a document but the map of everything. */
function mapPaths(text: string): readonly Path[] {
  const document = parseDocument(text);
  const paths: Path[] = [];
  visit(document, {
    Map: (key, _node, ancestors) => {
      paths.push(pathOf(key, ancestors as readonly Node[]));
    },
  });
  return paths;
}

function pathOf(key: unknown, ancestors: readonly unknown[]): Path {
  const pairs = ancestors.flatMap((ancestor, index): Path => {
    if (typeof ancestor === 'object' && ancestor !== null && 'key' in ancestor && !isCollection(ancestor)) {
      return isScalar(ancestor.key) ? [String(ancestor.key.value)] : [];
    }
    const next = ancestors[index + 1];
    return isCollection(ancestor) && !isMap(ancestor) && isCollection(next)
      ? [(ancestor.items as readonly unknown[]).indexOf(next)]
      : [];
  });
  return typeof key === 'number' ? [...pairs, key] : pairs;
}

/** Maps whose keys a definition chooses freely. */
const freeKeys = /^spec\.(parameters|container\.resources\.(requests|limits))$/;

function inWords(path: Path): string {
  return path.map((key, index) => (typeof key === 'number' ? `[${key}]` : index ? `.${key}` : key)).join('');
}

describe('an unknown key', () => {
  const paths = mapPaths(gitSync);

  it('is looked for in every map of the real definition', () => {
    expect(paths.map(inWords)).toEqual(
      expect.arrayContaining([
        '',
        'metadata',
        'spec',
        'spec.parameters.repo',
        'spec.volumes[2].secret',
        'spec.volumes[3].value.configMap',
        'spec.container.args[6]',
        'spec.container.volumeMounts[3].value',
        'spec.container.securityContext.readOnlyRootFilesystem',
        'spec.ready.exec',
        'spec.guaranteed',
      ]),
    );
    expect(paths.length).toBeGreaterThan(80);
  });

  it.each(
    paths.filter(path => !freeKeys.test(inWords(path))).map(path => [inWords(path) || 'the top', path]),
  )('is refused at its place in %s', (_where, path) => {
    const document = parseDocument(gitSync);
    document.setIn([...path, 'unheard-of'], 'x');
    const text = document.toString({ lineWidth: 0 });
    const reading = parseDefinition('git-sync.yaml', text);
    expect(reading.definition).toBeUndefined();
    if (reading.definition) return;
    const [problem, ...others] = reading.problems;
    expect(others).toEqual([]);
    expect(problem?.path).toBe(inWords([...path, 'unheard-of']));
    expect(problem?.message).toMatch(/^unknown key "unheard-of"/);
    const line = text.split('\n')[(problem?.line ?? 0) - 1] ?? '';
    expect(line.slice((problem?.column ?? 0) - 1)).toMatch(/^unheard-of:/);
  });

  it.each([
    ['containr: {}', '6:3: spec.containr: unknown key "containr"; did you mean "container"?'],
    [
      'container: {image: "a:1", imagePullpolicy: Always}',
      '6:29: spec.container.imagePullpolicy: unknown key "imagePullpolicy"; did you mean "imagePullPolicy"?',
    ],
    [
      'container: {image: "a:1", ports: [{containerport: 80, containerPort: 80}]}',
      '6:38: spec.container.ports[0].containerport: unknown key "containerport"; did you mean "containerPort"?',
    ],
    [
      'container: {image: "a:1", livenessProbe: {exec: {comand: [a]}}}',
      '6:52: spec.container.livenessProbe.exec.comand: unknown key "comand"; did you mean "command"?',
    ],
    [
      'volumes: [{name: a, emptydir: {}}]\ncontainer: {image: "a:1"}',
      '6:23: spec.volumes[0].emptydir: unknown key "emptydir"; did you mean "emptyDir"?',
    ],
    [
      'parameters: {level: {type: string, defualt: a}}\ncontainer: {image: "a:1"}',
      '6:38: spec.parameters.level.defualt: unknown key "defualt"; did you mean "default"?',
    ],
    [
      'container: {image: "a:1", args: [{when: cpu, value: a, esle: b}]}',
      '6:58: spec.container.args[0].esle: unknown key "esle"; did you mean "else"?',
    ],
    ['container: {image: "a:1", zzzzzzzz: 1}', '6:29: spec.container.zzzzzzzz: unknown key "zzzzzzzz"'],
    ['1: x\ncontainer: {image: "a:1"}', '6:3: spec.1: unknown key "1"'],
    ['container: {image: "a:1", volumes: []}', '6:29: spec.container.volumes: unknown key "volumes"'],
    ['__proto__: {}', '6:3: spec.__proto__: unknown key "__proto__"'],
  ])('is named with the nearest known one: %s', (spec, expected) => {
    const problems = problemsOf(definitionText(spec)).filter(problem => !problem.endsWith('is missing'));
    expect(problems).toHaveLength(1);
    expect(problems[0]?.slice(0, `logs.yaml:${expected}`.length)).toBe(`logs.yaml:${expected}`);
  });

  it.each(['constructor', '__proto__'])('may have a name that every object has: %s', key => {
    expect(problemsOf(definitionText(`container: {image: "a:1", ${key}: {}}`))).toEqual([
      `logs.yaml:6:29: spec.container.${key}: unknown key "${key}"`,
    ]);
  });
});

describe('a key that is not the definition’s to set', () => {
  it.each([
    ['name: logs', 'name: not to be set here: the container is named after the sidecar and its instance'],
    ['restartPolicy: Always', 'restartPolicy: not to be set here: the mode decides it'],
    [
      'startupProbe: {exec: {command: [a]}}',
      'startupProbe: not to be set here: write "ready" beside the container',
    ],
  ])('is refused with advice: container.%s', (key, expected) => {
    expect(problemsOf(definitionText(`container: {image: "a:1", ${key}}`))).toEqual([
      `logs.yaml:6:29: spec.container.${expected}`,
    ]);
  });
});

describe('a missing key', () => {
  it('is reported at the map that lacks it, all at once', () => {
    expect(problemsOf('{}')).toEqual([
      'logs.yaml:1:1: the key "apiVersion" is missing',
      'logs.yaml:1:1: the key "kind" is missing',
      'logs.yaml:1:1: the key "metadata" is missing',
      'logs.yaml:1:1: the key "spec" is missing',
    ]);
  });

  it.each([
    ['container: {imagePullPolicy: Always}', '6:14: spec.container: the key "image" is missing'],
    ['volumes: []', '5:3: spec: the key "container" is missing'],
    ['parameters: {a: {}}\ncontainer: {image: "a:1"}', '6:19: spec.parameters.a: the key "type" is missing'],
    [
      'volumes: [{emptyDir: {}}]\ncontainer: {image: "a:1"}',
      '6:13: spec.volumes[0]: the key "name" is missing',
    ],
    [
      'container: {image: "a:1", volumeMounts: [{name: a}]}',
      '6:44: spec.container.volumeMounts[0]: the key "mountPath" is missing',
    ],
    [
      'container: {image: "a:1", args: [{when: run.once}]}',
      '6:36: spec.container.args[0]: the key "value" is missing',
    ],
    [
      'ready: {exec: {command: [a]}}\ncontainer: {image: "a:1"}',
      '6:10: spec.ready: the key "within" is missing',
    ],
  ])('is reported for %s', (spec, expected) => {
    expect(problemsOf(definitionText(spec))).toEqual([`logs.yaml:${expected}`]);
  });
});

describe('a value of the wrong kind', () => {
  it.each([
    ['container: image', '6:14: spec.container: expected a map, got "image"'],
    ['container: []', '6:14: spec.container: expected a map, got a list'],
    ['container: {image: [a]}', '6:22: spec.container.image: expected a text, got a list'],
    ['container: {image: 5}', '6:22: spec.container.image: expected a text, got 5; write it in quotes'],
    [
      'container: {image: "a:1", args: [true]}',
      '6:36: spec.container.args[0]: expected a text, got true; write it in quotes',
    ],
    [
      'container: {image: "a:1", args: --x}',
      '6:35: spec.container.args: expected a list, got "--x"; write it in brackets: ["--x"]',
    ],
    [
      'container: {image: "a:1", tty: "true"}',
      '6:34: spec.container.tty: expected true or false, got "true"',
    ],
    [
      'container: {image: "a:1", securityContext: {runAsUser: 1.5}}',
      '6:58: spec.container.securityContext.runAsUser: expected a whole number, got 1.5',
    ],
    [
      'container: {image: "a:1", securityContext: {runAsUser: root}}',
      '6:58: spec.container.securityContext.runAsUser: expected a whole number, got "root"',
    ],
    [
      'container: {image: "a:1", resources: {limits: {memory: 64}}}',
      '6:58: spec.container.resources.limits.memory: expected a text, got 64; write it in quotes',
    ],
    [
      'container: {image: "a:1", livenessProbe: {tcpSocket: {port: }}}',
      '6:63: spec.container.livenessProbe.tcpSocket.port: expected a number or a text, got nothing',
    ],
    ['order: first\ncontainer: {image: "a:1"}', '6:10: spec.order: expected a whole number, got "first"'],
    ['volumes:\ncontainer: {image: "a:1"}', '6:11: spec.volumes: expected a list, got nothing'],
    [
      'parameters: {a: {type: string, values: [[b]]}}\ncontainer: {image: "a:1"}',
      '6:43: spec.parameters.a.values[0]: expected a text, a number or a boolean, got a list',
    ],
    [
      'annotations: {a: {b: c}}\ncontainer: {image: "a:1"}',
      '6:20: spec.annotations.a: expected a text, got a map',
    ],
  ])('is reported for %s', (spec, expected) => {
    expect(problemsOf(definitionText(spec))).toEqual([`logs.yaml:${expected}`]);
  });

  it.each([
    ['true', 'a boolean'],
    ['1.5', 'a fraction'],
  ])('is reported where Kubernetes takes a whole number or a name and gets %s', port => {
    const text = definitionText(`container: {image: "a:1", livenessProbe: {tcpSocket: {port: ${port}}}}`);
    expect(problemsOf(text)).toEqual([
      `logs.yaml:6:63: spec.container.livenessProbe.tcpSocket.port: expected a number or a text, got ${port}`,
    ]);
  });

  it.each([
    ['5', 'a number'],
    ['http', 'a name'],
  ])('is not what %s is where Kubernetes takes both', port => {
    const ports = 'ports: [{containerPort: 5, name: http}]';
    const text = definitionText(
      `container: {image: "a:1", ${ports}, livenessProbe: {tcpSocket: {port: ${port}}}}`,
    );
    expect(problemsOf(text)).toEqual([]);
  });
});

describe('a text that must be one of a few', () => {
  it.each([
    [
      'apiVersion: sidecar.io/v2',
      '1:13: apiVersion: expected one of sidecar.io/v1, got "sidecar.io/v2"; did you mean "sidecar.io/v1"?',
    ],
    ['kind: Sidekick', '2:7: kind: expected one of Sidecar, got "Sidekick"'],
    [
      'metadata: {name: Logs}',
      '3:18: metadata.name: expected a name of lower-case letters, digits and "-", at most 63 characters, got "Logs"',
    ],
    [
      'metadata: {name: logs_2}',
      '3:18: metadata.name: expected a name of lower-case letters, digits and "-", at most 63 characters, got "logs_2"',
    ],
  ])('is reported for %s', (line, expected) => {
    const text = definitionText('container: {image: "a:1"}');
    const key = line.split(':', 1)[0] ?? '';
    expect(problemsOf(text.replace(new RegExp(`^${key}:.*$`, 'm'), line))).toEqual([`logs.yaml:${expected}`]);
  });

  it.each([
    [
      'parameters: {a: {type: git_url}}',
      '6:26: spec.parameters.a.type: expected one of string, integer, boolean, enum, duration, quantity, git-url, git-ref, path, path-segment, name, secret, config-map, secret-key, url, endpoint, port, got "git_url"; did you mean "git-url"?',
    ],
    [
      'modes: [natve]',
      '6:11: spec.modes[0]: expected one of native, classic, init, got "natve"; did you mean "native"?',
    ],
    [
      'parameters: {Level: {type: string}}',
      '6:16: spec.parameters.Level: expected a name of lower-case letters, digits and "-", at most 63 characters, got "Level"',
    ],
    [
      'once: "run once"',
      '6:9: spec.once: expected a fact such as secret, repo.ssh or run.once, with "!" for not, got "run once"',
    ],
  ])('is reported for %s', (spec, expected) => {
    expect(problemsOf(definitionText(`${spec}\ncontainer: {image: "a:1"}`))).toEqual([
      `logs.yaml:${expected}`,
    ]);
  });
});

describe('several problems', () => {
  it('are all reported at once, in the order of the file', () => {
    const text = definitionText(`
      order: first
      paramters: {}
      container:
        imge: a:1
        tty: "yes"
        restartPolicy: Always
      modes: [natve]
    `);
    expect(problemsOf(text)).toEqual([
      'logs.yaml:6:10: spec.order: expected a whole number, got "first"',
      'logs.yaml:7:3: spec.paramters: unknown key "paramters"; did you mean "parameters"?',
      'logs.yaml:9:5: spec.container.imge: unknown key "imge"; did you mean "image"?',
      'logs.yaml:9:5: spec.container: the key "image" is missing',
      'logs.yaml:10:10: spec.container.tty: expected true or false, got "yes"',
      'logs.yaml:11:5: spec.container.restartPolicy: not to be set here: the mode decides it',
      'logs.yaml:12:11: spec.modes[0]: expected one of native, classic, init, got "natve"; did you mean "native"?',
    ]);
  });
});

describe('a structure in place of a text', () => {
  const problemsIn = (value: string) =>
    problemsOf(
      definitionText(`
        parameters: {a: {type: integer}}
        container:
          image: a:1
          env: [{name: A, value: ${value}}]
      `),
    ).map(problem => problem.replace(/^logs\.yaml:[\d:]+ /, ''));

  it.each<[string, readonly string[]]>([
    ['{json: {b: ["${a}", 1, true, {when: a, value: 1}]}}', []],
    ['{when: a, value: {json: {b: 1}}}', []],
    ['{json: {b: "${nothing}"}}', ['spec.container.env[0].value.json.b: no parameter "nothing"']],
    ['{json: {b: [{when: a}]}}', ['spec.container.env[0].value.json.b[0]: the key "value" is missing']],
    [
      '{json: {b: {when: nothing, value: 1}}}',
      ['spec.container.env[0].value.json.b.when: no fact "nothing"'],
    ],
    ['{json: 1, yaml: 2}', ['spec.container.env[0].value.yaml: unknown key "yaml"']],
    ['{yaml: 2}', ['spec.container.env[0].value: expected a text, got a map']],
  ])('%s', (value, problems) => {
    expect(problemsIn(value).map(problem => problem.replace(/; .*$/, ''))).toEqual(problems);
  });

  it('stands only where the kubelet expands the text', () => {
    const text = definitionText('container: {image: {json: {a: 1}}}');
    expect(problemsOf(text)).toEqual(['logs.yaml:6:22: spec.container.image: expected a text, got a map']);
  });
});
