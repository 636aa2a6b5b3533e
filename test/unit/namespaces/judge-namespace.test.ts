import { describe, expect, it } from 'vitest';
import { excludedBeside } from '../../../src/namespaces/excluded-namespaces.ts';
import { judgeNamespace, type NamespaceJudge } from '../../../src/namespaces/judge-namespace.ts';
import { defaultPolicy, shippedSidecars } from '../../injection-fixture.ts';

type Texts = Readonly<Record<string, string>>;

const judge: NamespaceJudge = { sidecars: shippedSidecars, policy: defaultPolicy, rules: [] };

const exporter = { 'sidecar.io/statsd-exporter': 'true' };
const collector = { 'sidecar.io/log-collector': '/var/log/app/*.log' };

function namespace(label: string | undefined, annotations: Texts = {}, name = 'shop') {
  const labels = {
    'kubernetes.io/metadata.name': name,
    ...(label === undefined ? {} : { 'sidecar.io/inject': label }),
  };
  return { metadata: { name, labels, annotations } };
}

type Namespace = ReturnType<typeof namespace>;

function decide(after: Namespace, before?: Namespace, settings: Partial<NamespaceJudge> = {}) {
  const decision = judgeNamespace({ namespace: after, before }, { ...judge, ...settings });
  const findings = decision.outcome === 'refused' ? decision.refusals : decision.warnings;
  return [decision.outcome, ...findings.map(({ code, message }) => `${message} (${code})`)];
}

const refused = (...problems: readonly string[]) => ['refused', ...problems];
const told = (...warnings: readonly string[]) => ['skipped', ...warnings];

const restart = 'kubectl rollout restart deployment -n shop';
const keep = `those that run keep as they are: ${restart}`;
const nothing = namespace(undefined);
const enabled = namespace('enabled');

