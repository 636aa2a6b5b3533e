import { describe, expect, it } from 'vitest';
import type { Json } from '../../../../src/kubernetes/json.ts';
import { keysOf, templateAt } from '../../../../src/policies/rules/keys-of-templates.ts';
import { renderTemplate } from '../../../../src/sidecars/template/render-template.ts';
import { parseTemplate } from '../../../../src/sidecars/template/template.ts';

const templates: readonly (readonly [string, Json])[] = [
  ['a literal', { a: 1, b: 2 }],
  ['a map', { a: '${x}', b: 2 }],
  ['a choice', { when: 'x', value: { a: 1 } }],
  ['a choice of two', { when: 'x', value: { a: 1 }, else: { a: 2, b: '${x}' } }],
  ['a choice under several conditions', { when: ['x', '!y'], value: { a: 1 }, else: { b: 2 } }],
  [
    'choices in each other',
    { when: 'x', value: { when: 'y', value: { a: 1 } }, else: { b: { when: 'y', value: 2 } } },
  ],
  ['nothing but a text', 'a'],
  ['a list', ['a']],
];

describe('a template under each of its keys', () => {
  it.each(templates)('says the same as the whole: %s', (_what, value) => {
    const template = parseTemplate(value, { kind: 'any' });
    for (const set of [[], ['x'], ['y'], ['x', 'y']]) {
      const scope = {
        name: 'logs',
        values: new Map(set.map(name => [name, { value: name }])),
        isOnce: false,
      };
      const whole = renderTemplate(template, scope);
      const made = keysOf(template).flatMap(key => {
        const below = templateAt(template, key);
        const rendered = below && renderTemplate(below, scope);
        return rendered === undefined ? [] : [[key, rendered] as const];
      });
      const isMap = typeof whole === 'object' && !Array.isArray(whole);
      expect(Object.fromEntries(made)).toEqual(isMap ? whole : {});
    }
  });

  it('is nothing under another key', () => {
    for (const [, value] of templates) {
      expect(templateAt(parseTemplate(value, { kind: 'any' }), 'c')).toBeUndefined();
    }
    expect(templateAt(undefined, 'a')).toBeUndefined();
    expect(keysOf(undefined)).toEqual([]);
  });
});
