import { describe, expect, it } from 'vitest';
import type { Json } from '../../../../src/kubernetes/json.ts';
import type { Shape } from '../../../../src/sidecars/shape.ts';
import { renderTemplate, type Scope } from '../../../../src/sidecars/template/render-template.ts';
import { parseTemplate } from '../../../../src/sidecars/template/template.ts';

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
      { name: 'time', text: '1m30s', value: '1m30s', magnitude: 90 },
      { name: 'never', text: 'off', value: 'off', facts: ['off'] },
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
    ['${time} ${time.seconds}', '1m30s 90'],
    ['$${time.seconds}', '${time.seconds}'],
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

  it('is a text where it is the name of the instance', () => {
    expect(render('${name}', { kind: 'number-or-text' })).toBe('logs-audit');
    expect(render('${name}', { kind: 'any' })).toBe('logs-audit');
    expect(render(['${name}'], { kind: 'list', of: { kind: 'any' } })).toEqual(['logs-audit']);
    expect(render({ json: { service: '${name}' } }, expanded)).toBe('{"service":"logs-audit"}');
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

describe('the seconds of a duration', () => {
  const secondsOf = (magnitude: number, shape: Shape = text) =>
    render('${t.seconds}', shape, { ...scope, values: new Map([['t', { value: 'as written', magnitude }]]) });

  it.each([
    [300, '300'],
    [0.1, '1'],
    [0, '1'],
    [1.1, '2'],
    [1.1 + 0.9, '2'],
    [0.1 + 0.2 + 2.7, '3'],
    [9.1e9, '9100000000'],
  ])('are whole, rounded up and never none: %d', (magnitude, seconds) => {
    expect(secondsOf(magnitude)).toBe(seconds);
  });

  it('are a number where Kubernetes wants one, and in a structure', () => {
    expect(secondsOf(90, number)).toBe(90);
    expect(render([{ json: { wait: '${time.seconds}' } }], { kind: 'list', of: expanded })).toEqual([
      '{"wait":90}',
    ]);
  });

  it('are no value where the parameter has none, or a literal', () => {
    expect(render(['--a=${never.seconds}', '--b=${nothing.seconds}', '--c'], list)).toEqual(['--c']);
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
    expect(
      renderTemplate(parseTemplate([{ a: '${nothing}', b: '${text}' }], { kind: 'list', of: pair }), scope),
    ).toBeUndefined();
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

describe('a list parameter', () => {
  const withLists: Scope = {
    ...scope,
    values: new Map([
      ...scope.values,
      ['names', { value: ['a', 'b'] }],
      ['ports', { value: [1, 2] }],
      ['labels', { value: { x: '1', y: '2' } }],
      ['money-list', { value: ['$(A)', '$$'] }],
    ]),
  };

  it.each<[Json, Shape, Json]>([
    [['--first', '--name=${names}', '--last'], list, ['--first', '--name=a', '--name=b', '--last']],
    [['${ports}'], list, ['1', '2']],
    [[{ when: 'names', value: '--name=${names}' }], list, ['--name=a', '--name=b']],
    [[{ when: '!names', value: '--none', else: '--name=${names}' }], list, ['--name=a', '--name=b']],
    [['${name}:${names}:${text}'], list, ['logs-audit:a:hello', 'logs-audit:b:hello']],
    [['${money-list}'], { kind: 'list', of: expanded }, ['$$(A)', '$$$$']],
    ['${names}', text, 'a,b'],
    ['${labels}', text, 'x=1,y=2'],
    [[{ a: '${names}' }], pairs, [{ a: 'a,b' }]],
  ])('%j is repeated as an entry and joined elsewhere', (template, shape, rendered) => {
    expect(render(template, shape, withLists)).toEqual(rendered);
  });
});

describe('a structure', () => {
  const structured: Scope = {
    ...scope,
    values: new Map([
      ...scope.values,
      ['names', { value: ['a', 'b'] }],
      ['labels', { value: { x: '1' } }],
      ['quote', { value: '"}, \\' }],
    ]),
  };
  const jsonOf = (value: Json) => render({ json: value }, expanded, structured);

  it.each<[Json, unknown]>([
    [
      { a: 1, b: [true, null], c: 'x' },
      { a: 1, b: [true, null], c: 'x' },
    ],
    [
      { a: '${count}', b: '${on}', c: 'n${count}' },
      { a: 3, b: true, c: 'n3' },
    ],
    [
      { a: '${names}', b: ['${names}'], c: '${labels}' },
      { a: ['a', 'b'], b: ['a', 'b'], c: { x: '1' } },
    ],
    [
      { a: '${quote}', b: '<${quote}>' },
      { a: '"}, \\', b: '<"}, \\>' },
    ],
    [{ a: '${nothing}', b: { c: '${nothing}' }, d: 1 }, { d: 1 }],
    [{ a: { when: 'text', value: 1, else: 2 }, b: { when: '!text', value: 1 } }, { a: 1 }],
    [[{ when: 'nothing', value: 1 }, 2], [2]],
  ])('%j becomes its JSON', (value, expected) => {
    expect(JSON.parse(String(jsonOf(value)))).toEqual(expected);
  });

  it('holds nothing that the kubelet would expand', () => {
    expect(jsonOf({ a: '${money}', b: '$(HOME)', c: '$${env:A}' })).toBe(
      '{"a":"$$(A) $$$$ $","b":"$$(HOME)","c":"${env:A}"}',
    );
  });

  it('is left out where nothing is left of it, and leaves its surroundings alone', () => {
    expect(jsonOf({ a: '${nothing}' })).toBeUndefined();
    const env: Shape = { kind: 'list', of: { kind: 'object', fields: { name: text, value: expanded } } };
    expect(render([{ name: 'A', value: { json: { a: '${nothing}', b: 1 } } }], env, structured)).toEqual([
      { name: 'A', value: '{"b":1}' },
    ]);
  });

  it('is no form of a text that nobody expands', () => {
    expect(render({ json: { a: 1 } }, text, structured)).toEqual({ json: { a: 1 } });
  });
});

describe('an entry for each value', () => {
  const texts: Shape = { kind: 'list', of: { kind: 'text', isExpanded: true } };
  const numbers: Shape = { kind: 'list', of: { kind: 'object', fields: { port: { kind: 'number' } } } };
  const lists: Scope = {
    name: 'logs',
    values: new Map<string, { text: string; value: Json; facts?: string[] }>([
      ['ports', { text: '80,81', value: [80, 81] }],
      ['none', { text: 'none', value: 'none', facts: ['none'] }],
      ['labels', { text: 'a=$(X),b=2', value: { a: '$(X)', b: '2' } }],
      ['on', { text: 'true', value: true, facts: ['true'] }],
    ]),
    isOnce: false,
  };
  const rendered = (value: Json, shape: Shape = texts) => renderTemplate(parseTemplate(value, shape), lists);

  it('keeps the type of the value', () => {
    expect(rendered([{ each: 'ports', value: { port: '${each}' } }], numbers)).toEqual([
      { port: 80 },
      { port: 81 },
    ]);
  });

  it('is none where the parameter has no value, or its condition does not hold', () => {
    expect(rendered([{ each: 'missing', value: '${each}' }, 'a'])).toEqual(['a']);
    expect(rendered([{ each: 'ports', when: '!on', value: '${each}' }, 'a'])).toEqual(['a']);
    expect(rendered([{ each: 'ports', when: 'on.true', value: '${each}' }])).toEqual(['80', '81']);
  });

  it('is known in lists inside of JSON', () => {
    expect(rendered([{ each: 'ports', value: { json: { ports: ['${each}'] } } }])).toEqual([
      '{"ports":[80]}',
      '{"ports":[81]}',
    ]);
  });

  it('is one for a literal beside the type', () => {
    expect(rendered([{ each: 'none', value: '--${each}' }])).toEqual(['--none']);
  });

  it('escapes what the kubelet would replace', () => {
    expect(rendered([{ each: 'labels', value: '${each.name}=${each.value}' }])).toEqual(['a=$$(X)', 'b=2']);
  });

  it('holds choices, and is left out where it names a parameter without a value', () => {
    const value = ['-p', { when: 'on', value: '${each}', else: 'x' }];
    expect(rendered([{ each: 'ports', value }])).toEqual(['-p', '80', '-p', '81']);
    expect(rendered([{ each: 'ports', value: ['-p', '${missing}'] }, 'a'])).toEqual(['a']);
  });

  it('stands in a structure in JSON, where a list stays one', () => {
    const json = { list: [{ each: 'ports', value: ['${each}', { index: '${each.index}' }] }] };
    expect(rendered([{ json }])).toEqual([
      JSON.stringify({
        list: [
          [80, { index: 0 }],
          [81, { index: 1 }],
        ],
      }),
    ]);
  });

  it('leaves a key of that name in JSON alone where it is no such entry', () => {
    const json = { list: [{ each: 'ports', other: 1 }, { each: 'x' }] };
    expect(rendered([{ json }])).toEqual([JSON.stringify(json)]);
  });
});

describe('several entries under one condition', () => {
  const texts: Shape = { kind: 'list', of: { kind: 'text', isExpanded: true } };
  const rendered = (value: Json) => renderTemplate(parseTemplate(value, texts), scope);

  it('stand one after the other, in place of the one', () => {
    expect(rendered(['a', { when: 'text', value: ['--text', '${text}'], else: ['--none'] }, 'b'])).toEqual([
      'a',
      '--text',
      'hello',
      'b',
    ]);
    expect(rendered(['a', { when: '!text', value: ['--text'], else: ['--none', 'c'] }])).toEqual([
      'a',
      '--none',
      'c',
    ]);
  });

  it('are all left out where one of them names a parameter without a value', () => {
    expect(rendered(['a', { when: 'text', value: ['--text', '${nothing}'] }])).toEqual(['a']);
    expect(rendered(['a', { when: 'text', value: ['b', { when: 'nothing', value: 'c' }] }])).toEqual([
      'a',
      'b',
    ]);
  });
});
