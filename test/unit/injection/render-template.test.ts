import { describe, expect, it } from 'vitest';
import { renderListEntry, renderTemplate, type Scope } from '../../../src/injection/render-template.ts';
import type { Json } from '../../../src/kubernetes/json.ts';
import type { Shape } from '../../../src/sidecars/shape.ts';
import { parseTemplate } from '../../../src/sidecars/template.ts';

const scope: Scope = {
  name: 'logs-audit',
  values: new Map(
    [
      { name: 'text', text: 'hello', value: 'hello' },
      { name: 'money', text: '$(A) $$ $', value: '$(A) $$ $' },
      { name: 'count', text: '3', value: 3 },
      { name: 'on', text: 'true', value: true, facts: ['true'] },
      { name: 'off', text: 'false', value: false, facts: ['false'] },
      { name: 'zero', text: '0', value: 0 },
      { name: 'address', text: 'a@b', value: 'a@b', facts: ['ssh'] },
    ].map(({ name, ...value }) => [name, value] as const),
  ),
  isOnce: false,
};

const text: Shape = { kind: 'text' };
const expanded: Shape = { kind: 'text', isExpanded: true };
const number: Shape = { kind: 'number' };
const boolean: Shape = { kind: 'boolean' };
const list: Shape = { kind: 'list', of: text };
const pair: Shape = { kind: 'object', fields: { a: text, b: text, n: number } };
const pairs: Shape = { kind: 'list', of: pair };

function render(value: Json, shape: Shape, of: Scope = scope): Json | undefined {
  return renderTemplate(parseTemplate(value, shape), of);
}

describe('a text', () => {
  it.each<[Json, Json]>([
    ['plain', 'plain'],
    ['', ''],
    ['${text}', 'hello'],
    ['<${text}-${count}>', '<hello-3>'],
    ['${name}', 'logs-audit'],
    ['$${text}', '${text}'],
    ['$${text}-${text}', '${text}-hello'],
    ['${on} ${off} ${zero}', 'true false 0'],
    ['$(HOME)', '$(HOME)'],
    ['${money}', '$(A) $$ $'],
  ])('%j becomes %j', (template, rendered) => {
    expect(render(template, text)).toBe(rendered);
  });

  it('escapes what is inserted, and only that, where the kubelet expands', () => {
    expect(render('$(HOME)/${money}', expanded)).toBe('$(HOME)/$$(A) $$$$ $$');
    expect(render('${text} $x', expanded)).toBe('hello $x');
    expect(render('${count}', expanded)).toBe('3');
  });

  it('is left out where it names a parameter without a value', () => {
    expect(render('${nothing}', text)).toBeUndefined();
    expect(render('${text}-${nothing}', text)).toBeUndefined();
    expect(render('${constructor}', text)).toBeUndefined();
  });
});

describe('a value that is exactly one parameter', () => {
  it('keeps its type where Kubernetes wants a number or a boolean', () => {
    expect(render('${count}', number)).toBe(3);
    expect(render('${zero}', number)).toBe(0);
    expect(render('${on}', boolean)).toBe(true);
    expect(render('${off}', boolean)).toBe(false);
    expect(render('${count}', { kind: 'number-or-text' })).toBe(3);
  });

  it('is a text where Kubernetes wants one', () => {
    expect(render('${count}', text)).toBe('3');
    expect(render('${off}', { kind: 'map', of: text })).toBe(false);
    expect(render({ a: '${off}' }, pair)).toEqual({ a: 'false' });
  });

  it('is left out without a value', () => {
    expect(render('${nothing}', number)).toBeUndefined();
  });
});

