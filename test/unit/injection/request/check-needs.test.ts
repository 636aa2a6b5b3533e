import { describe, expect, it } from 'vitest';
import { decide, podWith, sidecarsOf, told } from '../../../injection-fixture.ts';
import { definitionText, problemsOf } from '../../sidecars/definition-text.ts';

const sidecars = sidecarsOf(
  {
    relay: {
      parameters: {
        to: { type: 'endpoint' },
        token: { type: 'secret', needs: 'to' },
        plain: { type: 'boolean', needs: 'to.address' },
        alone: { type: 'string', needs: '!to' },
        remote: { type: 'string', needs: '!to.address' },
      },
    },
  },
  { relay: { token: 'preset' } },
);
const saidOf = (parameters: Readonly<Record<string, string>>) =>
  told(
    decide(
      podWith({
        'sidecar.io/relay': 'true',
        ...Object.fromEntries(
          Object.entries(parameters).map(([name, text]) => [`sidecar.io/relay.${name}`, text]),
        ),
      }),
      { sidecars },
    ),
  );

describe('a parameter that needs another', () => {
  it.each<[Readonly<Record<string, string>>, readonly string[]]>([
    [{ token: 'a', to: 'host:1' }, []],
    [{ plain: 'true', to: 'host:1' }, []],
    [{ alone: 'a', remote: 'a' }, []],
    [{ remote: 'a', to: 'https://host' }, []],
    [
      { alone: 'a', to: 'https://host' },
      [
        'parameter-needs-another: annotation sidecar.io/relay.alone: without effect beside sidecar.io/relay.to; leave out one of them',
      ],
    ],
    [
      { remote: 'a', to: 'host:1' },
      [
        'parameter-needs-another: annotation sidecar.io/relay.remote: without effect where in sidecar.io/relay.to the value is host:port',
      ],
    ],
    [
      { token: 'a' },
      [
        'parameter-needs-another: annotation sidecar.io/relay.token: without effect; set sidecar.io/relay.to too',
      ],
    ],
    [
      { plain: 'true' },
      [
        'parameter-needs-another: annotation sidecar.io/relay.plain: without effect; set sidecar.io/relay.to too',
      ],
    ],
    [
      { plain: 'true', to: 'https://host' },
      [
        'parameter-needs-another: annotation sidecar.io/relay.plain: without effect unless in sidecar.io/relay.to the value is host:port',
      ],
    ],
  ])('%j', (parameters, expected) => {
    expect(saidOf(parameters)).toEqual(expected);
  });

  it('may be set by the operator for pods that have no use for it', () => {
    expect(saidOf({})).toEqual([]);
  });

  it('is not spoken of while its values cannot be read', () => {
    expect(saidOf({ token: 'a', to: 'nowhere' }).map(line => line.split(':')[0])).toEqual(['invalid-value']);
  });

  it.each([
    ['needs: nothing', 'logs.yaml:6:30: spec.parameters.a.needs: no other parameter "nothing"'],
    ['needs: a', 'logs.yaml:6:30: spec.parameters.a.needs: no other parameter "a"'],
    ['needs: b.flase', 'logs.yaml:6:30: spec.parameters.a.needs: no fact "b.flase"; did you mean "false"?'],
    ['needs: volume', 'logs.yaml:6:30: spec.parameters.a.needs: no other parameter "volume"'],
  ])('names one: %s', (needs, problem) => {
    const [found] = problemsOf(
      definitionText(`
        parameters: {a: {type: port, ${needs}}, b: {type: boolean}}
        container: {image: a:1}
      `),
    );
    expect(found).toMatch(problem.replace(/:6:\d+:.*$/, ''));
    expect(found).toContain(problem.replace(/^.*needs: /, ''));
  });
});
