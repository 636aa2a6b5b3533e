import { describe, expect, it } from 'vitest';
import { shippedSidecars } from '../../../injection-fixture.ts';
import { parameterOf } from '../parameters/read-value.ts';

describe('the samples of a parameter', () => {
  it.each([
    ['string', 'parameter'],
    ['integer', '1'],
    ['boolean', 'true'],
    ['duration', '30s'],
    ['quantity', '64Mi'],
    ['git-url', 'https://example.com/org/parameter'],
    ['git-ref', 'parameter'],
    ['path', '/parameter'],
    ['path-segment', 'parameter'],
    ['name', 'parameter'],
    ['secret', 'parameter'],
    ['config-map', 'parameter'],
    ['secret-key', 'parameter'],
    ['url', 'https://example.com/parameter'],
    ['endpoint', 'example.com:4317'],
    ['port', '8080'],
  ])('begin for the type %s with %s', (type, text) => {
    expect(parameterOf({ type }).samples()[0]).toBe(text);
  });

  it.each([
    [{ type: 'integer', minimum: '8', maximum: '192' }, '8'],
    [{ type: 'integer', maximum: '-3' }, '-3'],
    [{ type: 'integer', minimum: '8', not: ['8', '9'] }, '10'],
    [{ type: 'port', minimum: '9000', not: ['9000'] }, '9001'],
    [{ type: 'quantity', minimum: '1Gi', maximum: '2Gi' }, '1Gi'],
    [{ type: 'duration', minimum: '1h', not: ['1h'] }, '3600s'],
    [{ type: 'integer', default: '7' }, '7'],
    [{ type: 'enum', values: ['a', 'b'] }, 'a'],
    [{ type: 'enum', values: ['a', 'b'], not: ['a'] }, 'b'],
    [{ type: 'string', pattern: '[1-9]\\d*[km]' }, '1k'],
    [{ type: 'string', pattern: '[a-z]', not: ['a'] }, 'b'],
    [{ type: 'string', pattern: '(abc|de?)' }, 'd'],
    [{ type: 'string', pattern: '^\\d{4} ' }, '1111 '],
    [{ type: 'string', pattern: 'a*' }, 'a'],
    [{ type: 'string', pattern: '\\bx\\b.+' }, 'x.'],
    [{ type: 'string', pattern: 'x\\B.+' }, 'xa'],
    [{ type: 'string', pattern: '-?[a-z]+' }, 'a'],
    [{ type: 'string', pattern: '\\p{Script=Han}{2}' }, '⺀⺀'],
    [{ type: 'path', pattern: '/etc/.*' }, '/etc/'],
    [{ type: 'url', pattern: 'https://hooks\\.example\\.com/.+' }, 'https://hooks.example.com/a'],
    [{ type: 'string', list: true }, 'parameter,sample'],
    [{ type: 'string', pattern: '\\d,', list: true }, '1\\,,2\\,'],
    [{ type: 'integer', list: true, maximum: '1', minimum: '1' }, '1'],
    [{ type: 'port', map: true }, 'a=8080,b=8081'],
  ])('begin for %j with %s', (spec, text) => {
    expect(parameterOf(spec).samples()[0]).toBe(text);
  });

  it.each([
    [{ type: 'boolean', default: 'false' }, ['false', 'true']],
    [{ type: 'config-map', or: ['off'] }, ['parameter', 'off', 'sample', 'other']],
    [
      { type: 'git-url' },
      [
        'https://example.com/org/parameter',
        'user@example.com:org/parameter',
        'http://example.com/org/parameter',
      ],
    ],
  ])('show each fact of %j', (spec, texts) => {
    expect(parameterOf(spec).samples()).toEqual(texts);
  });

  it('are none where no value can be', () => {
    expect(parameterOf({ type: 'string', pattern: '$a' }).samples()).toEqual([]);
    expect(parameterOf({ type: 'boolean', not: ['true', 'false'] }).samples()).toEqual([]);
  });

  it('take little time whatever the pattern is', () => {
    const worst = ['(a|b|ab)*c{40}(a?){30}b', '.{1000,2000}x', '(a*)*(b*)*(c*)*$x'];
    const before = performance.now();
    for (const pattern of worst) parameterOf({ type: 'string', pattern }).samples();
    expect(performance.now() - before).toBeLessThan(3000);
  });

  it('are there for every parameter that ships', () => {
    const without = [...shippedSidecars.sidecars.values()].flatMap(({ name, parameters }) =>
      [...parameters.values()]
        .filter(parameter => parameter.samples().length === 0)
        .map(parameter => `${name}.${parameter.name}`),
    );
    expect(without).toEqual([]);
  });
});
