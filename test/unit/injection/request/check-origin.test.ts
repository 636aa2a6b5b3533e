import { describe, expect, it } from 'vitest';
import type { InjectionPolicy } from '../../../../src/injection/policy.ts';
import { decide, gitSync, podWith, shippedSidecars, sidecarsOf, told } from '../../../injection-fixture.ts';

const spec = {
  value: 'to',
  parameters: {
    to: { type: 'url' },
    hooks: { type: 'url', list: true },
    named: { type: 'url', map: true },
    proxy: { type: 'url', default: 'http://proxy.internal:3128' },
    send: { type: 'endpoint' },
    peers: { type: 'endpoint', list: true },
    fixed: { type: 'endpoint', default: 'collector.internal:4317' },
  },
};
const sidecars = sidecarsOf({ plain: spec });

/** Whether parameters of the sidecar may have these values. */
function passes(parameters: Readonly<Record<string, string>>, policy: Partial<InjectionPolicy>): boolean {
  const annotations = Object.entries(parameters).map(([name, value]) => [`sidecar.io/plain.${name}`, value]);
  const pod = podWith({ 'sidecar.io/plain': 'http://localhost/', ...Object.fromEntries(annotations) });
  return !told(decide(pod, { sidecars, policy })).some(line => line.startsWith('origin-not-allowed: '));
}

describe('a url', () => {
  const allowed = (value: string, allowedUrls: readonly string[]) =>
    passes({ hooks: value }, { allowedUrls });

  it('may point anywhere where no list is set', () => {
    expect(passes({ hooks: 'http://169.254.169.254/' }, {})).toBe(true);
    expect(
      passes(
        { hooks: 'http://169.254.169.254/' },
        { allowedHosts: [], allowedSchemes: [], allowedEndpoints: [] },
      ),
    ).toBe(true);
  });

  it.each([
    ['http://hooks.example.com/x', ['hooks.example.com']],
    ['https://HOOKS.example.COM:8443', ['hooks.example.com']],
    ['https://hooks.example.com', ['HOOKS.example.com']],
    ['https://hooks.example.com./x', ['hooks.example.com']],
    ['https://a.b.example.com/x', ['*.example.com']],
    ['https://a.EXAMPLE.com./x', ['*.Example.com']],
    ['https://hooks.example.com/x', ['https://hooks.example.com']],
    ['https://a.example.com/x', ['http://b.example.com', 'https://*.example.com']],
    ['https://[2001:db8::1]/x', ['[2001:db8::1]']],
    ['https://[2001:DB8:0:0::1]/x', ['https://[2001:db8::1]']],
    ['https://[2001:db8::1]/x', ['[2001:DB8:0::1]']],
    ['http://10.0.0.1/x', ['10.0.0.1']],
    ['http://0xa.1/x', ['10.0.0.1']],
    ['https://b%C3%BCcher.example/x', ['xn--bcher-kva.example']],
    ['https://bücher.example/x', ['xn--bcher-kva.example']],
  ])('may be %s with %j', (value, allowedUrls) => {
    expect(allowed(value, allowedUrls)).toBe(true);
  });

  it.each([
    ['https://hooks.example.com/', []],
    ['http://hooks.example.com/', ['https://hooks.example.com']],
    ['https://example.com/', ['*.example.com']],
    ['https://badexample.com/', ['*.example.com', 'example.com']],
    ['https://hooks.example.com.evil.example/', ['hooks.example.com', '*.example.com']],
    ['https://evil.example/hooks.example.com', ['hooks.example.com']],
    ['https://evil.example?.example.com', ['*.example.com']],
    ['https://evil.example#.example.com', ['*.example.com']],
    ['https://hooks.example.com../', ['hooks.example.com']],
    ['http://169.254.169.254/latest', ['*.example.com', '10.0.0.1']],
    ['http://2852039166/latest', ['*.example.com']],
    ['http://[::ffff:169.254.169.254]/', ['[::1]', '10.0.0.1']],
    ['http://0.0.0.0/', ['hooks.example.com']],
    ['http://localhost.evil.example/', ['hooks.example.com']],
    ['http://127.evil.example/', ['hooks.example.com']],
    ['http://127.0.0.1.evil.example/', ['hooks.example.com']],
    ['http://[::2]/', ['hooks.example.com']],
    ['https://h%6fst.evil.example/', ['host.example']],
  ])('may not be %s with %j', (value, allowedUrls) => {
    expect(allowed(value, allowedUrls)).toBe(false);
  });

  it.each([
    'http://localhost:9090/-/reload',
    'http://LOCALHOST./',
    'https://127.0.0.1/',
    'http://127.1.2.3:80/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://[::1]:8080/x',
    'http://[0:0:0:0:0:0:0:1]/',
  ])('may always stay in the pod: %s', value => {
    expect(allowed(value, [])).toBe(true);
    expect(allowed(value, ['https://hooks.example.com'])).toBe(true);
  });

  it('is looked at wherever it stands among several', () => {
    const policy = { allowedUrls: ['a.example'] };
    expect(passes({ hooks: 'https://a.example/,http://a.example:80/' }, policy)).toBe(true);
    expect(passes({ hooks: 'https://a.example/,https://b.example/' }, policy)).toBe(false);
    expect(passes({ hooks: 'https://b.example/,https://a.example/' }, policy)).toBe(false);
    expect(passes({ named: 'x=https://a.example/,y=https://b.example/' }, policy)).toBe(false);
    expect(passes({ named: 'x=https://a.example/,y=https://a.example/' }, policy)).toBe(true);
  });

  it('is the default that nobody has to write, and may be written too', () => {
    const policy = { allowedUrls: [] };
    expect(passes({}, policy)).toBe(true);
    expect(passes({ proxy: 'http://proxy.internal:3128' }, policy)).toBe(true);
    expect(passes({ proxy: 'http://proxy.internal:3129' }, policy)).toBe(false);
    expect(passes({ hooks: 'http://proxy.internal:3128' }, policy)).toBe(false);
  });

  it('is what the operator says by default, in place of the default of the definition', () => {
    const set = sidecarsOf(
      { plain: spec },
      { plain: { proxy: 'http://proxy.corp:80', send: 'sink.corp:4317' } },
    );
    const policy = { allowedUrls: [], allowedEndpoints: [] };
    const lines = (parameters: Readonly<Record<string, string>>) =>
      told(
        decide(podWith({ 'sidecar.io/plain': 'http://localhost/', ...parameters }), {
          sidecars: set,
          policy,
        }),
      );
    expect(lines({})).toEqual([]);
    expect(
      lines({ 'sidecar.io/plain.proxy': 'http://proxy.corp:80', 'sidecar.io/plain.send': 'sink.corp:4317' }),
    ).toEqual([]);
    expect(lines({ 'sidecar.io/plain.proxy': 'http://proxy.internal:3128' })).toHaveLength(1);
  });
});

