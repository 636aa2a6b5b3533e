import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { SidecarDefinition } from '../../../src/sidecars/definition.ts';
import { parseDefinition } from '../../../src/sidecars/parse-definition.ts';
import { definitionText, problemsOf } from './definition-text.ts';

const container = 'container: {image: "example.com/logs:1.0"}';

function definitionOf(text: string): SidecarDefinition {
  const reading = parseDefinition('logs.yaml', text);
  expect(reading.definition ? [] : reading.problems).toEqual([]);
  if (!reading.definition) throw new Error('unreachable');
  return reading.definition;
}

describe('a definition', () => {
  it('needs no more than a description and an image', () => {
    const definition = definitionOf(definitionText(container));
    expect(definition).toMatchObject({
      name: 'logs',
      description: 'Ships the logs of the app.',
      order: 0,
      modes: ['native', 'classic'],
      volumes: { kind: 'literal', value: [] },
      sharedWhen: [],
      ready: undefined,
      once: undefined,
      content: undefined,
      appEnv: undefined,
      annotations: [],
      guaranteed: {},
      isMountReadOnly: true,
      isMountOptional: false,
    });
    expect([...definition.parameters.keys()]).toEqual([
      'mode',
      'cpu',
      'cpu-limit',
      'memory',
      'memory-limit',
      'run-as-user',
    ]);
  });

  it('takes everything that a file may say', () => {
    const definition = definitionOf(
      definitionText(`
        order: 5
        value: target
        parameters: {target: {type: url, required: true}}
        volumes:
          - {name: "\${volume}", emptyDir: {}, shared: true}
          - {name: "\${name}-tmp", emptyDir: {}}
        container:
          image: example.com/logs:1.0
          volumeMounts: [{name: "\${volume}", mountPath: /logs}, {name: "\${name}-tmp", mountPath: /tmp}]
        ready: {httpGet: {port: 8080}, within: 1m30s}
        content: /logs
        modes: [native, init]
        once: target
        mount: {readOnly: false}
        guaranteed: {cpu: 100m}
        annotations: {example.com/a: "\${name}"}
      `),
    );
    expect(definition).toMatchObject({
      order: 5,
      modes: ['native', 'init'],
      isMountReadOnly: false,
      guaranteed: { cpu: '100m' },
      ready: { when: [], within: 90 },
    });
    expect(definition.volumes).toMatchObject({ kind: 'list' });
    expect(definition.sharedWhen).toEqual([]);
    expect(definition.annotations.map(([key]) => key)).toEqual(['example.com/a']);
    expect(definition.once).toHaveLength(1);
    expect(definition.parameters.get('target')).toMatchObject({ isRequired: true, isCommon: false });
    expect([...definition.parameters.keys()]).toEqual(
      expect.arrayContaining(['target', 'mode', 'wait', 'volume', 'size', 'mount', 'containers']),
    );
  });

  it('may have variables for the app, and is given the parameters that ask for them', () => {
    const constant = definitionOf(definitionText(`app: {env: [{name: A, value: b}]}\n${container}`));
    expect(constant.appEnv).toEqual({ kind: 'literal', value: [{ name: 'A', value: 'b' }] });
    expect([...constant.parameters.keys()].slice(-2)).toEqual(['env', 'containers']);
    const named = definitionOf(definitionText(`app: {env: [{name: A, value: "\${name}"}]}\n${container}`));
    expect(named.appEnv).toMatchObject({ kind: 'list', entries: [{ kind: 'map' }] });
  });

  it.each([
    ['app: {}', 'spec.app: the key "env" is missing'],
    ['app: {env: {A: b}}', 'spec.app.env: expected a list, got a map'],
    ['app: {env: [{value: b}]}', 'spec.app.env[0]: the key "name" is missing'],
    ['app: {env: [{name: A, value: true}]}', 'spec.app.env[0].value: expected a text, got true'],
    ['app: {env: [{name: A, value: "${nope}"}]}', 'spec.app.env[0].value: no parameter "nope"'],
    ['app: {env: [{when: run.once, value: {name: A}}]}', 'spec.app.env[0].when: no fact "run.once"'],
    ['app: {volumeMounts: []}', 'spec.app.volumeMounts: unknown key "volumeMounts"'],
    [
      'app: {env: [{name: A, value: b}]}\nparameters: {env: {type: string}}',
      'spec.parameters.env: the annotation .env asks for spec.app.env; give this parameter another name',
    ],
  ])('may not have for the app: %s', (spec, problem) => {
    expect(problemsOf(definitionText(`${spec}\n${container}`)).join('\n')).toContain(problem);
  });

  it('is given the parameters of a shared volume only where it has one', () => {
    const definition = definitionOf(definitionText(`volumes: [{name: scratch, emptyDir: {}}]\n${container}`));
    for (const name of ['volume', 'size', 'mount', 'containers']) {
      expect(definition.parameters.has(name)).toBe(false);
    }
  });

  it('keeps restartPolicy and unknown-to-old-clients fields out of the way: the file says what runs', () => {
    const definition = definitionOf(
      definitionText(
        'container: {image: "a:1", resizePolicy: [{resourceName: cpu, restartPolicy: NotRequired}]}',
      ),
    );
    expect(definition.container).toEqual({
      kind: 'literal',
      value: { image: 'a:1', resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'NotRequired' }] },
    });
  });

  it('reads the one that ships with the project', () => {
    const text = readFileSync(new URL('../../../sidecars/git-sync.yaml', import.meta.url), 'utf8');
    expect(definitionOf(text)).toMatchObject({ name: 'git-sync', modes: ['native', 'classic', 'init'] });
  });
});

