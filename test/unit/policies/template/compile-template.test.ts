import { describe, expect, it } from 'vitest';
import type { Json } from '../../../../src/kubernetes/json.ts';
import { variable } from '../../../../src/policies/cel/build-expression.ts';
import { printExpression } from '../../../../src/policies/cel/print-expression.ts';
import { compileList, compileOptional } from '../../../../src/policies/template/compile-template.ts';
import type { TemplateScope } from '../../../../src/policies/template/template-scope.ts';
import { type ParameterSpec, parseParameter } from '../../../../src/sidecars/parameters/parameter.ts';
import type { Shape } from '../../../../src/sidecars/shape.ts';
import { parseTemplate } from '../../../../src/sidecars/template/template.ts';

const specs: Readonly<Record<string, ParameterSpec>> = {
  must: { type: 'string', default: 'a' },
  may: { type: 'string' },
  port: { type: 'port', default: '80' },
  count: { type: 'integer', or: ['none'], default: '1' },
  ports: { type: 'port', list: true, default: '80' },
  users: { type: 'integer', list: true, or: ['all'], default: '1' },
  labels: { type: 'string', map: true, default: 'a=b' },
  limits: { type: 'integer', map: true, default: 'a=1' },
  switches: { type: 'boolean', map: true, default: 'a=true' },
  time: { type: 'duration', default: '1s' },
  pause: { type: 'duration', or: ['never'], default: '1s' },
};

const scope: TemplateScope = {
  values: variable('v'),
  parameters: new Map(
    Object.entries(specs).map(([name, spec]) => {
      const parameter = parseParameter(name, spec);
      if (!('read' in parameter)) throw new Error(JSON.stringify(parameter));
      return [name, parameter] as const;
    }),
  ),
  isOnce: variable('isOnce'),
};

const any: Shape = { kind: 'any' };
const expanded: Shape = { kind: 'text', isExpanded: true };
const args: Shape = { kind: 'list', of: { kind: 'text' } };

function compiled(template: Json, shape: Shape = any): string {
  return printExpression(compileOptional(parseTemplate(template, shape), scope)).replaceAll('variables.', '');
}

// What the expressions mean is asked of the API server's own code, in test/e2e/policy-templates.test.ts.
describe('a template as an expression', () => {
  it.each<[string, Json, string]>([
    ['a text', "it's", "'it\\'s'"],
    ['a number', 8, '8'],
    ['half a number', 0.5, '0.5'],
    ['a boolean', false, 'false'],
    ['a structure', { a: [1, null] }, "{'a': dyn([dyn(1), dyn(null)])}"],
    ['the instance', '${name}', "v['name']"],
    ['a parameter', '${port}', "v['port']"],
    ['a text with parameters', ':${port}-${must}', "':' + string(v['port']) + '-' + v['must']"],
    ['a list in a text', '${ports}/', "v['ports'].map(entry, string(entry)).join(',') + '/'"],
    ['a map in a text', '${labels}/', "v['labels'].map(pair, pair[0] + '=' + pair[1]).join(',') + '/'"],
    ['a list', '${ports}', "v['ports']"],
    ['a map', '${labels}', "v['labels'].transformMapEntry(index, pair, {pair[0]: pair[1]})"],
    ['numbers by name', '${limits}', "v['limits'].transformMapEntry(index, pair, {pair[0]: int(pair[1])})"],
    [
      'booleans by name',
      '${switches}',
      "v['switches'].transformMapEntry(index, pair, {pair[0]: pair[1] == 'true'})",
    ],
    ['seconds', '${time.seconds}', "v['time.seconds']"],
  ])('has its value: %s', (_what, template, text) => {
    expect(compiled(template)).toBe(`optional.of(dyn(${text}))`);
  });

  it.each<[string, Json, string]>([
    ['a parameter', '${may}', "'may' in v ? optional.of(dyn(v['may'])) : optional.none()"],
    ['a text', '${may}!', "'may' in v ? optional.of(dyn(v['may'] + '!')) : optional.none()"],
    ['a choice', { when: '!run.once', value: 1 }, '!isOnce ? optional.of(dyn(1)) : optional.none()'],
    [
      'two choices',
      { when: ['may', 'run.once'], value: 1, else: '${may}' },
      "!('may' in v && isOnce ? false : !('may' in v)) ? optional.of(dyn('may' in v && isOnce ? dyn(1) : dyn(v['may']))) : optional.none()",
    ],
    [
      'the seconds of a word',
      '${pause.seconds}',
      "v['pause.seconds'] != 0 ? optional.of(dyn(v['pause.seconds'])) : optional.none()",
    ],
    [
      'a key of a map',
      { a: '${may}' },
      "optional.ofNonZeroValue(dyn({?'a': 'may' in v ? optional.of(dyn(v['may'])) : optional.none()}))",
    ],
    [
      'a map that is full',
      { a: '${may}', b: 1 },
      "optional.of(dyn({?'a': 'may' in v ? optional.of(dyn(v['may'])) : optional.none(), 'b': dyn(1)}))",
    ],
  ])('is left out without a value: %s', (_what, template, text) => {
    expect(compiled(template)).toBe(text);
  });

  it('knows what is there always, and makes no choice of it', () => {
    expect(compiled({ when: 'must', value: 1, else: 2 })).toBe('optional.of(dyn(1))');
    expect(compiled({ when: '!must', value: 1 })).toBe('optional.none()');
  });

  it.each<[string, Json, string]>([
    ['a text', '${must}', 'contains'],
    ['a word beside a number', { json: ['${count}'] }, 'contains'],
  ])('escapes what the kubelet would replace in %s', (_what, template, text) => {
    expect(compiled(template, expanded)).toContain(text);
  });

  it('escapes nothing where there is no dollar sign', () => {
    expect(compiled('$(A) ${port} ${time}', expanded)).not.toContain('contains');
  });
});

