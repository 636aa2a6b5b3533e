import { describe, expect, it } from 'vitest';
import type { SidecarDefinition } from '../../../../src/sidecars/definition.ts';
import { leastOf, maxScenarios, scenariosOf } from '../../../../src/sidecars/samples/scenarios.ts';
import { shippedSidecars, sidecarsOf } from '../../../injection-fixture.ts';

/** A definition whose parameters are all named somewhere. */
function definitionOf(spec: object): SidecarDefinition {
  const { parameters = {} } = spec as { readonly parameters?: object };
  const all = Object.keys(parameters).map(name => `\${${name}}`);
  const annotations = { 'example.com/all': all.join(' ') };
  const definition = sidecarsOf({ one: { annotations, ...spec } }).sidecars.get('one');
  if (definition === undefined) throw new Error('there is no definition');
  return definition;
}

const scenarios = (spec: object) => scenariosOf(definitionOf(spec)).map(texts => Object.fromEntries(texts));
const text = { type: 'string' };

describe('the scenarios of a definition', () => {
  it('begin with what is required, and defaults for the rest', () => {
    const parameters = { a: { ...text, required: true }, b: text, c: { type: 'integer', default: 3 } };
    expect(scenarios({ parameters })[0]).toEqual({ '': 'true', a: 'a' });
  });

  it('go on with all that may stand together, and switches turned', () => {
    const parameters = {
      a: text,
      b: { type: 'boolean', default: false },
      c: { type: 'boolean', default: true },
      d: { type: 'integer', default: 3 },
      e: { ...text, needs: '!a' },
      f: { ...text, needs: 'a' },
    };
    expect(scenarios({ parameters })[1]).toEqual({ '': 'true', a: 'a', b: 'true', c: 'false', f: 'f' });
  });

  it('set what a parameter needs', () => {
    const parameters = {
      to: { type: 'endpoint' },
      plain: { type: 'boolean', needs: 'to.address' },
      deep: { ...text, needs: 'plain.true' },
    };
    expect(scenarios({ parameters })).toContainEqual({
      '': 'true',
      deep: 'deep',
      plain: 'true',
      to: 'example.com:4317',
    });
  });

  it('have each side of each condition', () => {
    const parameters = {
      a: text,
      b: { type: 'config-map', or: ['off'] },
      c: { type: 'boolean', default: true },
    };
    const args = [{ when: ['a', '!b.off', 'c.true'], value: 'x' }];
    const found = scenarios({ parameters, container: { image: 'a:1', args } });
    expect(found).toEqual(
      expect.arrayContaining([
        { '': 'true', a: 'a' },
        { '': 'true', a: 'a', b: 'off' },
        { '': 'true', a: 'a', c: 'false' },
        { '': 'true' },
      ]),
    );
  });

  it('give no two ports the same number', () => {
    const parameters = {
      a: { type: 'port', default: 8080 },
      b: { type: 'port', required: true },
      c: { type: 'port', minimum: 8081, maximum: 8083 },
      d: { type: 'port', minimum: 8080, maximum: 8082 },
    };
    const [, most] = scenarios({ parameters });
    expect(most).toEqual({ '': 'true', b: '8081', c: '8082' });
  });

  it('take a value of several parameters apart as they put it together', () => {
    const parameters = { directory: { type: 'path', required: true }, files: { ...text, required: true } };
    const value = '${directory}/${files}';
    expect(scenarios({ value, parameters })[0]).toEqual({ directory: '/directory', files: 'files' });
  });

  it('are none where a required parameter has no sample', () => {
    const parameters = { a: { ...text, required: true, pattern: '$a' } };
    expect(scenarios({ parameters })).toEqual([]);
  });

  it('keep what is set, where only the rest is asked for', () => {
    const parameters = { a: { ...text, required: true }, b: { ...text, required: true } };
    const definition = definitionOf({ value: 'a', parameters });
    expect(leastOf(definition, new Map([['b', 'mine']]))).toEqual(
      new Map([
        ['b', 'mine'],
        ['a', 'a'],
      ]),
    );
  });

  it('are not more than can be tried', () => {
    const names = Array.from({ length: 400 }, (_, index) => `p${index}`);
    const parameters = Object.fromEntries(names.map(name => [name, text]));
    expect(scenarios({ parameters })).toHaveLength(maxScenarios);
  });

  it.each([...shippedSidecars.sidecars.values()].map(definition => [definition.name, definition] as const))(
    'of %s are several, and none stands twice',
    (_name, definition) => {
      const found = scenariosOf(definition).map(texts => JSON.stringify([...texts].sort()));
      expect(found.length).toBeGreaterThan(5);
      expect(new Set(found).size).toBe(found.length);
    },
  );
});
