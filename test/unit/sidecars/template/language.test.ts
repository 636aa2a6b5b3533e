import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { ParameterValue } from '../../../../src/sidecars/definition.ts';
import { parseDefinition } from '../../../../src/sidecars/parse-definition.ts';
import { renderTemplate } from '../../../../src/sidecars/template/render-template.ts';
import { definitionText, problemsOf } from '../definition-text.ts';

const readme = new URL('../../../../src/sidecars/template/README.md', import.meta.url);
const text = readFileSync(readme, 'utf8');

/** The parameters of the examples, and the values that the text gives them. */
const parameters = `
  parameters:
    ref: {type: git-ref}
    tag: {type: string}
    port: {type: port}
    names: {type: string, list: true}
    others: {type: string, list: true}
    labels: {type: string, map: true}
    money: {type: string}
    pause: {type: duration}
`;
const values = new Map(
  [...text.matchAll(/`([a-z]+)` is `([^`]+)`/g)].map(([, name = '', value = '']) => [name, value]),
);

const examples = [...text.matchAll(/^\| `(.+?)` \| `(.+?)` \|/gm)].map(
  ([, written = '', rendered = '']) => [written, rendered] as const,
);

function definitionWith(containerKeys: string): string {
  const container = JSON.stringify({ image: 'example.com/logs:1.0', ...parse(containerKeys) });
  return definitionText(`${parameters}\n  modes: [native, init]\n  container: ${container}`);
}

function renderedContainer(containerKeys: string): unknown {
  const { definition } = parseDefinition('logs.yaml', definitionWith(containerKeys));
  if (definition === undefined) throw new Error(problemsOf(definitionWith(containerKeys)).join('\n'));
  const read = [...values].map(([name, value]): [string, ParameterValue] => {
    const reading = definition.parameters.get(name)?.read(value);
    if (!reading?.value) throw new Error(`${name}: ${value} is not read`);
    return [name, reading.value];
  });
  return renderTemplate(definition.container, { name: 'logs', values: new Map(read), isOnce: false });
}

describe('the language of a definition', () => {
  it('is told in twenty-four lines, with values for its parameters', () => {
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(24);
    expect([...values.keys()]).toEqual(['ref', 'port', 'names', 'labels', 'money', 'pause']);
    expect(examples).toHaveLength(16);
  });

  it.each(examples)('is rendered as its text says: %s', (written, rendered) => {
    expect(renderedContainer(written)).toEqual({ image: 'example.com/logs:1.0', ...parse(rendered) });
  });

  it.each([
    ['args: ["${reff}"]', 'no parameter "reff"'],
    ['args: [{when: ref.shiny, value: a}]', 'no fact "ref.shiny"'],
    ['args: [{when: [], value: a}]', 'name at least one fact'],
    ['args: ["${ref.seconds}"]', 'only a single duration has seconds'],
    ['args: ["${ref"]', 'a "${" without its "}"'],
    ['args: ["${names} ${others}"]', 'one list at most'],
    ['ports: [{containerPort: "${ref}"}]', 'expected a number'],
    ['args: [{each: port, value: "${each}"}]', '"port" holds one value; declare it with "list: true"'],
    ['args: [{each: nams, value: "${each}"}]', 'no parameter "nams"; did you mean "names"?'],
    ['args: [{each: names, value: "${each.name}"}]', 'no parameter "each.name"'],
    ['args: [{each: labels, value: "${each}"}]', 'no parameter "each"'],
    ['args: ["${each}"]', 'no parameter "each"'],
    ['args: [{each: names, value: [{each: others, value: "${each}"}]}]', 'holds none of its own'],
    ['args: [{each: names, value: a, else: b}]', 'not to be set here: entries are made for each value'],
    ['args: [{each: names}]', 'the key "value" is missing'],
    ['args: [{each: names, when: ref.shiny, value: a}]', 'no fact "ref.shiny"'],
    ['workingDir: {each: names, value: "${each}"}', 'only an entry of a list can be made for each value'],
    ['args: [{when: ref, value: [[a]]}]', 'expected a text, got a list'],
    ['ports: [{each: names, value: {containerPort: "${each}"}}]', 'expected a number'],
    [
      'ports: [{each: names, value: {containerPort: "${each.index}"}}, {containerPort: "${ref}"}]',
      'expected a number',
    ],
  ])('refuses what its text says: %s', (written, problem) => {
    expect(problemsOf(definitionWith(written)).join('\n')).toContain(problem);
  });
});
