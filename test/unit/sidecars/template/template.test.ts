import { describe, expect, it } from 'vitest';
import type { Shape } from '../../../../src/sidecars/shape.ts';
import { parseConditions, parseTemplate, textParts } from '../../../../src/sidecars/template/template.ts';

describe('textParts', () => {
  const repo = { parameter: 'repo' };

  it.each<[string, ReturnType<typeof textParts>]>([
    ['', ['']],
    ['plain', ['plain']],
    ['${repo}', [repo]],
    ['--repo=${repo}', ['--repo=', repo]],
    ['${repo}/x', [repo, '/x']],
    ['a${repo}b${name}c', ['a', repo, 'b', { parameter: 'name' }, 'c']],
    ['${repo}${repo}', [repo, repo]],
    ['$${repo}', ['${repo}']],
    ['$${repo} is ${repo}', ['${repo} is ', repo]],
    ['a$${b}$${c}', ['a${b}${c}']],
    ['$$${repo}', ['$${repo}']],
    ['$repo', ['$repo']],
    ['$(repo)', ['$(repo)']],
    ['{repo}', ['{repo}']],
    ['${repo', ['${repo']],
    ['${}', [{ parameter: '' }]],
    ['${ repo }', [{ parameter: ' repo ' }]],
    ['${a.b}', [{ parameter: 'a.b' }]],
  ])('takes %j apart', (text, parts) => {
    expect(textParts(text)).toEqual(parts);
  });
});

describe('parseTemplate', () => {
  const text: Shape = { kind: 'text' };
  const expandedText: Shape = { kind: 'text', isExpanded: true };
  const number: Shape = { kind: 'number' };
  const port: Shape = {
    kind: 'object',
    fields: { containerPort: number, name: text, args: { kind: 'list', of: expandedText } },
  };

  it('keeps what names no parameter as one literal, whatever its depth', () => {
    const value = { containerPort: 80, name: 'http', args: ['a', 'b'] };
    expect(parseTemplate(value, port)).toEqual({ kind: 'literal', value });
  });

  it('writes a plain "${" for "$${" in a literal', () => {
    expect(parseTemplate({ args: ['$${HOME}', 'a'] }, port)).toEqual({
      kind: 'literal',
      value: { args: ['${HOME}', 'a'] },
    });
  });

  it('makes a text of a parameter where Kubernetes wants a text', () => {
    expect(parseTemplate('${port}', text)).toEqual({
      kind: 'text',
      parts: [{ parameter: 'port' }],
      isExpanded: false,
    });
  });

  it('keeps the type of a lone parameter where Kubernetes wants a number', () => {
    expect(parseTemplate('${port}', number)).toEqual({ kind: 'typed', parameter: 'port' });
  });

  it.each<Shape>([{ kind: 'boolean' }, { kind: 'number-or-text' }, { kind: 'any' }])(
    'keeps the type of a lone parameter where the shape is $kind',
    shape => {
      expect(parseTemplate('${port}', shape)).toEqual({ kind: 'typed', parameter: 'port' });
    },
  );

  it('makes a text of a parameter with something beside it, whatever the place', () => {
    expect(parseTemplate('p${port}', { kind: 'number-or-text' })).toMatchObject({ kind: 'text' });
  });

  it('remembers where the kubelet expands a text', () => {
    const template = parseTemplate({ name: '${a}', args: ['${a}'] }, port);
    expect(template).toMatchObject({
      kind: 'map',
      entries: [
        ['name', { kind: 'text', isExpanded: false }],
        ['args', { kind: 'list', entries: [{ kind: 'text', isExpanded: true }] }],
      ],
    });
  });

  it('keeps the order of keys and entries', () => {
    const template = parseTemplate({ name: 'x', args: ['a', '${b}', 'c'], containerPort: '${p}' }, port);
    expect(template).toEqual({
      kind: 'map',
      entries: [
        ['name', { kind: 'literal', value: 'x' }],
        [
          'args',
          {
            kind: 'list',
            entries: [
              { kind: 'literal', value: 'a' },
              { kind: 'text', parts: [{ parameter: 'b' }], isExpanded: true },
              { kind: 'literal', value: 'c' },
            ],
          },
        ],
        ['containerPort', { kind: 'typed', parameter: 'p' }],
      ],
    });
  });

  it('reads a choice wherever a value may stand, with the shape of its place', () => {
    expect(parseTemplate({ containerPort: { when: '!a', value: '${p}', else: 80 } }, port)).toEqual({
      kind: 'map',
      entries: [
        [
          'containerPort',
          {
            kind: 'choice',
            when: parseConditions('!a'),
            value: { kind: 'typed', parameter: 'p' },
            otherwise: { kind: 'literal', value: 80 },
          },
        ],
      ],
    });
  });

  it('has no other branch where a choice writes no "else"', () => {
    expect(parseTemplate({ when: 'a', value: 'x' }, text)).toMatchObject({
      kind: 'choice',
      otherwise: undefined,
    });
  });

  it('reads a choice in a choice', () => {
    expect(parseTemplate({ when: 'a', value: 'x', else: { when: 'b', value: 'y' } }, text)).toMatchObject({
      kind: 'choice',
      otherwise: { kind: 'choice', when: parseConditions('b') },
    });
  });
});
