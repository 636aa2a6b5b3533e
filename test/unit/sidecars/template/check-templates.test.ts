import { describe, expect, it } from 'vitest';
import { definitionText, problemsOf } from '../definition-text.ts';

/** The problems of a definition with parameters of several types, whose container has these keys. */
function problemsWith(containerKeys: string): readonly string[] {
  return problemsOf(
    definitionText(`
      value: repo
      parameters:
        repo: {type: git-url}
        secret: {type: secret}
        level: {type: integer, default: 1}
        verbose: {type: boolean, default: false}
        listen: {type: port}
        form: {type: enum, values: [json, text], or: [none]}
        pause: {type: duration, or: [off]}
        pauses: {type: duration, list: true}
      container:
        image: example.com/logs:1.0
        ${containerKeys}
    `),
  );
}

describe('${…} in a text', () => {
  it.each([
    'args: ["${repo}"]',
    'args: ["--a=${name}-${level}"]',
    'args: ["${mode} ${cpu} ${memory} ${memory-limit} ${run-as-user}"]',
    'args: ["$${anything}", "$(HOME)", "$HOME"]',
    'args: [{when: secret, value: "${secret}", else: "${repo}"}]',
    'env: [{name: A, value: "${verbose}"}]',
  ])('may name parameters and the instance: %s', keys => {
    expect(problemsWith(keys)).toEqual([]);
  });

  it.each([
    ['args: ["--a=${repoo}"]', '18:12: spec.container.args[0]: no parameter "repoo"; did you mean "repo"?'],
    [
      'args: ["${something-else}"]',
      '18:12: spec.container.args[0]: no parameter "something-else"; known: name, repo, secret, level, verbose, listen, form, pause, pauses, mode, cpu, cpu-limit, memory, memory-limit, run-as-user',
    ],
    ['args: ["${repo.ssh}"]', '18:12: spec.container.args[0]: no parameter "repo.ssh"'],
    ['args: ["${ repo }"]', '18:12: spec.container.args[0]: no parameter " repo "; did you mean "repo"?'],
    [
      'env: [{name: A, value: "${levle}"}]',
      '18:28: spec.container.env[0].value: no parameter "levle"; did you mean "level"?',
    ],
    [
      'args: [{when: secret, value: "${a1}", else: "${secrt}"}]',
      '18:49: spec.container.args[0].else: no parameter "secrt"; did you mean "secret"?',
    ],
    ['workingDir: "${volume}"', '18:17: spec.container.workingDir: no parameter "volume"'],
  ])('must name a parameter that there is: %s', (keys, expected) => {
    expect(problemsWith(keys).join('\n')).toContain(expected);
  });

  it.each([
    ['args: ["${repo"]', '18:12: spec.container.args[0]'],
    ['args: ["--a=${"]', '18:12: spec.container.args[0]'],
    ['args: ["$${a} ${repo} ${"]', '18:12: spec.container.args[0]'],
    ['workingDir: "/${name"', '18:17: spec.container.workingDir'],
  ])('must end: %s', (keys, place) => {
    expect(problemsWith(keys)).toEqual([
      `logs.yaml:${place}: a "\${" without its "}"; write "$\${" for a plain one`,
    ]);
  });
});

describe('the seconds of a parameter', () => {
  it.each([
    'args: ["--a=${pause.seconds}"]',
    'args: [{json: {a: {b: "${pause.seconds}"}}}]',
    'livenessProbe: {exec: {command: [a]}, periodSeconds: "${pause.seconds}"}',
    'livenessProbe: {httpGet: {port: "${pause.seconds}"}}',
  ])('may stand where a number or a text may: %s', keys => {
    expect(problemsWith(keys)).toEqual([]);
  });

  it.each([
    ['args: ["${paus.seconds}"]', 'no parameter "paus"; did you mean "pause"?'],
    ['args: ["${pause.minutes}"]', 'no parameter "pause.minutes"'],
    ['args: ["${pause.seconds.seconds}"]', 'no parameter "pause.seconds"; known:'],
    [
      'args: ["${level.seconds}"]',
      '"${level.seconds}": only a single duration has seconds, and this is of type integer',
    ],
    [
      'args: ["${name.seconds}"]',
      '"${name.seconds}": only a single duration has seconds, and this is of type name',
    ],
    [
      'args: ["${pauses.seconds}"]',
      '"${pauses.seconds}": only a single duration has seconds, and this is of type duration, as a list',
    ],
    ['tty: "${pause.seconds}"', 'expected a boolean, but "${pause.seconds}" is a number'],
    ['args: [{when: pause.seconds, value: a}]', 'no fact "pause.seconds"'],
  ])('are those of a single duration: %s', (keys, expected) => {
    expect(problemsWith(keys).join('\n')).toContain(expected);
  });

  it('are not for an annotation to set', () => {
    const text = definitionText(
      'value: "${pause.seconds}:${level}"\nparameters: {pause: {type: duration}, level: {type: integer}}\ncontainer: {image: "a:1"}',
    );
    expect(problemsOf(text).join('\n')).toContain('no parameter "pause.seconds"');
  });
});

