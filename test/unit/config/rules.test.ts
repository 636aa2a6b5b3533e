import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/parse-config.ts';

function read(inject: unknown) {
  const text = JSON.stringify({ inject });
  const file = { path: 'config.yaml', text };
  return { config: undefined, problems: [], ...parseConfig({ flags: [], variables: {}, file }) };
}

const problemsOf = (value: unknown) => read(value).problems;
const annotations = { 'sidecar.io/logs': 'true' };
const withAnnotations = (more: object) => problemsOf([{ annotations: more }]);

describe('the rules of the configuration', () => {
  it('are read as they are written, and counted', () => {
    const pods = { matchExpressions: [{ key: 'app', operator: 'Exists' }] };
    const namespaces = { matchLabels: { team: 'a' } };
    expect(read([{ annotations }, { namespaces, pods, annotations }]).config?.inject).toEqual([
      { from: 'rule 1', annotations },
      { from: 'rule 2', namespaces, pods, annotations },
    ]);
    expect(read([]).config?.inject).toEqual([]);
    expect(parseConfig({ flags: [], variables: {} })).toMatchObject({ config: { inject: [] } });
  });

  it('stand in the file only', () => {
    expect(parseConfig({ flags: ['--inject=x'], variables: {} })).toMatchObject({
      problems: ['unknown flag --inject'],
    });
    const variables = { SIDECAR_INJECTOR_INJECT: 'x' };
    expect(parseConfig({ flags: [], variables })).toMatchObject({ config: { inject: [] } });
  });

  const example = '[{namespaces: {matchLabels: {team: shop}}, annotations: {"sidecar.io/logs": "true"}}]';

  it.each([
    ['logs', `config.yaml: inject: got "logs"; use a list of rules, as in ${example}`],
    [null, `config.yaml: inject: got null; use a list of rules, as in ${example}`],
    [
      { annotations },
      `config.yaml: inject: got {"annotations":{"sidecar.io/logs":"true"}}; use a list of rules, as in ${example}`,
    ],
    [['logs'], 'config.yaml: inject[0]: got "logs"; use a map with namespaces, pods, annotations'],
    [
      [{ annotations }, null],
      'config.yaml: inject[1]: got null; use a map with namespaces, pods, annotations',
    ],
  ])('are a list of maps, and nothing else: case %#', (value, problem) => {
    expect(problemsOf(value)).toEqual([problem]);
  });

  it('are at most fifty', () => {
    const rules = Array.from({ length: 51 }, () => ({ annotations }));
    expect(problemsOf(rules.slice(0, 50))).toEqual([]);
    expect(problemsOf(rules)).toEqual(['config.yaml: inject: got 51 rules; use at most 50']);
  });

  it('are told of all their problems at once, each with its place', () => {
    expect(
      problemsOf([
        { namespace: {}, namespaces: null, annotations },
        { namespaces: { matchLabel: {} }, pods: { matchExpressions: [{ key: 'a', operator: 'in' }] } },
      ]),
    ).toEqual([
      'config.yaml: inject[0]: unknown key "namespace"; did you mean "namespaces"?',
      'config.yaml: inject[0].namespaces: got null; use a label selector: matchLabels, matchExpressions or both',
      'config.yaml: inject[1].namespaces: unknown key "matchLabel"; did you mean "matchLabels"?',
      'config.yaml: inject[1].pods.matchExpressions[0].operator: got "in"; use one of In, NotIn, Exists, DoesNotExist',
      'config.yaml: inject[1].annotations: is missing; use a map of annotations, as in {"sidecar.io/logs": "true"}',
    ]);
  });

  it.each([
    ['mount', '/site'],
    ['containers', 'web'],
    ['env', 'true'],
  ])('never change the containers of the app: .%s', (parameter, value) => {
    const problem = "only a pod, its workload or its namespace may ask for a change of the app's containers";
    for (const name of ['logs', 'logs_audit']) {
      const key = `sidecar.io/${name}.${parameter}`;
      expect(withAnnotations({ ...annotations, [key]: value })).toEqual([
        `config.yaml: inject[0].annotations.${key}: ${problem}`,
      ]);
    }
    expect(withAnnotations({ [`sidecar.io/${parameter}`]: 'true' })).toEqual([]);
  });

  it.each([
    ['example.com/logs', 'only what asks for sidecars counts; use a key as in sidecar.io/logs'],
    ['logs', 'only what asks for sidecars counts; use a key as in sidecar.io/logs'],
    ['sidecar.io/status', 'only what asks for sidecars counts; use a key as in sidecar.io/logs'],
    ['sidecar.io/propagated', 'only what asks for sidecars counts; use a key as in sidecar.io/logs'],
    ['sidecar.io/Logs', 'use sidecar.io/<sidecar>[_<instance>][.<parameter>]'],
    ['sidecar.io/', 'use sidecar.io/<sidecar>[_<instance>][.<parameter>]'],
    ['sidecar.io/logs.mount.x', 'use sidecar.io/<sidecar>[_<instance>][.<parameter>]'],
  ])('have no annotation %s', (key, problem) => {
    expect(withAnnotations({ [key]: 'true' })).toEqual([
      `config.yaml: inject[0].annotations.${key}: ${problem}`,
    ]);
  });

  it.each([
    [
      { 'sidecar.io/logs': true },
      '.sidecar.io/logs: got true; use a text, in quotes where it is a number, true or false',
    ],
    [{ 'sidecar.io/inject': 'no' }, '.sidecar.io/inject: got "no"; use "true" or "false"'],
    [{}, ': got {}; use a map of annotations, as in {"sidecar.io/logs": "true"}'],
    [[], ': got []; use a map of annotations, as in {"sidecar.io/logs": "true"}'],
    [
      { 'sidecar.io/logs': 'x'.repeat(4000) },
      ': got 4015 characters; use at most 4000, keys and values together',
    ],
  ])('have annotations with texts of a bounded length: case %#', (value, problem) => {
    expect(problemsOf([{ annotations: value }])).toEqual([`config.yaml: inject[0].annotations${problem}`]);
  });

  it('show no credential', () => {
    const [problem = ''] = withAnnotations({ 'https://user:hunter2hunter2@example.com/x': 'true' });
    expect(problem).not.toContain('hunter2');
    const [other = ''] = problemsOf('https://user:hunter2hunter2@example.com/x');
    expect(other).not.toContain('hunter2');
  });
});
