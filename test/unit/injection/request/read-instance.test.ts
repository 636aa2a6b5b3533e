import { describe, expect, it } from 'vitest';
import type { InjectionPolicy } from '../../../../src/injection/policy.ts';
import {
  codes,
  decide,
  gitSync,
  injected,
  podWith,
  repository,
  sidecarsOf,
  told,
} from '../../../injection-fixture.ts';

const sidecars = sidecarsOf({
  plain: { parameters: { level: { type: 'integer', minimum: 0, default: 1 } } },
  tunnel: {
    value: 'to',
    parameters: {
      to: { type: 'url', required: true },
      port: { type: 'port', required: true },
      note: { type: 'string' },
    },
    container: { image: 'example.com/tunnel:v1', args: ['${to}', '${port}', '${note}'] },
  },
  optional: { value: 'note', parameters: { note: { type: 'string', default: 'x' } } },
});

const toldOf = (annotations: Readonly<Record<string, string>>, policy: Partial<InjectionPolicy> = {}) =>
  told(decide(podWith(annotations), { sidecars, policy }));

describe('a sidecar without a value of its own', () => {
  it('is switched on with true and off with false', () => {
    expect(injected(podWith({ 'sidecar.io/plain': 'true' }), { sidecars }).sidecars).toHaveLength(1);
    const off = decide(podWith({ 'sidecar.io/plain': 'false' }), { sidecars });
    expect(off).toEqual({ outcome: 'skipped', reason: 'not-requested', warnings: [] });
  });

  it('is told what is wrong with its parameters even while it is off', () => {
    expect(toldOf({ 'sidecar.io/plain': 'false', 'sidecar.io/plain.level': 'x' })).toEqual([
      'invalid-value: annotation sidecar.io/plain.level: got "x"; use a whole number, at least 0',
    ]);
  });

  it('takes nothing else', () => {
    expect(toldOf({ 'sidecar.io/plain': 'yes' })).toEqual([
      'invalid-value: annotation sidecar.io/plain: got "yes"; use true or false',
    ]);
    expect(toldOf({ 'sidecar.io/plain': '' })).toEqual([
      'empty-value: annotation sidecar.io/plain: the value is empty; use true or false',
    ]);
  });
});

describe('the parameters of a sidecar', () => {
  it('that are required and have no value are named', () => {
    expect(toldOf({ 'sidecar.io/tunnel': 'https://example.com/x' })).toEqual([
      'missing-parameter: annotation sidecar.io/tunnel.port is missing; use a port number from 1 to 65535',
    ]);
  });

  it('that are required and have a bad value are told once', () => {
    expect(toldOf({ 'sidecar.io/tunnel': 'https://example.com/x', 'sidecar.io/tunnel.port': '0' })).toEqual([
      'invalid-value: annotation sidecar.io/tunnel.port: got "0"; use a port number from 1 to 65535',
    ]);
  });

  it('have their defaults, and none is left out that has one', () => {
    const [sidecar] = injected(podWith({ 'sidecar.io/plain': 'true' }), { sidecars }).sidecars;
    expect(sidecar?.instance.values.get('level')?.value).toBe(1);
    expect(sidecar?.instance.values.get('mode')?.value).toBe('auto');
  });

  it('have the defaults of the operator before those of the definition', () => {
    const set = sidecarsOf(
      { plain: { parameters: { level: { type: 'integer', default: 1 } } } },
      { plain: { level: '7', cpu: '1' } },
    );
    const valuesOf = (annotations: Readonly<Record<string, string>>) =>
      injected(podWith({ 'sidecar.io/plain': 'true', ...annotations }), { sidecars: set }).sidecars[0]
        ?.instance.values;
    expect(valuesOf({})?.get('level')?.value).toBe(7);
    expect(valuesOf({})?.get('cpu')?.text).toBe('1');
    expect(valuesOf({ 'sidecar.io/plain.level': '2' })?.get('level')?.value).toBe(2);
  });

  it('are refused without the annotation that asks for the sidecar', () => {
    expect(codes(decide(podWith({ 'sidecar.io/git-sync.ref': 'main' })))).toEqual([
      'parameter-without-switch',
    ]);
    expect(toldOf({ 'sidecar.io/plain_two.level': '1' })).toEqual([
      'parameter-without-switch: annotation sidecar.io/plain_two.level: set sidecar.io/plain_two too, or remove this annotation',
    ]);
  });

  it('are refused when empty, whatever their type', () => {
    const names = [
      'ref',
      'depth',
      'filter',
      'period',
      'secret',
      'mode',
      'wait',
      'mount',
      'volume',
      'cpu',
      'run-as-user',
    ];
    for (const name of names) {
      const [line] = told(decide(podWith(gitSync({ [name]: '' }))));
      expect(line, name).toMatch(
        `empty-value: annotation sidecar.io/git-sync.${name}: the value is empty; use `,
      );
    }
  });

  it('are refused when unknown, with the nearest name or with all', () => {
    expect(toldOf({ 'sidecar.io/plain': 'true', 'sidecar.io/plain.levle': '1' })).toEqual([
      'unknown-parameter: annotation sidecar.io/plain.levle: unknown parameter; did you mean sidecar.io/plain.level?',
    ]);
    const [line] = toldOf({ 'sidecar.io/plain': 'true', 'sidecar.io/plain.xyzzy': '1' });
    expect(line).toMatch(
      /unknown parameter; .*known.*: level, mode, cpu, cpu-limit, memory, memory-limit, run-as-user$/,
    );
  });

  it('are those of their own sidecar and instance, and not of another', () => {
    expect(
      codes(decide(podWith({ 'sidecar.io/plain': 'true', 'sidecar.io/plain.note': 'x' }), { sidecars })),
    ).toEqual(['unknown-parameter']);
    const pod = podWith({
      'sidecar.io/plain': 'true',
      'sidecar.io/plain_two': 'true',
      'sidecar.io/plain_two.level': '2',
    });
    const levels = injected(pod, { sidecars }).sidecars.map(
      ({ instance }) => instance.values.get('level')?.value,
    );
    expect(levels).toEqual([1, 2]);
  });

  it.each(['constructor', 'valueof'])('are unknown although every object has such a member: %s', name => {
    expect(codes(decide(podWith(gitSync({ [name]: 'x' }))))).toEqual(['unknown-parameter']);
  });

  it('are not set twice: the value of the annotation itself sets one of them', () => {
    expect(codes(decide(podWith(gitSync({ repo: repository }))))).toEqual(['unknown-parameter']);
    expect(told(decide(podWith(gitSync({ repo: repository }))))[0]).toContain(
      'the value of sidecar.io/git-sync itself sets this',
    );
  });

  it('without a value are absent, not empty', () => {
    const [sidecar] = injected(
      podWith({ 'sidecar.io/tunnel': 'https://example.com/x', 'sidecar.io/tunnel.port': '80' }),
      { sidecars },
    ).sidecars;
    expect(sidecar?.instance.values.has('note')).toBe(false);
    expect(sidecar?.initContainers).toMatchObject([{ args: ['https://example.com/x', '80'] }]);
  });
});

