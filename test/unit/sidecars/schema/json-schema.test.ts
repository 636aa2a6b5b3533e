import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { definitionJsonSchema } from '../../../../src/sidecars/schema/json-schema.ts';
import { definitionText, problemsOf } from '../definition-text.ts';
import { violations } from './json-schema-validator.ts';

const schema = definitionJsonSchema();
const gitSync = readFileSync(new URL('../../../../sidecars/git-sync.yaml', import.meta.url), 'utf8');

describe('the JSON Schema', () => {
  it('is named by the definition that ships with the project, so that editors find it', () => {
    expect(gitSync.split('\n')[0]).toBe('# yaml-language-server: $schema=./sidecar.schema.json');
    expect(schema['$schema']).toBe('http://json-schema.org/draft-07/schema#');
  });

  it('accepts the definition that ships with the project', () => {
    expect(violations(schema, parse(gitSync))).toEqual([]);
  });

  it('explains the keys of a definition', () => {
    const { spec } = schema['properties'] as Record<
      string,
      Record<string, Record<string, { description?: string }>>
    >;
    const { properties = {} } = spec ?? {};
    const unexplained = Object.entries(properties).filter(([, { description }]) => !description);
    expect(unexplained.map(([key]) => key)).toEqual(['mount']);
  });

  const base = 'container: {image: "a:1"}';

  it.each([
    ['the least', base],
    ['a condition', 'container: {image: "a:1", args: [{when: cpu, value: a, else: b}]}'],
    [
      'a condition in a condition',
      'container: {image: "a:1", args: [{when: cpu, value: {when: "!cpu", value: a}, else: {when: cpu, value: b}}]}',
    ],
    ['a list of conditions', 'container: {image: "a:1", args: [{when: [cpu, "!cpu"], value: a}]}'],
    [
      'a parameter where Kubernetes wants a number',
      'parameters: {port: {type: port}}\ncontainer: {image: "a:1", ports: [{containerPort: "${port}"}]}',
    ],
    [
      'a parameter where Kubernetes wants a boolean',
      'parameters: {tty: {type: boolean}}\ncontainer: {image: "a:1", tty: "${tty}"}',
    ],
    [
      'a port by name',
      'container: {image: "a:1", ports: [{containerPort: 80, name: http}], livenessProbe: {httpGet: {port: http}}}',
    ],
    ['a port by number', 'container: {image: "a:1", livenessProbe: {httpGet: {port: 80}}}'],
    [
      'numbers and booleans among scalars',
      `parameters: {a: {type: integer, default: 5, not: [6, true]}}\n${base}`,
    ],
    ['a ready', `ready: {exec: {command: [a]}, within: 5s}\n${base}`],
    ['a ready that waits', `ready: {exec: {command: [a]}, within: 5s, timeout: 5s}\n${base}`],
    ['one condition for "once"', `parameters: {a: {type: string}}\nmodes: [init]\nonce: a\n${base}`],
    ['pod annotations', `annotations: {example.com/a: "true"}\n${base}`],
  ])('and the reader both accept %s', (_what, spec) => {
    const text = definitionText(spec);
    expect(problemsOf(text)).toEqual([]);
    expect(violations(schema, parse(text))).toEqual([]);
  });

  it.each([
    ['an unknown key', `ordr: 1\n${base}`],
    ['an unknown key in the container', 'container: {image: "a:1", imag: b}'],
    [
      'an unknown key in a condition',
      'container: {image: "a:1", args: [{when: run.once, value: a, then: b}]}',
    ],
    ['an unknown key in a volume', `volumes: [{name: a, emptydir: {}}]\n${base}`],
    ['an unknown key in a probe', 'container: {image: "a:1", livenessProbe: {exec: {cmd: []}}}'],
    ['an unknown key in a parameter', `parameters: {a: {type: string, min: 1}}\n${base}`],
    ['a container without image', 'container: {}'],
    ['a missing container', 'order: 1'],
    ['a condition without value', 'container: {image: "a:1", args: [{when: run.once}]}'],
    ['the name of the container', 'container: {image: "a:1", name: a}'],
    ['its restart policy', 'container: {image: "a:1", restartPolicy: Always}'],
    ['its startup probe', 'container: {image: "a:1", startupProbe: {exec: {command: [a]}}}'],
    ['a number for a text', 'container: {image: 5}'],
    ['a text for a boolean', 'container: {image: "a:1", tty: "yes"}'],
    ['a text for a number', 'container: {image: "a:1", ports: [{containerPort: "80"}]}'],
    ['more than a parameter for a number', 'container: {image: "a:1", ports: [{containerPort: "8${cpu}"}]}'],
    ['a fraction', 'order: 1.5\ncontainer: {image: "a:1"}'],
    ['a map for a list', 'container: {image: "a:1", args: {}}'],
    ['a choice for a list of the container', 'container: {image: "a:1", args: {when: run.once, value: [a]}}'],
    ['a choice for the volumes', `volumes: {when: run.once, value: []}\n${base}`],
    ['a choice for the container', 'container: {when: run.once, value: {image: "a:1"}}'],
    ['a name that is too long', `parameters: {${'a'.repeat(64)}: {type: string}}\n${base}`],
    ['a boolean for a port', 'container: {image: "a:1", livenessProbe: {httpGet: {port: true}}}'],
    ['a fraction for a port', 'container: {image: "a:1", livenessProbe: {httpGet: {port: 1.5}}}'],
    ['an unknown type', `parameters: {a: {type: text}}\n${base}`],
    ['an unknown mode', `modes: [fast]\n${base}`],
    ['a bad fact', 'container: {image: "a:1", args: [{when: "a b", value: a}]}'],
    ['a bad parameter name', `parameters: {A_b: {type: string}}\n${base}`],
    ['a ready without "within"', `ready: {exec: {command: [a]}}\n${base}`],
    ['nothing for a text', 'container: {image: }'],
  ])('and the reader both refuse %s', (_what, spec) => {
    const text = definitionText(spec);
    expect(problemsOf(text)).not.toEqual([]);
    expect(violations(schema, parse(text))).not.toEqual([]);
  });

  it.each([
    ['a bad name', 'metadata: {name: logs}', 'metadata: {name: Logs}'],
    ['another kind', 'kind: Sidecar', 'kind: Pod'],
    ['another version', 'sidecar.io/v1', 'sidecar.io/v2'],
  ])('and the reader both refuse %s', (_what, from, to) => {
    const text = definitionText(base).replace(from, to);
    expect(problemsOf(text)).not.toEqual([]);
    expect(violations(schema, parse(text))).not.toEqual([]);
  });
});