describe('what is told of a Namespace', () => {
  it('is what new pods get, and that those that run stay', () => {
    expect(decide(namespace('enabled', exporter), enabled)).toEqual(
      told(`new pods in shop will get statsd-exporter; ${keep} (pods-change)`),
    );
    expect(decide(namespace('enabled', exporter), namespace(undefined, exporter))).toEqual(
      told(`new pods in shop will get statsd-exporter; ${keep} (pods-change)`),
    );
  });

  it('is each sidecar alone where there are several', () => {
    expect(decide(namespace('enabled', { ...exporter, ...collector }), enabled)).toEqual(
      told(
        'new pods in shop will get log-collector (pods-change)',
        'new pods in shop will get statsd-exporter (pods-change)',
        `${keep} (pods-change)`,
      ),
    );
  });

  it('is what they get otherwise, and no longer', () => {
    const before = namespace('enabled', { ...exporter, ...collector });
    const after = namespace('enabled', {
      ...collector,
      'sidecar.io/log-collector.drain': '5',
      'sidecar.io/statsd-exporter': 'false',
    });
    expect(decide(after, before)).toEqual(
      told(
        'new pods in shop will get log-collector as it is asked for now (pods-change)',
        'new pods in shop will no longer get statsd-exporter (pods-change)',
        `${keep} (pods-change)`,
      ),
    );
    const off = namespace('enabled', { ...exporter, 'sidecar.io/inject': 'false' });
    expect(decide(off, namespace('enabled', exporter))).toEqual(
      told(
        'new pods in shop will no longer get statsd-exporter; those that run keep as they are (pods-change)',
        `${restart} (pods-change)`,
      ),
    );
    const left = namespace('enabled', { ...exporter, 'sidecar.io/statsd-exporter.inject': 'false' });
    expect(decide(left, namespace('enabled', exporter))).toEqual(
      told(
        'new pods in shop will no longer get statsd-exporter; those that run keep as they are (pods-change)',
        `${restart} (pods-change)`,
      ),
    );
  });

  it('is nothing of pods that run where the namespace is new', () => {
    expect(decide(namespace('enabled', exporter))).toEqual(
      told('new pods in shop will get statsd-exporter (pods-change)'),
    );
  });

  it('is nothing where nothing of ours has changed, or what has changed changes no pod', () => {
    const before = namespace('enabled', exporter);
    const other = { metadata: { ...before.metadata, annotations: { ...exporter, 'example.com/a': 'b' } } };
    expect(decide(other, before)).toEqual(told());
    expect(
      decide(namespace('enabled', { ...exporter, 'sidecar.io/log-collector.drain': '5' }), before),
    ).toEqual(told());
    expect(decide(nothing)).toEqual(told());
    expect(decide(namespace('disabled'))).toEqual(told());
  });

  it('is what rules give to its pods too, when the label is set', () => {
    const rules = [
      { from: 'rule 1', annotations: collector },
      { from: 'rule 2', pods: { matchLabels: { app: 'web' } }, annotations: exporter },
    ];
    expect(decide(enabled, nothing, { rules })).toEqual(
      told(
        'new pods in shop will get log-collector (rule 1); those that run keep as they are (pods-change)',
        `${restart} (pods-change)`,
      ),
    );
    expect(decide(namespace('enabled', exporter), enabled, { rules })).toEqual(
      told(`new pods in shop will get statsd-exporter; ${keep} (pods-change)`),
    );
  });

  it('is the label that is missing', () => {
    expect(decide(namespace(undefined, exporter), nothing)).toEqual(
      told(
        'annotations of a namespace count with its label only: kubectl label namespace shop sidecar.io/inject=enabled (namespace-without-effect)',
      ),
    );
  });

  it('is the annotation that is missing', () => {
    expect(decide(enabled, nothing)).toEqual(
      told(
        'no annotation asks for a sidecar yet: kubectl annotate namespace shop sidecar.io/<name>=true (namespace-without-effect)',
      ),
    );
    expect(decide(namespace('enabled', { 'sidecar.io/log-collector.drain': '5' }), nothing)).toEqual(told());
  });

  it('is that the namespace is left out in which the injector is installed, and no longer the usual one', () => {
    const excluded = excludedBeside('platform');
    const labelled = (name: string) =>
      judgeNamespace(
        { namespace: namespace('enabled', {}, name), before: undefined },
        { ...judge, excluded },
      ).warnings.map(({ message }) => message);
    expect(labelled('platform')[0]).toMatch(/^platform is always left out: /);
    expect(labelled('sidecar-injector')[0]).toMatch(/^no annotation asks for a sidecar yet: /);
  });

  it.each(['kube-system', 'kube-node-lease', 'sidecar-injector'])('is that %s is left out', name => {
    const said = `${name} is always left out: its label and annotations of sidecar.io/ have no effect`;
    const labelled = namespace('enabled', {}, name);
    expect(decide(labelled, namespace(undefined, {}, name))).toEqual(
      told(`${said} (namespace-without-effect)`),
    );
    expect(decide(namespace(undefined, { 'sidecar.io/x': '' }, name))).toEqual(
      told(`${said} (namespace-without-effect)`),
    );
    expect(decide(namespace(undefined, {}, name))).toEqual(told());
  });

  it('is that a namespace is labelled disabled, whatever else is wrong', () => {
    expect(decide(namespace('disabled', { 'sidecar.io/x': '' }), namespace('disabled'))).toEqual(
      told('annotations of a namespace that is labelled disabled have no effect (namespace-without-effect)'),
    );
  });

  it('is what only the injector writes, on pods', () => {
    expect(
      decide(
        namespace('enabled', { ...exporter, 'sidecar.io/status': '{}' }),
        namespace('enabled', exporter),
      ),
    ).toEqual(told('sidecar.io/status on a Namespace has no effect (namespace-without-effect)'));
  });

  it('fits into a line, whatever the names are', () => {
    const name = 'a'.repeat(63);
    const lines = [
      decide(namespace('enabled', exporter, name), namespace('enabled', {}, name)),
      decide(namespace('enabled', {}, name), namespace(undefined, {}, name)),
      decide(namespace(undefined, exporter, name), namespace(undefined, {}, name)),
      decide(namespace('true', exporter, name), namespace('true', {}, name)),
    ].flatMap(([, ...warnings]) => warnings.map(text => text.replace(/ \([a-z-]+\)$/, '')));
    expect(lines.filter(line => line.length > 120)).toEqual([]);
    expect(lines).toContain(`kubectl rollout restart deployment -n ${name}`);
    expect(lines).toContain(`kubectl label namespace ${name} sidecar.io/inject=enabled`);
  });
});