describe('a lone parameter where Kubernetes wants a number or a boolean', () => {
  it.each([
    'ports: [{containerPort: "${listen}"}]',
    'ports: [{containerPort: "${level}"}]',
    'tty: "${verbose}"',
    'livenessProbe: {httpGet: {port: "${listen}"}}',
    'ports: [{containerPort: 1, name: "p-${level}"}]\n        livenessProbe: {httpGet: {port: "p-${level}"}}',
    'tty: {when: secret, value: "${verbose}", else: true}',
  ])('fits by its type: %s', keys => {
    expect(problemsWith(keys)).toEqual([]);
  });

  it.each([
    [
      'ports: [{containerPort: "${repo}"}]',
      '18:29: spec.container.ports[0].containerPort: expected a number, but "${repo}" is of type git-url',
    ],
    [
      'ports: [{containerPort: "${verbose}"}]',
      '18:29: spec.container.ports[0].containerPort: expected a number, but "${verbose}" is of type boolean',
    ],
    ['tty: "${level}"', '18:10: spec.container.tty: expected a boolean, but "${level}" is of type integer'],
    [
      'tty: {when: secret, value: true, else: "${secret}"}',
      '18:44: spec.container.tty.else: expected a boolean, but "${secret}" is of type secret',
    ],
    [
      'ports: [{containerPort: "80${level}"}]',
      '18:29: spec.container.ports[0].containerPort: expected a whole number, got "80${level}"',
    ],
  ])('is refused where it does not: %s', (keys, expected) => {
    expect(problemsWith(keys)).toEqual([`logs.yaml:${expected}`]);
  });

  // `or` beside the type makes the value a text: the API server would refuse each pod that uses it.
  it('is refused where its type does, but a literal beside the type does not', () => {
    const problems = problemsOf(
      definitionText(`
        parameters: {port: {type: port, or: [off]}}
        container: {image: "a:1", ports: [{containerPort: "\${port}"}]}
      `),
    );
    expect(problems).toEqual([
      'logs.yaml:7:53: spec.container.ports[0].containerPort: expected a number, but "${port}" is of type port, or off',
    ]);
  });

  it('is refused where the number of the instance’s name is wanted', () => {
    expect(problemsWith('ports: [{containerPort: "${name}"}]')).toEqual([
      'logs.yaml:18:29: spec.container.ports[0].containerPort: expected a number, but "${name}" is of type name',
    ]);
  });
});