describe('the hash of a definition', () => {
  const base = definitionText('order: 1\ncontainer: {image: "a:1", tty: true}');
  const hashOf = (text: string) => definitionOf(text).hash;

  it('is 16 hexadecimal digits', () => {
    expect(hashOf(base)).toMatch(/^[0-9a-f]{16}$/);
  });

  it('does not depend on comments, quotes, or the order of keys', () => {
    const other = definitionText(`
      # The same.
      container: {tty: true, image: 'a:1'}
      order: 1
    `);
    expect(hashOf(other)).toBe(hashOf(base));
  });

  it.each([
    ['a value', 'order: 2\ncontainer: {image: "a:1", tty: true}'],
    ['the kind of a value', 'order: 1\ncontainer: {image: "a:1", tty: false}'],
    ['a key', 'order: 1\ncontainer: {image: "a:1", stdin: true}'],
    ['an added key', 'order: 1\nmodes: [native]\ncontainer: {image: "a:1", tty: true}'],
  ])('changes with %s', (_what, spec) => {
    expect(hashOf(definitionText(spec))).not.toBe(hashOf(base));
  });

  it('changes with the order of a list', () => {
    const [ab, ba] = ['[a, b]', '[b, a]'].map(args =>
      hashOf(definitionText(`container: {image: "a:1", args: ${args}}`)),
    );
    expect(ab).not.toBe(ba);
  });
});

describe('a file that is not one YAML document', () => {
  it.each([
    ['is empty', '', '1:1: the file is empty; write one definition'],
    ['has only blank lines', '\n\n', '1:1: the file is empty; write one definition'],
    ['has only a comment', '# soon\n', '1:1: the file is empty; write one definition'],
    ['has only a null', '~', '1:1: expected a map, got nothing'],
    ['is a list', '- a', '1:1: expected a map, got a list'],
    ['is a text', 'hello', '1:1: expected a map, got "hello"'],
    ['has two documents', 'a: 1\n---\nb: 2\n', '2:1: a second document; write one definition per file'],
    ['has an empty second document', 'a: 1\n---\n', '2:1: a second document; write one definition per file'],
    ['indents with a tab', 'a:\n\tb: 1', '2:1: YAML takes no tab for indentation; use spaces'],
    ['has an open quote', 'kind: "Sidecar', '1:15: Missing closing "quote'],
  ])('is refused when it %s', (_what, text, expected) => {
    expect(problemsOf(text)).toEqual([`logs.yaml:${expected}`]);
  });

  it('is refused when a key stands twice, at the second', () => {
    const text = definitionText('container: {image: "a:1", image: "b:1"}');
    expect(problemsOf(text)).toEqual(['logs.yaml:6:29: this key stands here twice, first in line 6']);
  });

  it('is refused when a bracket is open, with a place', () => {
    expect(problemsOf(definitionText('container: {image: "a:1"'))).toEqual([
      expect.stringMatching(/^logs.yaml:\d+:\d+: \S/),
    ]);
  });

  it('is refused for an alias, where it stands', () => {
    const text = definitionText('container: &c {image: "a:1"}\nannotations: *c');
    expect(problemsOf(text)).toEqual([
      'logs.yaml:7:16: spec.annotations: aliases are not supported; write the value out',
    ]);
  });

  it('does not unfold aliases of aliases', () => {
    const levels = Array.from({ length: 30 }, (_, n) => `  l${n + 1}: &l${n + 1} [*l${n}, *l${n}]`);
    const text = `apiVersion: sidecar.io/v1\nkind: Sidecar\nmetadata: {name: logs}\nspec:\n  l0: &l0 [a]\n${levels.join('\n')}\n`;
    expect(problemsOf(text).length).toBeGreaterThan(0);
  });

  it('is refused for a merge key', () => {
    expect(problemsOf(definitionText('container: {image: "a:1", <<: {tty: true}}'))).toEqual([
      'logs.yaml:6:29: spec.container.<<: merge keys are not supported; write the keys out',
    ]);
  });

  it('is refused for a tag that nobody knows', () => {
    expect(problemsOf(definitionText('container: {image: !latest "a:1"}'))).toEqual([
      'logs.yaml:6:22: YAML takes a word that begins with "!" for a tag; write a condition in quotes: "!secret"',
    ]);
  });

  it('still says which sidecar it claims to be, so that its pods are refused by name', () => {
    expect(parseDefinition('x.yaml', definitionText('contaner: {}', 'claimed'))).toMatchObject({
      name: 'claimed',
    });
    expect(parseDefinition('x.yaml', '- a')).toMatchObject({ name: undefined });
    expect(parseDefinition('x.yaml', 'metadata: {name: 5}')).toMatchObject({ name: undefined });
  });
});

