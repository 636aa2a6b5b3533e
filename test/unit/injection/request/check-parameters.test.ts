import { describe, expect, it } from 'vitest';
import { codes, decide, podWith, sidecarsOf, told } from '../../../injection-fixture.ts';
import { definitionText, problemsOf } from '../../sidecars/definition-text.ts';

const sidecars = sidecarsOf(
  {
    relay: {
      value: '${in}:${out}',
      parameters: {
        in: { type: 'port', required: true },
        out: { type: 'port', required: true },
        status: { type: 'port' },
        to: { type: 'endpoint' },
        token: { type: 'secret', needs: 'to' },
        plain: { type: 'boolean', needs: 'to.address' },
      },
    },
  },
  { relay: { token: 'preset' } },
);
const saidOf = (parameters: Readonly<Record<string, string>>, value = '1:2') =>
  told(
    decide(
      podWith({
        'sidecar.io/relay': value,
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

describe('two ports of one sidecar', () => {
  it('are different', () => {
    expect(saidOf({}, '8080:8080')).toEqual([
      'port-taken: annotation sidecar.io/relay: in and out are both 8080; choose another port',
    ]);
    expect(saidOf({ status: '1' })).toEqual([
      'port-taken: annotation sidecar.io/relay and sidecar.io/relay.status: in and status are both 1; choose another port',
    ]);
    expect(saidOf({ status: '3' })).toEqual([]);
  });
});

it('a value that has not its form is told once', () => {
  expect(codes(decide(podWith({ 'sidecar.io/relay': '1' }), { sidecars }))).toEqual(['invalid-value']);
});