describe('a list', () => {
  it('loses the entries that name a parameter without a value, and keeps the order of the others', () => {
    expect(render(['a', '--x=${nothing}', '--y=${text}', 'z'], list)).toEqual(['a', '--y=hello', 'z']);
  });

  it('loses an entry as a whole, however deep the parameter stands in it', () => {
    const deep: Shape = { kind: 'list', of: { kind: 'object', fields: { a: text, from: pair } } };
    expect(render([{ a: 'x', from: { a: '${nothing}', b: 'y' } }, { a: 'z' }], deep)).toEqual([{ a: 'z' }]);
  });

  it('is left out when it loses all', () => {
    expect(render(['${nothing}'], list)).toBeUndefined();
    expect(render({ a: 'x', n: '${nothing}' }, pair)).toEqual({ a: 'x' });
    expect(render([{ when: 'nothing', value: 'a' }], list)).toBeUndefined();
  });

  it('may be empty where it is written so', () => {
    expect(render([], list)).toEqual([]);
    expect(render({}, pair)).toEqual({});
  });
});

describe('a map', () => {
  it('loses the keys that name a parameter without a value', () => {
    expect(render({ a: '${nothing}', b: '${text}' }, pair)).toEqual({ b: 'hello' });
  });

  it('is left out when it loses all', () => {
    expect(render({ a: '${nothing}' }, pair)).toBeUndefined();
  });

  it('is an entry of a list that is left out as a whole, where it is rendered as one', () => {
    const template = parseTemplate({ a: '${nothing}', b: '${text}' }, pair);
    expect(renderTemplate(template, scope)).toEqual({ b: 'hello' });
    expect(renderListEntry(template, scope)).toBeUndefined();
  });
});

describe('a choice', () => {
  it.each<[Json, Json | undefined]>([
    [{ when: 'text', value: 'yes' }, 'yes'],
    [{ when: 'nothing', value: 'yes' }, undefined],
    [{ when: 'nothing', value: 'yes', else: 'no' }, 'no'],
    [{ when: '!nothing', value: 'yes', else: 'no' }, 'yes'],
    [{ when: ['text', 'address.ssh'], value: 'yes', else: 'no' }, 'yes'],
    [{ when: ['text', '!address.ssh'], value: 'yes', else: 'no' }, 'no'],
    [{ when: 'off', value: 'is set', else: 'no' }, 'is set'],
    [{ when: 'off.true', value: 'yes', else: 'no' }, 'no'],
    [{ when: 'run.once', value: 'yes', else: 'no' }, 'no'],
    [{ when: 'text', value: '${count}' }, '3'],
    [{ when: 'nothing', value: 'a', else: { when: 'on.true', value: 'b' } }, 'b'],
  ])('%j gives %j', (choice, rendered) => {
    expect(render(choice, text)).toEqual(rendered);
  });

  it('knows whether the run is the one that ends', () => {
    const template: Json = { when: 'run.once', value: 'yes', else: 'no' };
    expect(render(template, text, { ...scope, isOnce: true })).toBe('yes');
  });

  it('leaves out just itself where it has no branch, not the map around it', () => {
    expect(render([{ a: 'x', b: { when: 'nothing', value: 'y' } }], pairs)).toEqual([{ a: 'x' }]);
    // Unlike a parameter without a value, which takes the entry away.
    expect(render([{ a: 'x', b: '${nothing}' }], pairs)).toBeUndefined();
  });

  it('may stand for a whole entry, a whole list and a whole map', () => {
    expect(
      render(
        [
          { when: 'on.true', value: { a: '1' } },
          { when: 'on.false', value: { a: '2' } },
        ],
        pairs,
      ),
    ).toEqual([{ a: '1' }]);
    expect(render({ when: 'on.true', value: ['x', 'y'] }, list)).toEqual(['x', 'y']);
    expect(render({ when: 'on.false', value: { a: 'x' }, else: { n: '${count}' } }, pair)).toEqual({ n: 3 });
  });

  it('does not evaluate the branch that is not taken', () => {
    expect(render([{ when: 'on.true', value: { a: 'x' }, else: { a: '${nothing}' } }], pairs)).toEqual([
      { a: 'x' },
    ]);
  });
});