describe('names', () => {
  it.each(['inject', 'status', 'propagated'])('of sidecars must not be %s', name => {
    expect(problemsOf(definitionText(container, name))).toEqual([
      `logs.yaml:3:18: metadata.name: "${name}" is not for sidecars: sidecar.io/${name} has a meaning of its own`,
    ]);
  });

  it.each([
    'mode',
    'wait',
    'volume',
    'size',
    'mount',
    'containers',
    'cpu',
    'memory',
    'memory-limit',
    'run-as-user',
    'name',
    'run',
  ])('of parameters must not be %s, whether or not the sidecar has it', name => {
    expect(problemsOf(definitionText(`parameters: {${name}: {type: string}}\n${container}`))).toEqual([
      expect.stringMatching(
        new RegExp(`^logs.yaml:6:\\d+: spec.parameters.${name}: the name "${name}" belongs to the engine$`),
      ),
    ]);
  });

  // It became a common one later: a definition that had its own still has it.
  it('of parameters may be cpu-limit, which is then what the definition says', () => {
    const own = 'parameters: {cpu-limit: {type: enum, values: [low, high]}}';
    const reading = parseDefinition('x.yaml', definitionText(`${own}\n${container}`));
    expect(reading.definition?.parameters.get('cpu-limit')).toMatchObject({ isCommon: false, type: 'enum' });
    const plain = parseDefinition('x.yaml', definitionText(container));
    expect(plain.definition?.parameters.get('cpu-limit')).toMatchObject({ isCommon: true, type: 'quantity' });
  });

  // Kubernetes allows 63 characters, and the container is named so.
  it('of sidecars must not be longer than a container may be named', () => {
    const name = 'l'.repeat(63);
    expect(problemsOf(definitionText(container, name))).toEqual([]);
    expect(problemsOf(definitionText(container, `${name}l`))).toEqual([
      `logs.yaml:3:18: metadata.name: expected a name of lower-case letters, digits and "-", at most 63 characters, got "${name}l"`,
    ]);
  });
});

