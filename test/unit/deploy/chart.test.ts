/** How the templates of the chart come about, and that nothing is forgotten in it. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { linesMark, valueMark, withActions } from '../../../scripts/chart/marks.ts';
import { switched } from '../../../scripts/chart/switched.ts';
import { switches } from '../../../scripts/chart/switches.ts';
import { valuesSchema } from '../../../scripts/chart/values-schema.ts';

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

describe('a component', () => {
  it('is a switch of the chart: add it to scripts/chart/switches.ts, values.yaml and values-schema.ts', () => {
    const components = readdirSync(new URL('../../../deploy/components/', import.meta.url));
    expect([...new Set(switches.flatMap(({ on }) => on))].toSorted()).toEqual(components.toSorted());
  });
});

describe('a value of the chart', () => {
  const values: Readonly<Record<string, unknown>> = parse(read('deploy/chart/values.yaml'));
  const { properties } = valuesSchema() as { properties: Readonly<Record<string, object>> };

  it('is in values.yaml, in the schema and on the page', () => {
    // What Helm itself hands to a chart.
    const { global: _global, ...known } = properties;
    expect(Object.keys(known).toSorted()).toEqual(Object.keys(values).toSorted());
    const shown = [...read('docs/install/helm.md').matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([A-Za-z]+)/g)].map(([, name]) => name),
    );
    expect(new Set(shown)).toEqual(new Set(Object.keys(values)));
  });

  it('is asked for by its name in every switch', () => {
    for (const { condition } of switches)
      for (const [, name = ''] of condition.matchAll(/\.Values\.([A-Za-z]+)/g))
        expect(values, condition).toHaveProperty(name);
  });
});

describe('what a switch changes', () => {
  const change = (condition: string, off: object, on: object) => ({ condition, off, on }) as never;
  const template = (value: object, ...changes: readonly never[]) =>
    withActions(JSON.stringify(switched(value as never, changes), null, 1));

  it('is a text in one place', () => {
    const text = template({ a: 1, b: 'x' }, change('.Values.on', { a: 1, b: 'x' }, { a: 1, b: 'y' }));
    expect(text).toContain('{{ if .Values.on }}"y"{{ else }}"x"{{ end }}');
  });

  it('is what two switches append to one list, one behind the other', () => {
    const both = switched(
      [1],
      [
        { condition: 'a', off: [1], on: [1, 2] },
        { condition: 'b', off: [1], on: [1, 3] },
      ],
    );
    const [begin, end] = [
      (condition: string) => linesMark(`{{- if ${condition} }}`),
      linesMark('{{- end }}'),
    ];
    expect(both).toEqual([1, begin('a'), 2, end, begin('b'), 3, end]);
  });

  it.each([
    ['a text that two change', { a: 1 }, [{ a: 2 }, { a: 3 }]],
    ['a key that two add', {}, [{ a: 2 }, { a: 3 }]],
    ['an item that goes', [1, 2], [[1]]],
    ['a text that becomes a list', { a: 'x' }, [{ a: [1] }]],
  ])('fails the generator where it is %s', (_name, off, ons) => {
    const changes = ons.map((on, index) => ({ condition: `.Values.s${index}`, off, on }));
    expect(() => switched(off, changes as never)).toThrow(/\.Values\.s0|no text, number or boolean/);
  });
});

describe('a mark', () => {
  it('becomes its lines, as far to the right as it stands', () => {
    const lines = linesMark('{{- with .Values.a }}\na:\n  {{- toYaml . | nindent +2 }}\n{{- end }}');
    expect(withActions(`spec:\n  ${lines}: null\n`)).toBe(
      'spec:\n  {{- with .Values.a }}\n  a:\n    {{- toYaml . | nindent 4 }}\n  {{- end }}\n',
    );
  });

  it('becomes its value', () => {
    expect(withActions(`replicas: ${valueMark('{{ .Values.replicas }}')}`)).toBe(
      'replicas: {{ .Values.replicas }}',
    );
  });

  it('fails the generator where it is no whole line', () => {
    expect(() => withActions(`- ${linesMark('{{- end }}')}: null`)).toThrow('no whole line');
  });
});
