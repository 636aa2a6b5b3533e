/** Mistakes that people made who wrote their first definitions: each is told once, at its place, with what to write. */
import { describe, expect, it } from 'vitest';
import { definitionText, problemsOf } from './definition-text.ts';

const parameters = `parameters:
  tls: {type: boolean, default: false, description: "TLS."}
  port: {type: port, default: 80, description: "Port."}`;

/** The problems of a definition whose container has these lines: the first of them is line 11. */
function problemsWith(lines: string): readonly string[] {
  const indented = lines.split('\n').map(line => `  ${line}`);
  return problemsOf(definitionText(`${parameters}\ncontainer:\n  image: a:1\n${indented.join('\n')}`)).map(
    problem => problem.replace('logs.yaml:', ''),
  );
}

const when = 'expected a fact such as secret, repo.ssh or run.once, with "!" for not, got';

describe('a mistake in the YAML of a definition', () => {
  it.each<[string, string, string]>([
    [
      '${…} without quotes in braces',
      'ports: [{containerPort: ${port}}]',
      '11:29: YAML takes the braces of ${…} for a map; write it in quotes: "${port}"',
    ],
    [
      '${…} without quotes in brackets, and more behind it',
      'args: [--port, --x=${port}/a, last]\ntty: true',
      '11:20: YAML takes the braces of ${…} for a map; write it in quotes: "--x=${port}/a"',
    ],
    [
      'a line that is indented too deep',
      'workingDir: /a\n  tty: true',
      '12:7: this line is indented deeper than the one above it, which has a value already; begin it 2 spaces further left',
    ],
    ['a tab', 'args:\n\t- a', '12:5: YAML takes no tab for indentation; use spaces'],
    [
      'a colon in a text',
      'workingDir: Says: hello',
      '11:17: a ": " inside of a text makes a map of it; write the text in quotes',
    ],
    [
      'a star',
      'args: [*]',
      '11:12: YAML takes a word that begins with "*" for an alias; write it in single quotes',
    ],
    [
      'a sign that YAML keeps for itself',
      'args: [@a]',
      '11:12: YAML takes no word that begins with this sign; write it in single quotes',
    ],
    [
      'a backslash in double quotes',
      'args: ["\\d+"]',
      '11:13: in double quotes \\d is an escape that YAML does not know; write the text in single quotes',
    ],
    [
      'a key that stands twice',
      'tty: true\ntty: false',
      '12:5: this key stands here twice, first in line 11',
    ],
  ])('is told once: %s', (_what, lines, problem) => {
    expect(problemsWith(lines)).toEqual([problem]);
  });

  it('is none where the braces stand in quotes', () => {
    expect(problemsWith(`args: ["\${port}", '\${tls}', {when: tls.true, value: "\${port}"}]`)).toEqual([]);
  });
});

describe('a mistake in what a definition says', () => {
  it.each<[string, string, string]>([
    [
      'a comparison',
      'args: [{when: tls == true, value: a}]',
      `11:19: spec.container.args[0].when: ${when} "tls == true"; write "tls.true"`,
    ],
    [
      'a negation',
      'args: [{when: not tls.true, value: a}]',
      `11:19: spec.container.args[0].when: ${when} "not tls.true"; write "!tls.true"`,
    ],
    [
      'and',
      'args: [{when: tls.true && port, value: a}]',
      `11:19: spec.container.args[0].when: ${when} "tls.true && port"; a list means that all must hold: [secret, "!repo.ssh"]`,
    ],
    [
      'or',
      'args: [{when: tls.true || port, value: a}]',
      `11:19: spec.container.args[0].when: ${when} "tls.true || port"; there is no "or": write an entry for each`,
    ],
    [
      'if',
      'args: [{if: tls.true, value: a}]',
      '11:13: spec.container.args[0].if: not to be set here: a condition is {when: …, value: …, else: …}',
    ],
    [
      'then',
      'args: [{when: tls.true, then: a}]',
      '11:29: spec.container.args[0].then: not to be set here: write "value"',
    ],
    ...['.inf', '-.inf', '.nan', '1e400', '12345678901234567890'].map((number): [string, string, string] => [
      `the number ${number}, which no patch can carry`,
      `env: [{name: A, value: {json: [${number}, -0, 1.5, 1e300, 9007199254740991]}}]`,
      `11:36: spec.container.env[0].value.json[0]: JSON cannot hold the number ${number}; write it in quotes if a text is meant`,
    ]),
    [
      'a number for a field, which no patch can carry',
      'livenessProbe: {tcpSocket: {port: 80}, periodSeconds: .inf}',
      '11:59: spec.container.livenessProbe.periodSeconds: JSON cannot hold the number .inf; write it in quotes if a text is meant',
    ],
    [
      'a fact that its parameter does not have',
      'args: [{when: tls.yes, value: a}]',
      '11:19: spec.container.args[0].when: no fact "tls.yes"; known: tls.true, tls.false',
    ],
    [
      'a default behind the name',
      'args: ["${port:-3}"]',
      '11:12: spec.container.args[0]: no parameter "port:-3"; write "${port}" here, and "default: 3" where it is declared',
    ],
    [
      'a choice for a whole list',
      'command: {when: tls.true, value: [x]}',
      '11:14: spec.container.command: expected a list, got a map; a whole list cannot be a choice, each of its entries can: [{when: …, value: …}]',
    ],
    [
      'a text for a list',
      'args: --port=1',
      '11:11: spec.container.args: expected a list, got "--port=1"; write it in brackets: ["--port=1"]',
    ],
    [
      'a key of another place',
      'runAsUser: 1',
      '11:5: spec.container.runAsUser: unknown key "runAsUser"; it belongs below spec.container.securityContext',
    ],
    [
      'a merge key',
      '<<: {tty: true}',
      '11:5: spec.container.<<: merge keys are not supported; write the keys out',
    ],
  ])('is told with what to write: %s', (_what, lines, problem) => {
    expect(problemsWith(lines)).toEqual([problem]);
  });

  it.each([
    ['initContainers', 'a definition has one container'],
    ['shareProcessNamespace', 'it would change the pod for all its containers'],
  ])('is told with the reason: %s', (key, reason) => {
    const text = definitionText(`container: {image: "a:1"}\n${key}: []`);
    expect(problemsOf(text)).toEqual([
      expect.stringContaining(`7:3: spec.${key}: not to be set here: ${reason}`),
    ]);
  });

  it('names no parameter that is near by accident only', () => {
    const text = definitionText(`container: {image: "a:1", args: [{when: nope, value: a}]}`);
    expect(problemsOf(text).join()).not.toContain('did you mean');
  });
});