describe('volumes', () => {
  it.each([
    [
      'a shared volume of a name of its own',
      'volumes: [{name: logs, emptyDir: {}, shared: true}]',
      '7:13: spec.volumes[0]: the shared volume is named "${volume}", so that .volume can set it; further ones have "at", where the app sees them',
    ],
    [
      'a shared volume of a name of its own in a choice in a choice',
      'volumes: [{when: cpu, value: {when: secret, value: {name: a}, else: {name: b, shared: true}}}]',
      '7:13: spec.volumes[0]: the shared volume is named "${volume}", so that .volume can set it; further ones have "at", where the app sees them',
    ],
    [
      'a further shared volume without the first',
      'volumes: [{name: tmp}, {name: a, shared: true, at: /a}]',
      '7:26: spec.volumes[1]: the first volume that is shared has the name "${volume}", which .mount and .volume are about',
    ],
    [
      'a volume that a value makes a shared one',
      'volumes: [{name: "${volume}", shared: true}, {name: a, shared: {when: secret, value: true}}]',
      '7:48: spec.volumes[1]: write "shared: true", or leave it out',
    ],
    [
      'a place of what is not shared',
      'volumes: [{name: a, at: /a}]',
      '7:13: spec.volumes[0]: only a shared volume has "at"',
    ],
    [
      'two volumes that .volume names',
      'volumes: [{name: "${volume}", shared: true}, {when: secret, value: {name: "${volume}", shared: true}}]',
      '7:48: spec.volumes[1]: a second volume "${volume}"',
    ],
    [
      'two volumes of one name',
      'volumes: [{name: tmp, emptyDir: {}}, {name: cache}, {name: tmp, emptyDir: {medium: Memory}}]',
      '7:55: spec.volumes[2]: a second volume "tmp"',
    ],
    [
      'two volumes of one name where one of them is in a branch',
      'volumes: [{name: tmp}, {when: secret, value: {name: secret}, else: {name: tmp}}]',
      '7:26: spec.volumes[1]: a second volume "tmp"',
    ],
    [
      'two volumes of one name in two choices',
      'volumes: [{when: secret, value: {name: a}}, {when: "!secret", value: {name: a}}]',
      '7:47: spec.volumes[1]: a second volume "a"',
    ],
  ])('refuse %s', (_what, spec, expected) => {
    const text = definitionText(`parameters: {secret: {type: secret}}\n${spec}\n${container}`);
    expect(problemsOf(text)).toEqual([`logs.yaml:${expected}`]);
  });

  it.each<[string, readonly object[]]>([
    ['{name: "${volume}", shared: true}', []],
    ['{when: secret, value: {name: "${volume}", shared: true}}', [{ subject: 'secret', isNegated: false }]],
    [
      '{when: secret, value: {name: a}, else: {name: "${volume}", shared: true}}',
      [{ subject: 'secret', isNegated: true }],
    ],
    [
      '{when: [secret, "!debug.true"], value: {name: "${volume}", shared: true}}',
      [
        { subject: 'secret', isNegated: false },
        { subject: 'debug', fact: 'true', isNegated: true },
      ],
    ],
    ['{when: [secret, debug.true], value: {name: a}, else: {name: "${volume}", shared: true}}', []],
    [
      '{when: debug.true, value: {when: secret, value: {name: "${volume}", shared: true}}}',
      [
        { subject: 'debug', fact: 'true', isNegated: false },
        { subject: 'secret', isNegated: false },
      ],
    ],
  ])('tell when the shared one is there: %s', (volume, expected) => {
    const parameters = 'parameters: {secret: {type: secret}, debug: {type: boolean}}';
    const { sharedWhen } = definitionOf(definitionText(`${parameters}\nvolumes: [${volume}]\n${container}`));
    expect(sharedWhen).toMatchObject(expected);
    expect(sharedWhen).toHaveLength(expected.length);
  });

  it('may have one name in both branches of a choice, which never stand together', () => {
    const text = definitionText(`
      parameters: {secret: {type: secret}}
      volumes: [{when: secret, value: {name: a, secret: {secretName: "\${secret}"}}, else: {name: a, emptyDir: {}}}]
      container: {image: "a:1", volumeMounts: [{name: a, mountPath: /a}]}
    `);
    expect(problemsOf(text)).toEqual([]);
  });

  it.each([
    ['volumes: []', '{name: tmp, mountPath: /tmp}', 'no volume "tmp" in spec.volumes'],
    [
      'volumes: [{name: "${name}-tmp", emptyDir: {}}]',
      '{name: "${name}-temp", mountPath: /tmp}',
      'no volume "${name}-temp" in spec.volumes; did you mean "${name}-tmp"?',
    ],
    [
      'volumes: [{name: tmp, emptyDir: {}}]',
      '{when: cpu, value: {name: tmp, mountPath: /tmp}, else: {name: logs, mountPath: /logs}}',
      'no volume "logs" in spec.volumes',
    ],
  ])('are declared for every mount: %s with %s', (volumes, mount, message) => {
    const text = definitionText(`${volumes}\ncontainer: {image: "a:1", volumeMounts: [${mount}]}`);
    expect(problemsOf(text)).toEqual([
      expect.stringMatching(/^logs.yaml:7:44: spec.container.volumeMounts\[0\]: /),
    ]);
    expect(problemsOf(text)[0]).toContain(message);
  });

  it('may be declared under a condition', () => {
    const text = definitionText(`
      parameters: {secret: {type: secret}}
      volumes: [{when: secret, value: {name: secret, secret: {secretName: "\${secret}"}}}]
      container: {image: "a:1", volumeMounts: [{when: secret, value: {name: secret, mountPath: /secret}}]}
    `);
    expect(problemsOf(text)).toEqual([]);
  });
});

