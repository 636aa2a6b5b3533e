import { describe, expect, it } from 'vitest';
import { inOneLine } from '../../../../src/sidecars/definition-problem.ts';
import { parseDefinition } from '../../../../src/sidecars/parse-definition.ts';
import { reviewDefinition } from '../../../../src/sidecars/review/review-definition.ts';
import { definitionText, problemsOf } from '../definition-text.ts';

const parameters = `parameters:
  drain: {type: integer, description: "Seconds."}
  sure: {type: integer, default: 5, description: "Seconds."}
  names: {type: name, list: true, description: "Names."}`;

/** The findings named `left-out` about a container or what stands beside it: lines count from 10. */
function leftOut(lines: string): readonly string[] {
  const text = definitionText(`${parameters}\n${lines}`);
  const reading = parseDefinition('logs.yaml', text);
  if (!reading.definition) throw new Error(problemsOf(text).join('\n'));
  return reviewDefinition(reading.source, reading.spec, reading.definition)
    .filter(({ finding }) => finding === 'left-out')
    .map(inOneLine);
}

const container = (keys: string) => `container: {image: "a:1", ${keys}}`;

describe('an entry that is left out while what belongs to it stays', () => {
  it.each([
    [
      'args: [--cluster, a, --drain, "${drain}"]',
      '10:59: spec.container.args[3]: left out where "drain" has no value, while "--drain" stays; give "drain" a default, or put what belongs together under {when: drain, value: [--drain, "${drain}"]}',
    ],
    [
      'command: [serve, "${drain}"]',
      '10:46: spec.container.command[1]: left out where "drain" has no value, while the rest of the command stays; give "drain" a default, or put what belongs together under {when: drain, value: […]}',
    ],
    [
      'command: [/bin/sh, -ec], args: ["echo ${drain}; exec nginx"]',
      '10:61: spec.container.args[0]: left out where "drain" has no value, while the rest of the command stays; give "drain" a default, or put what belongs together under {when: drain, value: […]}',
    ],
    [
      'livenessProbe: {exec: {command: [nc, -z, localhost, "${drain}"]}}',
      '10:81: spec.container.livenessProbe.exec.command[3]: left out where "drain" has no value, while the rest of the command stays; give "drain" a default, or put what belongs together under {when: drain, value: […]}',
    ],
    [
      'env: [{name: A, value: {when: drain, value: x}}]',
      '10:52: spec.container.env[0].value: "A" is set and empty where the condition does not hold; put {when: …} around {name: A, …}',
    ],
    [
      'ports: [{containerPort: 80, name: "p${drain}"}]',
      '10:63: spec.container.ports[0].name: the whole port is left out where "drain" has no value; write name: {when: drain, value: "p${drain}"} if only this key is meant',
    ],
    [
      'args: [{when: "!names", value: "x"}, {when: [sure.zero, "!drain"], value: [--drain, "y"]}, -d, "${drain}"]',
      '10:124: spec.container.args[3]: left out where "drain" has no value, while "-d" stays; give "drain" a default, or put what belongs together under {when: drain, value: [-d, "${drain}"]}',
    ],
  ])('is found: %s', (keys, expected) => {
    expect(leftOut(container(keys))).toEqual([`logs.yaml:${expected}`]);
  });

  it('is found in what the app waits for', () => {
    const probe = 'tcpSocket: {port: 1}';
    const command = 'exec: {command: [nc, -z, localhost, "${drain}"]}';
    const ready = (keys: string) => leftOut(`${container('args: [a]')}\nready: {${keys}, within: 1m}`);
    expect(ready(command)).toHaveLength(1);
    expect(ready(probe)).toEqual([]);
    expect(ready(`when: drain, ${command}`)).toEqual([]);
  });

  it.each([
    'args: ["--drain=${drain}", "--name=${names}"]',
    'args: [--drain, "${sure}"]',
    'args: [serve, "${drain}"]',
    'args: [{when: drain, value: [--drain, "${drain}"]}]',
    'args: [{when: drain.zero, value: --no-drain}, {when: "!drain", value: a, else: "${drain}"}]',
    'args: [{each: names, value: [--name, "${each}", "${names}"]}]',
    'command: [sh, -c, exec server "$@", server], args: ["--drain=${drain}"]',
    'env: [{name: DRAIN, value: "${drain}"}, {name: B, value: {when: drain, value: a, else: b}}]',
    'ports: [{containerPort: "${drain}"}]',
    'command: ["${name}"], args: [--, "${drain}"]',
  ])('is no entry that stands alone or always has its value: %s', keys => {
    expect(leftOut(container(keys))).toEqual([]);
  });
});

describe('a parameter that nothing names', () => {
  const text = (keys: string, spec = '') =>
    definitionText(`parameters: {to: {type: name${keys}}}\n${spec}${container('args: [a]')}`);

  it('is an error where every pod must set it', () => {
    expect(problemsOf(text(', required: true', 'value: to\n'))).toEqual([
      'logs.yaml:6:20: spec.parameters.to: "to" is required and nothing names it; write "${to}" where it belongs',
    ]);
  });

  it('is a finding where it has no need to be set, and so is one without a description', () => {
    const reading = parseDefinition('logs.yaml', text(''));
    if (!reading.definition) throw new Error('not read');
    const remarks = reviewDefinition(reading.source, reading.spec, reading.definition).map(inOneLine);
    expect(remarks).toContain(
      'logs.yaml:6:20: spec.parameters.to: nothing names "to"; write "${to}" where it belongs, or remove it',
    );
    expect(remarks).toContain(
      'logs.yaml:6:20: spec.parameters.to: give it a description, one sentence for those who write annotations',
    );
  });

  it.each([
    'once: to\nmodes: [init]\n',
    'content: /${to}\n',
    'annotations: {example.com/to: "${to}"}\n',
    'app: {env: [{name: TO, value: "${to}"}]}\n',
    'ready: {when: to, tcpSocket: {port: 1}, within: 1m}\n',
  ])('is named by what is not the container: %s', spec => {
    expect(problemsOf(text(', required: true', spec))).toEqual([]);
  });
});

describe('a condition on a run that ends', () => {
  it('never holds where no mode runs once', () => {
    const args = container('args: [{when: run.once, value: a, else: b}]');
    expect(problemsOf(definitionText(args))).toEqual([
      'logs.yaml:6:43: spec.container.args[0].when: run.once never holds: "modes" has no init',
    ]);
    expect(problemsOf(definitionText(`modes: [classic, init]\n${args}`))).toEqual([]);
  });
});