describe('a condition', () => {
  it.each([
    'secret',
    '"!secret"',
    '[secret, "!repo.ssh"]',
    'repo.https',
    'verbose.true',
    'form.json',
    'form.none',
    'mode.native',
    'run-as-user.none',
  ])('may name a fact that there is: %s', fact => {
    expect(problemsWith(`args: [{when: ${fact}, value: a}]`)).toEqual([]);
  });

  it.each([
    ['secrt', 'no fact "secrt"; did you mean "secret"?'],
    ['repo.shh', 'no fact "repo.shh"; did you mean "repo.ssh"?'],
    ['[secret, "!run.onec"]', 'no fact "run.onec"; did you mean "run.once"?'],
    ['form.xml', 'no fact "form.xml"'],
    ['mode.init', 'no fact "mode.init"'],
    ['wait', 'no fact "wait"'],
    ['name', 'no fact "name"'],
  ])('must not name one that there is not: %s', (fact, expected) => {
    const problems = problemsWith(`args: [{when: ${fact}, value: a}]`);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`logs.yaml:18:19: spec.container.args[0].when: ${expected}`);
  });

  it.each(['!secret', '[secret, !repo.ssh]'])('says that "!" wants quotes: %s', when => {
    const keys = `args: [{when: ${when}, value: a}]`;
    expect(problemsWith(keys)).toEqual([
      `logs.yaml:18:${keys.indexOf('!') + 5}: YAML takes a word that begins with "!" for a tag; write a condition in quotes: "!secret"`,
    ]);
  });

  it('must not be empty: it would always hold', () => {
    expect(problemsWith('args: [{when: [], value: a}]')).toEqual([
      'logs.yaml:18:19: spec.container.args[0].when: name at least one fact',
    ]);
    expect(problemsOf(definitionText('modes: [init]\nonce: []\ncontainer: {image: "a:1"}'))).toEqual([
      'logs.yaml:7:9: spec.once: name at least one fact',
    ]);
  });

  it('is checked in "once" too', () => {
    expect(
      problemsOf(
        definitionText(`
          parameters: {ref: {type: git-ref}}
          modes: [init]
          once: ref.hsh
          container: {image: "a:1"}
        `),
      ),
    ).toEqual(['logs.yaml:8:9: spec.once: no fact "ref.hsh"; did you mean "ref.hash"?']);
  });
});

describe('templates outside of the container', () => {
  it.each([
    ['volumes: [{name: "${nam}", emptyDir: {}}]', '6:20: spec.volumes[0].name: no parameter "nam"'],
    ['content: "/${nam}"', '6:12: spec.content: no parameter "nam"'],
    ['annotations: {a: "${nam}"}', '6:20: spec.annotations.a: no parameter "nam"'],
    [
      'ready: {exec: {command: ["${nam}"]}, within: 5s}',
      '6:28: spec.ready.exec.command[0]: no parameter "nam"',
    ],
    [
      'ready: {tcpSocket: {port: {when: nam, value: 1, else: 2}}, within: 5s}',
      '6:36: spec.ready.tcpSocket.port.when: no fact "nam"',
    ],
  ])('are checked: %s', (spec, expected) => {
    const problems = problemsOf(definitionText(`${spec}\ncontainer: {image: "a:1"}`));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`logs.yaml:${expected}`);
  });

  // Only the container is rendered for a run; the rest is for all containers of the sidecar.
  it.each([
    ['volumes: [{when: run.once, value: {name: a, emptyDir: {}}}]', 'spec.volumes[0].when'],
    [
      'volumes: [{name: a, emptyDir: {medium: {when: "!run.once", value: Memory}}}]',
      'spec.volumes[0].emptyDir.medium.when',
    ],
    ['content: {when: run.once, value: /a}', 'spec.content.when'],
    ['annotations: {a: {when: [run.once], value: b}}', 'spec.annotations.a.when'],
    [
      'ready: {exec: {command: [b, {when: run.once, value: a}]}, within: 5s}',
      'spec.ready.exec.command[1].when',
    ],
  ])('know nothing of the run: %s', (spec, place) => {
    const problems = problemsOf(definitionText(`${spec}\ncontainer: {image: "a:1"}`));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`: ${place}: no fact "run.once"; known: `);
    expect(problems[0]?.split('known: ')[1]).not.toContain('run.once');
  });

  it('have the parameters of the shared volume and of readiness where there are such', () => {
    expect(
      problemsOf(
        definitionText(`
          volumes: [{name: "\${volume}", emptyDir: {}, shared: true}]
          ready: {exec: {command: [test, "\${wait}"]}, within: 5s}
          container:
            image: a:1
            args: ["\${volume} \${size} \${mount} \${containers} \${wait}"]
            volumeMounts: [{name: "\${volume}", mountPath: /logs}]
        `),
      ),
    ).toEqual([]);
  });
});

describe('a parameter whose own declaration is wrong', () => {
  it('makes one problem and none where it is used', () => {
    expect(
      problemsOf(
        definitionText(`
          parameters: {repo: {type: git-url, default: /tmp}}
          container: {image: "a:1", args: ["\${repo}", {when: [repo, repo.ssh], value: x}]}
        `),
      ),
    ).toEqual([
      expect.stringMatching(/^logs.yaml:6:\d+: spec.parameters.repo.default: "\/tmp" is not a value/),
    ]);
  });
});