describe('a part that is read entry by entry', () => {
  const withSecret = (spec: string) =>
    problemsOf(definitionText(`parameters: {secret: {type: secret}}\n${spec}`));

  it.each([
    [
      'volumes: {when: secret, value: [{name: a, emptyDir: {}}]}\ncontainer: {image: "a:1"}',
      [
        '7:12: spec.volumes: expected a list, got a map; a whole list cannot be a choice, each of its entries can: [{when: …, value: …}]',
      ],
    ],
    [
      'annotations: {when: secret, value: {a: b}}\ncontainer: {image: "a:1"}',
      ['7:38: spec.annotations.value: expected a text, got a map'],
    ],
    [
      'container: {when: secret, value: {image: "a:1"}}',
      [
        '7:14: spec.container: the key "image" is missing',
        '7:15: spec.container.when: unknown key "when"',
        '7:29: spec.container.value: unknown key "value"',
      ],
    ],
    ...[
      ['volumeMounts', '{name: a, mountPath: /a}'],
      ['args', 'a'],
      ['command', 'a'],
      ['env', '{name: A, value: a}'],
      ['envFrom', '{secretRef: {name: a}}'],
      ['ports', '{containerPort: 80}'],
      ['volumeDevices', '{name: a, devicePath: /dev/a}'],
      ['resizePolicy', '{resourceName: cpu, restartPolicy: NotRequired}'],
    ].map(([key = '', entry = '']): [string, string[]] => [
      `container: {image: "a:1", ${key}: {when: secret, value: [${entry}]}}`,
      [
        `7:${31 + key.length}: spec.container.${key}: expected a list, got a map; a whole list cannot be a choice, each of its entries can: [{when: …, value: …}]`,
      ],
    ]),
  ])('is written out and never a choice as a whole: %s', (spec, expected) => {
    expect(withSecret(spec)).toEqual(expected.map(problem => `logs.yaml:${problem}`));
  });

  it.each(['sidecar.io/status', 'a b', 'example.com/', '-a.com/a', 'a/b/c', `a/${'x'.repeat(64)}`])(
    'brings no annotation that is not its own to bring: %s',
    key => {
      const problem = expect.stringMatching(
        /^expected an annotation key such as example\.com\/port, and none of sidecar\.io\/, got "/,
      );
      const reading = parseDefinition(
        'logs.yaml',
        definitionText(`annotations: {"${key}": x}\n${container}`),
      );
      expect(reading.definition ? [] : reading.problems.map(({ message }) => message)).toEqual([problem]);
    },
  );

  // The API server looks at their keys without regard to capital letters.
  it.each(['a', 'example.com/a_b.c-D', 'Example.com/a', `a/${'x'.repeat(63)}`])(
    'brings any annotation that Kubernetes takes: %s',
    key => {
      const text = definitionText(`annotations: {"${key}": x}\n${container}`);
      expect(parseDefinition('logs.yaml', text).definition?.annotations.map(([name]) => name)).toEqual([key]);
    },
  );

  it.each([
    'volumes: [{when: secret, value: {name: a, emptyDir: {}}}]\ncontainer: {image: "a:1"}',
    'annotations: {a: {when: secret, value: b, else: c}}\ncontainer: {image: "a:1"}',
    'container: {image: "a:1", args: [{when: secret, value: a}], env: [{when: secret, value: {name: A}}]}',
    'container: {image: "a:1", env: [{name: A, value: {when: secret, value: a, else: b}}]}',
    'container: {image: "a:1", ports: [{when: secret, value: {containerPort: 80}}]}',
    'container: {image: "a:1", securityContext: {when: secret, value: {runAsUser: 1}}}',
    'container: {image: "a:1", securityContext: {capabilities: {drop: {when: secret, value: [ALL]}}}}',
    'container: {image: "a:1", tty: {when: secret, value: true}}',
  ])('may have choices for its entries and values: %s', spec => {
    expect(withSecret(spec)).toEqual([]);
  });
});