describe('an entry of a list', () => {
  const compiledList = (template: Json, shape: Shape = args) =>
    printExpression(compileList(parseTemplate(template, shape), scope)).replaceAll('variables.', '');

  it.each<[string, Json, string]>([
    [
      'is left out',
      ['${may}', 'a'],
      "[?'may' in v ? optional.of(dyn(v['may'])) : optional.none(), dyn('a')]",
    ],
    ['stands for each value', ['--${ports}'], "dyn(v['ports'].map(entry, '--' + string(entry)))"],
    [
      'stands for a word where that is in place of a list',
      ['--${users}'],
      "dyn((type(v['users']) == string ? dyn([v['users']]) : dyn(v['users'])).map(entry, '--' + string(entry)))",
    ],
    [
      'is made for each value',
      [{ each: 'ports', value: '${each}/${each.index}' }],
      "dyn(v['ports'].transformList(index, entry, [dyn(string(entry) + '/' + string(index))]).flatten())",
    ],
    [
      'stands for several, or none',
      [{ when: 'run.once', value: ['-x', '${may}'] }],
      "dyn(isOnce ? dyn(!('may' in v) ? [] : [dyn('-x'), ?'may' in v ? optional.of(dyn(v['may'])) : optional.none()]) : [])",
    ],
    [
      'tells of what it is made for that it has no value',
      [{ when: 'run.once', value: ['-x', { each: 'ports', value: '${may}' }] }],
      "!('may' in v)",
    ],
  ])('%s', (_what, template, text) => {
    expect(compiledList(template)).toContain(text);
  });

  it('takes a map away as a whole', () => {
    const env: Shape = { kind: 'list', of: { kind: 'object', fields: {} } };
    expect(compiledList([{ name: 'A', value: '${may}' }], env)).toBe(
      "[?'may' in v ? optional.of(dyn({'name': dyn('A'), 'value': dyn(v['may'])})) : optional.none()]",
    );
  });
});

describe('JSON in a text', () => {
  const quoted = (text: string) => `'"' + ${text}.replace('\\\\', '\\\\\\\\').replace('"', '\\\\"') + '"'`;
  const compiledJson = (template: Json) => compiled({ json: template }, expanded);

  it.each<[string, Json, string]>([
    ['a text', ['${must}'], quoted("v['must']")],
    ['a number', { a: '${port}' }, `'"a":' + string(v['port'])`],
    ['numbers', ['${ports}', 1], "v['ports'].map(entry, string(entry))"],
    ['all numbers', { a: '${ports}' }, "'[' + v['ports'].map(entry, string(entry)).join(',') + ']'"],
    ['booleans by name', { a: '${switches}' }, `${quoted('pair[0]')} + ':' + pair[1]`],
    ['texts by name', { a: '${labels}' }, `${quoted('pair[0]')} + ':' + (${quoted('pair[1]')})`],
    ['a number or a word', { a: '${count}' }, "type(v['count']) == string"],
    ['a list or a word', { a: '${users}' }, "type(v['users']) == string ? dyn('\"' + v['users']"],
  ])('holds %s', (_what, template, text) => {
    expect(compiledJson(template)).toContain(text);
  });

  it('has keys that are numbers first, as JSON.stringify', () => {
    const text = compiledJson({ b: '${port}', '10': '${port}', '2': 1 });
    const places = ['"2":', '"10":', '"b":'].map(key => text.indexOf(key));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });
});