describe('what is refused of a Namespace', () => {
  const unknown =
    'annotation sidecar.io/statsd-exportr: no sidecar "statsd-exportr"; did you mean "statsd-exporter"? known: ' +
    [...shippedSidecars.sidecars.keys()].join(', ');
  const wrong = { 'sidecar.io/statsd-exportr': 'true' };

  it.each([
    ['an unknown sidecar', wrong, `${unknown} (unknown-sidecar)`],
    [
      'a wrong value',
      { 'sidecar.io/statsd-exporter': 'yes' },
      'annotation sidecar.io/statsd-exporter: got "yes"; use true or false (invalid-value)',
    ],
    [
      'a wrong value of a parameter',
      { ...exporter, 'sidecar.io/statsd-exporter.port': '0' },
      'annotation sidecar.io/statsd-exporter.port: got "0"; use a port number from 1 to 65535 (invalid-value)',
    ],
    [
      'a wrong value of a parameter that is a default',
      { 'sidecar.io/statsd-exporter.port': '0' },
      'annotation sidecar.io/statsd-exporter.port: got "0"; use a port number from 1 to 65535 (invalid-value)',
    ],
    [
      'an unknown sidecar that a default is for',
      { 'sidecar.io/statsd-exportr.port': '1' },
      `${unknown} (unknown-sidecar)`,
    ],
    [
      'an unknown parameter',
      { ...exporter, 'sidecar.io/statsd-exporter.prt': '1' },
      'annotation sidecar.io/statsd-exporter.prt: unknown parameter; did you mean sidecar.io/statsd-exporter.port? (unknown-parameter)',
    ],
    [
      'a key of another form',
      { 'sidecar.io/statsd-exporter.a.b': '1' },
      'annotation sidecar.io/statsd-exporter.a.b: use sidecar.io/statsd-exporter[_<instance>][.<parameter>] (invalid-key)',
    ],
    [
      'a wrong .inject',
      { 'sidecar.io/statsd-exporter.inject': 'no' },
      'annotation sidecar.io/statsd-exporter.inject: got "no"; use "true" or "false" (invalid-value)',
    ],
    [
      'two sidecars with one port',
      {
        ...exporter,
        'sidecar.io/statsd-exporter_b': 'true',
        'sidecar.io/statsd-exporter_b.statsd-port': '1',
      },
      expect.stringContaining('(port-taken)'),
    ],
    [
      'a label that stands as an annotation',
      { 'sidecar.io/inject': 'enabled' },
      'annotation sidecar.io/inject: got "enabled"; use "true" or "false", or set the label sidecar.io/inject=enabled (invalid-inject)',
    ],
  ])('is %s, with and without the label', (_title, annotations, problem) => {
    for (const label of [undefined, 'enabled']) {
      expect(decide(namespace(label, annotations), namespace(label))).toEqual(refused(problem));
      expect(decide(namespace(label, annotations))).toEqual(refused(problem));
    }
  });

  it('is a required parameter that is missing, where the sidecar is asked for', () => {
    const missing = namespace('enabled', { 'sidecar.io/tls-proxy': '8443:8080' });
    const [outcome, first] = decide(missing, enabled);
    expect([outcome, first]).toEqual(['refused', expect.stringContaining('missing')]);
  });

  it('is nothing that a rule gives', () => {
    const rules = [{ from: 'rule 1', annotations: wrong }];
    expect(decide(enabled, nothing, { rules })).toEqual(
      told(`new pods are refused: ${unknown} (unknown-sidecar)`),
    );
    expect(decide(enabled, undefined, { rules })).toEqual(
      told(`new pods are refused: ${unknown} (unknown-sidecar)`),
    );
  });

  it('is not a label that is neither enabled nor disabled, which is told', () => {
    const problem = 'label sidecar.io/inject: got "true"; use enabled or disabled (namespace-without-effect)';
    expect(decide(namespace('true'), nothing)).toEqual(told(problem));
    expect(decide(namespace('true'))).toEqual(told(problem));
    expect(decide(namespace('true', exporter), namespace('true'))).toEqual(told(problem));
  });

  it('is only what the write changes', () => {
    const before = namespace('enabled', wrong);
    expect(decide(namespace('enabled', { ...wrong, ...exporter }), before)).toEqual(
      told(`new pods are refused: ${unknown} (unknown-sidecar)`),
    );
    const worse = { ...wrong, 'sidecar.io/statsd-exporter': 'yes' };
    expect(decide(namespace('enabled', worse), before)).toEqual(
      refused('annotation sidecar.io/statsd-exporter: got "yes"; use true or false (invalid-value)'),
    );
    expect(decide(namespace(undefined, { ...wrong, ...exporter }), namespace(undefined, wrong))[1]).toBe(
      `${unknown} (unknown-sidecar)`,
    );
  });

  it('is all that is wrong where the label is set', () => {
    expect(decide(namespace('enabled', wrong), namespace(undefined, wrong))).toEqual(
      refused(`${unknown} (unknown-sidecar)`),
    );
    expect(decide(namespace('enabled', wrong), namespace('disabled', wrong))).toEqual(
      refused(`${unknown} (unknown-sidecar)`),
    );
  });

  it('is nothing that only a pod can tell', () => {
    const annotations = { ...exporter, 'sidecar.io/git-sync.containers': 'web' };
    expect(decide(namespace('enabled', annotations), namespace('enabled', exporter))).toEqual(told());
    const mount = {
      'sidecar.io/git-sync': 'https://example.com/x.git',
      'sidecar.io/git-sync.mount': '/site',
      'sidecar.io/git-sync.containers': 'web',
    };
    expect(decide(namespace('enabled', mount), enabled)[0]).toBe('skipped');
  });

  it('is no annotation of others where the operator says so', () => {
    const policy = { ...defaultPolicy, unknownSidecars: 'warn' as const };
    const [outcome, ...warnings] = decide(namespace('enabled', wrong), enabled, { policy });
    expect([outcome, warnings.some(text => text.includes('(unknown-sidecar)'))]).toEqual(['skipped', true]);
  });

  it('has defaults for more sidecars than a pod may have', () => {
    const policy = { ...defaultPolicy, maximumSidecars: 1 };
    const annotations = { 'sidecar.io/statsd-exporter.port': '1', 'sidecar.io/log-collector.drain': '5' };
    expect(decide(namespace('enabled', annotations), enabled, { policy })).toEqual(told());
    expect(decide(namespace('enabled', { ...exporter, ...collector }), enabled, { policy })[1]).toContain(
      '(too-many-sidecars)',
    );
  });
});