describe('the image', () => {
  const problemsWith = (image: string) =>
    problemsOf(
      definitionText(`
        value: repo
        parameters:
          repo: {type: string, required: true}
          tag: {type: string, default: v1}
          variant: {type: string}
        container: {image: ${image}}
        content: /${'${repo}'}
      `),
    );
  const place = 'logs.yaml:11:22: spec.container.image: ';
  const unsure = (name: string) =>
    `${place}there must always be an image, and "${name}" may have no value; give it a default`;

  it.each([
    'a:1',
    '"example.com/${name}:${tag}"',
    '"${repo}"',
    '"a:${mode}"',
    '{when: variant, value: "a:1-x", else: "a:1"}',
    '{when: variant, value: "a:1-x", else: {when: repo, value: "a:2", else: "${repo}:${tag}"}}',
    '"a:$${variant}"',
  ])('may be made of what always has a value: %s', image => {
    expect(problemsWith(image)).toEqual([]);
  });

  it.each<[string, readonly string[]]>([
    ['{when: variant, value: "a:1"}', [`${place}there must always be an image; add "else"`]],
    [
      '{when: variant, value: "a:1", else: {when: repo, value: "a:2"}}',
      [`${place}there must always be an image; add "else"`],
    ],
    ['"a:${variant}"', [unsure('variant')]],
    ['"${cpu}"', [unsure('cpu')]],
    ['{when: repo, value: "a:1", else: "a:${variant}-${memory}"}', [unsure('variant'), unsure('memory')]],
    // The reader does not weigh conditions.
    ['{when: variant, value: "a:${variant}", else: "a:1"}', [unsure('variant')]],
  ])('must always be there: %s', (image, problems) => {
    expect(problemsWith(image)).toEqual(problems);
  });

  it.each(['""', '{when: variant, value: "a:1", else: ""}'])('must not be empty: %s', image => {
    expect(problemsWith(image)).toHaveLength(1);
  });

  it('makes no second problem where it names nothing', () => {
    expect(problemsWith('"a:${tga}"')).toEqual([`${place}no parameter "tga"; did you mean "tag"?`]);
  });
});

describe('readiness', () => {
  it.each([
    ['ready: {within: 5s}', '6:10: spec.ready: give exactly one of exec, httpGet, tcpSocket and grpc'],
    [
      'ready: {exec: {command: [a]}, tcpSocket: {port: 1}, within: 5s}',
      '6:10: spec.ready: give exactly one of exec, httpGet, tcpSocket and grpc',
    ],
    [
      'ready: {exec: {command: [a]}, within: soon}',
      '6:41: spec.ready.within: "soon" is no duration of at least 1s',
    ],
    [
      'ready: {exec: {command: [a]}, within: 999ms}',
      '6:41: spec.ready.within: "999ms" is no duration of at least 1s',
    ],
    [
      'ready: {exec: {command: [a]}, within: 5}',
      '6:41: spec.ready.within: expected a text, got 5; write it in quotes',
    ],
    [
      'ready: {exec: {command: [a]}, within: 5s, timeout: 0.5s}',
      '6:54: spec.ready.timeout: "0.5s" is no duration of at least 1s',
    ],
    [
      'ready: {exec: {command: [a]}, within: 5s, timeout: 6s}',
      '6:54: spec.ready.timeout: one attempt cannot take longer than "within"',
    ],
    [
      'ready: {tcpSocket: {port: 1}, within: 5s, timeout: 2s}',
      '6:54: spec.ready.timeout: only a command, in exec, can wait by itself',
    ],
    [
      'ready: {exec: {command: [a]}, within: 5s, timeout: 2}',
      '6:54: spec.ready.timeout: expected a text, got 2; write it in quotes',
    ],
    [
      'ready: {exec: {command: [a], tty: true}, within: 5s}',
      '6:32: spec.ready.exec.tty: unknown key "tty"; it belongs below spec.container',
    ],
    [
      'ready: {exec: {command: [a]}, within: 5s, periodSeconds: 5}',
      '6:45: spec.ready.periodSeconds: unknown key "periodSeconds"',
    ],
    [
      'ready: {when: prot, exec: {command: [a]}, within: 5s}',
      '6:17: spec.ready.when: no fact "prot"; known: mode, mode.auto, mode.native, mode.classic, cpu, cpu-limit, memory, memory-limit, run-as-user, run-as-user.zero, run-as-user.none, wait, wait.true, wait.false',
    ],
    ['ready: {exec: {command: [a]}, within: "${long}"}', '6:41: spec.ready.within: no parameter "long"'],
    [
      'ready: {exec: {command: [a]}, within: "${cpu}"}',
      '6:41: spec.ready.within: expected one duration, but "${cpu}" is of type quantity',
    ],
  ])('is refused as %s', (spec, expected) => {
    expect(problemsOf(definitionText(`${spec}\n${container}`))).toEqual([`logs.yaml:${expected}`]);
  });

  it('takes the time from a parameter that always has one', () => {
    const ready = (long: string) =>
      definitionText(
        `parameters: {long: {type: duration${long}}}\nready: {exec: {command: [a]}, within: "\${long}"}\n${container}`,
      );
    expect(problemsOf(ready(', default: 5m'))).toEqual([]);
    expect(problemsOf(ready(', required: true'))).toEqual([]);
    expect(problemsOf(ready(''))).toEqual([
      'logs.yaml:7:41: spec.ready.within: "long" may have no value; give it a default',
    ]);
  });
});

