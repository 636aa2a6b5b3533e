import { describe, expect, it } from 'vitest';
import type { Json } from '../../../../src/kubernetes/json.ts';
import type { Shape } from '../../../../src/sidecars/shape.ts';
import { renderTemplate } from '../../../../src/sidecars/template/render-template.ts';
import { type MeasuredScope, renderedSize } from '../../../../src/sidecars/template/rendered-size.ts';
import { parseTemplate } from '../../../../src/sidecars/template/template.ts';

const scope: MeasuredScope = {
  name: 'logs-audit',
  values: new Map<string, { text: string; value: Json; facts?: string[]; magnitude?: number }>([
    ['word', { text: 'abcdefghij', value: 'abcdefghij' }],
    ['count', { text: '12', value: 12 }],
    ['time', { text: '1h', value: '1h', magnitude: 3600 }],
    ['on', { text: 'true', value: true, facts: ['true'] }],
    ['list', { text: 'aaa,bbb,ccc', value: ['aaa', 'bbb', 'ccc'] }],
    ['map', { text: 'a=1,b=2', value: { a: '1', b: '2' } }],
  ]),
  isOnce: false,
};

const texts: Shape = { kind: 'list', of: { kind: 'text', isExpanded: true } };
const any: Shape = { kind: 'any' };

function sizeOf(value: Json, shape: Shape = any, of: MeasuredScope = scope): number {
  return renderedSize(parseTemplate(value, shape), of);
}

function charactersOf(value: Json | undefined): number {
  return value === undefined ? 0 : JSON.stringify(value).length;
}

describe('the size of what a template renders to', () => {
  it.each<[Json, Shape]>([
    ['plain', any],
    [{ a: 'plain', b: [1, true, null] }, any],
    ['${name}: ${word} ${word}', any],
    [{ a: '${word}', b: { c: '${count}' } }, any],
    ['${count}', { kind: 'number' }],
    ['${time.seconds}', { kind: 'number' }],
    ['--a=${time.seconds}', any],
    [['--a=${list} ${word} ${name}', '--b'], texts],
    [['${word}${word}'], texts],
    [[{ each: 'list', value: '--a=${each}' }], texts],
    [[{ each: 'list', value: ['--word', '${each}'] }], texts],
    [[{ each: 'map', value: '${each.name}' }], texts],
    [[{ each: 'list', when: '!on', value: '--a=${each}' }], texts],
    [[{ each: 'missing', value: '--a=${each}' }], texts],
    [[{ when: 'on', value: ['--a', '${word}'] }], texts],
    [{ json: [{ each: 'list', value: { a: '${each}' } }] }, any],
    [{ when: 'on.true', value: '${word}', else: 'other' }, any],
    [{ when: '!on', value: '${word}', else: 'other' }, any],
    [{ when: '!on', value: '${word}' }, any],
    ['<${missing}>${word}', any],
    [{ a: '${map}' }, any],
  ])('is counted without rendering it: %j', (value, shape) => {
    const rendered = charactersOf(renderTemplate(parseTemplate(value, shape), scope));
    expect(sizeOf(value, shape)).toBeGreaterThanOrEqual(rendered);
    expect(sizeOf(value, shape)).toBeLessThanOrEqual(rendered + 12);
  });

  it('is about that of a structure in JSON, but for its escapes', () => {
    const value = [{ json: { word: '${word}', words: ['${word}', '${word}'] } }];
    const rendered = charactersOf(renderTemplate(parseTemplate(value, texts), scope));
    expect(rendered).toBeGreaterThan(sizeOf(value, texts));
    expect(rendered).toBeLessThan(sizeOf(value, texts) * 1.5);
  });

  it('takes no longer for large values', () => {
    const large = 'x'.repeat(256 * 1024);
    const values = new Map([['word', { text: large, value: large }]]);
    const before = process.cpuUsage();
    expect(sizeOf(['${word}'.repeat(5000)], texts, { ...scope, values })).toBeGreaterThan(
      large.length * 5000,
    );
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(500);
  });
});