describe('an endpoint', () => {
  const allowed = (value: string, allowedEndpoints: readonly string[]) =>
    passes({ send: value }, { allowedEndpoints, allowedUrls: [] });

  it.each([
    ['collector.example.com:4317', ['collector.example.com'], true],
    ['Collector.Example.com:4317', ['*.example.com'], true],
    ['https://collector.example.com/v1', ['collector.example.com'], true],
    ['https://collector.example.com/v1', ['https://*.example.com'], true],
    ['collector.example.com:4317', ['https://*.example.com'], false],
    ['http://collector.example.com/v1', ['https://*.example.com'], false],
    ['evil.example:4317', ['*.example.com'], false],
    ['[2001:db8::1]:4317', ['[2001:db8::1]'], true],
    ['[2001:db8::2]:4317', ['[2001:db8::1]'], false],
    ['10.0.0.1:4317', ['10.0.0.1'], true],
    ['localhost:4317', [], true],
    ['127.0.0.1:4317', [], true],
    ['[::1]:4317', [], true],
    ['http://localhost:4318', [], true],
    ['collector.internal:4317', [], false],
  ])('%s with %j: %s', (value, allowedEndpoints, expected) => {
    expect(allowed(value, allowedEndpoints)).toBe(expected);
  });

  it('is looked at wherever it stands in a list, and its default passes', () => {
    expect(passes({ peers: 'a.example:1,b.example:1' }, { allowedEndpoints: ['a.example'] })).toBe(false);
    expect(passes({ peers: 'a.example:1,a.example:2' }, { allowedEndpoints: ['a.example'] })).toBe(true);
    expect(passes({ fixed: 'collector.internal:4317' }, { allowedEndpoints: [] })).toBe(true);
  });
});

describe('the parameters of the sidecars that ship', () => {
  it('that hold addresses are these; docs/configuration.md names them', () => {
    const found = [...shippedSidecars.sidecars.values()].flatMap(({ name, parameters }) =>
      [...parameters.values()]
        .filter(({ type }) => ['git-url', 'url', 'endpoint'].includes(type))
        .map(parameter => `${name}.${parameter.name}`),
    );
    expect(found).toEqual([
      'git-sync.repo',
      'git-sync.github-base-url',
      'git-sync.proxy',
      'git-sync.webhook',
      'log-collector.endpoint',
    ]);
  });

  it.each([
    ['git-sync', 'webhook', 'http://169.254.169.254/latest', 'allowedUrls'],
    ['git-sync', 'proxy', 'http://evil.example:3128', 'allowedUrls'],
    ['git-sync', 'github-base-url', 'http://evil.example/api', 'allowedUrls'],
    ['log-collector', 'endpoint', 'evil.example:4317', 'allowedEndpoints'],
  ])('are held to a list of their own: %s.%s', (sidecar, name, value, list) => {
    const switches = { 'sidecar.io/log-collector': '/var/log/app/*.log', ...gitSync() };
    const pod = podWith({ ...switches, [`sidecar.io/${sidecar}.${name}`]: value });
    const codesFor = (policy: Partial<InjectionPolicy>) =>
      told(decide(pod, { policy })).filter(line => line.startsWith('origin-not-allowed: '));
    expect(codesFor({ allowedHosts: ['github.com'], allowedSchemes: ['https'] })).toEqual([]);
    const [line, ...others] = codesFor({ [list]: ['*.example.com'] });
    expect(others).toEqual([]);
    expect(line).toMatch(`annotation sidecar.io/${sidecar}.${name}: got "`);
    expect(line).toMatch(new RegExp(`; allowed by ${list}: \\*\\.example\\.com$`));
  });

  it('are refused without the path, where services keep their secret', () => {
    const pod = podWith({
      ...gitSync(),
      'sidecar.io/git-sync.webhook': 'https://chat.example/services/T0/s3cr3t',
    });
    const [line] = told(decide(pod, { policy: { allowedUrls: ['a.example'] } }));
    expect(line).toMatch('got "https://chat.example/…"; allowed by allowedUrls: a.example');
  });

  it('are refused with a list that is cut, or with none', () => {
    const pod = podWith({ ...gitSync(), 'sidecar.io/git-sync.webhook': 'https://evil.example/' });
    const lineFor = (allowedUrls: readonly string[]) => told(decide(pod, { policy: { allowedUrls } }))[0];
    expect(lineFor([])).toMatch(/; allowed by allowedUrls: none$/);
    const many = Array.from({ length: 600 }, (_, index) => `h${index}.example`);
    expect(lineFor(many)).toMatch(/: h0\.example, .*\.example and 5\d\d more$/);
  });
});