describe('references between parts', () => {
  it.each([
    [
      'value: rpo\nparameters: {repo: {type: git-url}}',
      '6:10: spec.value: no parameter "rpo"; did you mean "repo"?',
    ],
    ['value: repo', '6:10: spec.value: no parameter "repo"'],
    ['modes: []', '6:10: spec.modes: name at least one mode'],
    [
      'parameters: {ref: {type: git-ref}}\nonce: ref.hash',
      '7:9: spec.once: to run once, "modes" must have init',
    ],
  ])('are checked: %s', (spec, expected) => {
    expect(problemsOf(definitionText(`${spec}\n${container}`))).toEqual([`logs.yaml:${expected}`]);
  });

  // It is asked before the mode is known, so it would never hold.
  it('refuse "once: run.once"', () => {
    expect(problemsOf(definitionText(`modes: [init]\nonce: run.once\n${container}`))).toEqual([
      'logs.yaml:7:9: spec.once: no fact "run.once"; known: mode, mode.auto, mode.init, cpu, cpu-limit, memory, memory-limit, run-as-user, run-as-user.zero, run-as-user.none',
    ]);
  });

  // The API server would refuse the container.
  it.each(['a lot', '"0"', '""', '100mm'])(
    'refuse a cpu for Guaranteed pods that is no quantity: %s',
    cpu => {
      const [problem, ...others] = problemsOf(definitionText(`guaranteed: {cpu: ${cpu}}\n${container}`));
      expect(others).toEqual([]);
      expect(problem).toMatch(/^logs\.yaml:6:21: spec\.guaranteed\.cpu: ".*" is no quantity such as 100m$/);
    },
  );

  it('refuse a cpu for Guaranteed pods that is below zero', () => {
    expect(problemsOf(definitionText(`guaranteed: {cpu: "-100m"}\n${container}`))).toHaveLength(1);
  });

  it('report the problems of all parts at once, in the order of the file', () => {
    const text = definitionText(`
      value: rpo
      parameters:
        repo: {type: git-url, default: /tmp}
        mode: {type: string}
      volumes: [{name: logs, emptyDir: {}, shared: true}]
      container:
        image: a:1
        args: ["\${reop}"]
        volumeMounts: [{name: lgs, mountPath: /logs}]
      ready: {within: 0s, exec: {command: [a]}}
      modes: [native]
      once: repo.shh
    `);
    expect(
      problemsOf(text).map(problem => problem.replace(/^(logs.yaml:\d+):\d+: ([^:]*):.*/, '$1 $2')),
    ).toEqual([
      'logs.yaml:6 spec.value',
      'logs.yaml:8 spec.parameters.repo.default',
      'logs.yaml:9 spec.parameters.mode',
      'logs.yaml:10 spec.volumes[0]',
      'logs.yaml:13 spec.container.args[0]',
      'logs.yaml:14 spec.container.volumeMounts[0]',
      'logs.yaml:15 spec.ready.within',
      'logs.yaml:17 spec.once',
    ]);
  });
});