describe('the name of the shared volume', () => {
  const volumesOf = (annotations: Readonly<Record<string, string>>) =>
    injected(podWith(annotations)).sidecars.map(({ instance }) => instance.values.get('volume')?.value);

  it("is the container's, unless an annotation sets another", () => {
    expect(volumesOf(gitSync())).toEqual(['git-sync']);
    expect(volumesOf({ 'sidecar.io/git-sync_docs': repository })).toEqual(['git-sync-docs']);
    expect(volumesOf(gitSync({ volume: 'content' }))).toEqual(['content']);
  });
});

describe('where a value may point to', () => {
  const allowed = (value: string, policy: Partial<InjectionPolicy>) =>
    codes(decide(podWith({ ...gitSync({ mount: '/site' }), 'sidecar.io/git-sync': value }), { policy }));

  it.each([
    ['https://github.com/a/b', ['github.com'], true],
    ['https://GitHub.com/a/b', ['github.com'], true],
    ['https://github.com/a/b', ['GitHub.com'], true],
    ['https://github.com:8443/a/b', ['github.com'], true],
    ['git@github.com:a/b', ['github.com'], true],
    ['ssh://git@github.com:22/a/b', ['github.com'], true],
    ['https://git.example.com/a', ['*.example.com'], true],
    ['https://a.b.example.com/a', ['*.example.com'], true],
    ['https://[::1]/a', ['[::1]'], true],
    ['https://example.com/a', ['*.example.com'], false],
    ['https://badexample.com/a', ['*.example.com'], false],
    ['https://example.com.evil.org/a', ['*.example.com', 'example.com'], false],
    ['https://gist.github.com/a', ['github.com'], false],
    ['https://github.com/a', [], false],
  ])('is decided by its host: %s with %j', (value, allowedHosts, isAllowed) => {
    expect(allowed(value, { allowedHosts })).toEqual(isAllowed ? [] : ['origin-not-allowed']);
  });

  it.each([
    ['https://github.com/a', ['https'], []],
    ['git@github.com:a', ['ssh'], []],
    ['git@github.com:a', ['https'], ['origin-not-allowed']],
    ['http://github.com/a', ['https', 'ssh'], ['origin-not-allowed', 'unencrypted-url']],
  ])('is decided by its scheme: %s with %j', (value, allowedSchemes, expected) => {
    expect(allowed(value, { allowedSchemes })).toEqual(expected);
  });

  it('is told for scheme and host at once, with what is allowed', () => {
    const policy = { allowedSchemes: ['https'], allowedHosts: ['github.com', '*.example.com'] };
    const pod = podWith({ 'sidecar.io/git-sync': 'git@example.org:a' });
    expect(told(decide(pod, { policy })).slice(0, 2)).toEqual([
      'origin-not-allowed: annotation sidecar.io/git-sync: got "***@example.org:a"; allowed by allowedSchemes: https',
      'origin-not-allowed: annotation sidecar.io/git-sync: got "***@example.org:a"; allowed by allowedHosts: github.com, *.example.com',
    ]);
  });

  it('does not hinder values that point nowhere', () => {
    expect(
      codes(decide(podWith({ 'sidecar.io/plain': 'true' }), { sidecars, policy: { allowedHosts: [] } })),
    ).toEqual([]);
  });
});
