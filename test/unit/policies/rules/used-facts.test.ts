import { describe, expect, it } from 'vitest';
import { usedFacts } from '../../../../src/policies/rules/used-facts.ts';
import { sidecarsOf } from '../../../injection-fixture.ts';

const image = 'example.com/sidecar:v1';
const parameters = {
  kind: { type: 'enum', values: ['a', 'b'], description: 'A mode.' },
  flag: { type: 'boolean', description: 'A flag.' },
  pause: { type: 'duration', description: 'A time.' },
};

function factsOf(spec: object): Record<string, readonly string[]> {
  const definition = sidecarsOf({ logs: { parameters, ...spec } }).sidecars.get('logs');
  if (definition === undefined) throw new Error('no definition');
  return Object.fromEntries([...usedFacts(definition)].map(([name, facts]) => [name, [...facts].toSorted()]));
}

describe('the facts that a definition asks for', () => {
  it.each<[string, object, Record<string, readonly string[]>]>([
    ['none', { container: { image, args: ['${kind}', { when: 'pause', value: '-x' }] } }, {}],
    ['a choice', { container: { image, args: [{ when: '!flag.true', value: '-x' }] } }, { flag: ['true'] }],
    [
      'the other branch',
      {
        container: { image, args: [{ when: 'kind.a', value: '-x', else: { when: 'kind.b', value: '-y' } }] },
      },
      { kind: ['a', 'b'] },
    ],
    [
      'seconds in a text',
      { container: { image, args: ['--wait=${pause.seconds}'] } },
      { pause: ['seconds'] },
    ],
    [
      'seconds in JSON',
      { container: { image, args: [{ json: { wait: ['${pause.seconds}'] } }] } },
      { pause: ['seconds'] },
    ],
    [
      'a variable of the app',
      { app: { env: [{ when: 'flag.false', value: { name: 'A', value: 'b' } }] } },
      { flag: ['false'] },
    ],
    [
      'an annotation of the pod',
      { annotations: { 'example.com/a': { when: 'flag.true', value: 'x' } } },
      { flag: ['true'] },
    ],
    ['what runs once', { once: 'kind.b', modes: ['native', 'init'] }, { kind: ['b'] }],
  ])('are found: %s', (_what, spec, facts) => {
    expect(factsOf(spec)).toMatchObject(facts);
    if (Object.keys(facts).length === 0) expect(factsOf(spec)).toEqual({});
  });
});
