import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/kubernetes/json.ts';
import { type CompiledPolicies, compilePolicies } from '../../../src/policies/compile-policies.ts';
import { type LossCode, losses } from '../../../src/policies/losses.ts';
import type { SidecarDefinition } from '../../../src/sidecars/definition.ts';
import { emptySidecarSet, nextSidecarSet } from '../../../src/sidecars/sidecar-set.ts';
import { at, contribFiles, defaultPolicy, shippedFiles, sidecarsOf } from '../../injection-fixture.ts';

const files = [...shippedFiles, ...contribFiles];
const { sidecars, problems } = nextSidecarSet(emptySidecarSet, files);
const definitions = [...sidecars.values()];

function compiled(specs: Readonly<Record<string, object>>, policy = {}): CompiledPolicies {
  return compilePolicies([...sidecarsOf(specs).sidecars.values()], { ...defaultPolicy, ...policy });
}

const nameOf = (object: JsonObject) => String(at(object, 'metadata', 'name'));
const kindAndName = (object: JsonObject) => `${String(object['kind'])} ${nameOf(object)}`;

interface Placed {
  readonly place: string;
  readonly expression: string;
}

/** All expressions of an object. */
function expressionsIn(value: unknown, place = ''): readonly Placed[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, below]) =>
    /^(?:expression|messageExpression)$/.test(key)
      ? [{ place, expression: String(below) }]
      : expressionsIn(below, `${place}/${key}`),
  );
}

describe('the policies of a definition', () => {
  const { objects } = compiled({ logs: {}, 'logs-audit': {} });

  it('have names that say whose they are, each once', () => {
    const names = objects.map(kindAndName);
    expect(new Set(names).size).toBe(names.length);
    for (const name of [
      'logs.sidecar.io',
      'logs.namespaces.sidecar.io',
      'logs-audit.sidecar.io',
      'pods.sidecar-injector',
      'pods.namespaces.sidecar-injector',
    ]) {
      for (const kind of ['MutatingAdmissionPolicy', 'ValidatingAdmissionPolicy']) {
        expect(names).toContain(`${kind} ${name}`);
        expect(names).toContain(`${kind}Binding ${name}`);
      }
    }
    expect(names).toContain('MutatingAdmissionPolicy workloads.sidecar-injector');
  });

  it('name their sidecar and its definition', () => {
    const [definition] = sidecarsOf({ logs: {} }).sidecars.values();
    const own = objects.filter(object => /^logs\./.test(nameOf(object)));
    expect(own).toHaveLength(8);
    for (const { metadata } of own) {
      expect(metadata).toMatchObject({
        labels: {
          'app.kubernetes.io/name': 'sidecar-injector',
          'app.kubernetes.io/component': 'policy',
          'policies.sidecar.io/sidecar': 'logs',
        },
        annotations: { 'policies.sidecar.io/definition': definition?.hash },
      });
    }
  });

  it('have a binding each, and a policy for each binding', () => {
    const of = (isBinding: boolean) =>
      objects
        .filter(({ kind }) => String(kind).endsWith('Binding') === isBinding)
        .map(object => kindAndName(object).replace('Binding ', ' '))
        .toSorted();
    expect(of(true)).toEqual(of(false));
    for (const object of objects.filter(({ kind }) => String(kind).endsWith('Binding'))) {
      expect(at(object, 'spec', 'policyName')).toBe(nameOf(object));
    }
  });

  it('are the same whenever they are made', () => {
    const once = JSON.stringify(compilePolicies(definitions, defaultPolicy));
    expect(JSON.stringify(compilePolicies(definitions, defaultPolicy)) === once).toBe(true);
  });
});

describe('the report', () => {
  const about = (specs: Readonly<Record<string, object>>, policy = {}) =>
    compiled(specs, policy).report.map(({ code, sidecar, part }) => [code, sidecar, part].join(' ').trim());

  it.each<[string, object, string]>([
    [
      'a list',
      { parameters: { paths: { type: 'path', list: true, description: 'Paths.' } } },
      'many-values logs paths',
    ],
    [
      'a quantity',
      { parameters: { most: { type: 'quantity', description: 'Most.' } } },
      'large-exponent logs most',
    ],
    [
      'a URL',
      { parameters: { target: { type: 'url', description: 'Where.' } } },
      'host-notation logs target',
    ],
  ])('tells what is lost of a parameter: %s', (_what, spec, line) => {
    expect(about({ logs: spec })).toContain(line);
    expect(about({ logs: {} })).not.toContain(line);
  });

  it('tells what is lost of some sets', () => {
    const annotated = { annotations: { 'example.com/a': 'b' } };
    expect(about({ a: annotated })).not.toContain('annotation-of-two');
    expect(about({ a: annotated, b: annotated })).toContain('annotation-of-two');
    expect(about({ a: {} })).not.toContain('unknown-let-through');
    expect(about({ a: {} }, { unknownSidecars: 'warn' })).toContain('unknown-let-through');
  });

  it('has no line twice', () => {
    const lines = compilePolicies(definitions, defaultPolicy).report.map(line => JSON.stringify(line));
    expect(new Set(lines).size).toBe(lines.length);
  });

  it('has each code that is described', () => {
    const annotated = { annotations: { 'example.com/a': 'b' } };
    const odd = {
      parameters: { class: { type: 'string', pattern: '\\p{L}+', description: 'A class.' } },
    };
    const reported = [
      ...compilePolicies(definitions, { ...defaultPolicy, unknownSidecars: 'warn' }).report,
      ...compiled({ a: annotated, b: annotated, odd }).report,
    ].map(({ code }) => code);
    const bySettings: readonly LossCode[] = [
      'cluster-rules',
      'version-rules',
      'workload-kinds',
      'workload-warnings',
    ];
    expect([...new Set([...reported, ...bySettings])].toSorted()).toEqual(Object.keys(losses).toSorted());
  });
});

describe('what ships', () => {
  it('is read without a problem', () => {
    expect(problems).toEqual([]);
    expect(definitions).toHaveLength(files.length);
  });

  const { objects } = compilePolicies(definitions, defaultPolicy);
  const policies = objects.filter(({ kind }) => String(kind).endsWith('Policy'));

  // The API server checks the types of an expression in a time that grows with the square of its length.
  it.each(policies.map(policy => [kindAndName(policy), policy] as const))(
    'has expressions that the API server reads soon: %s',
    (_name, policy) => {
      const expressions = expressionsIn(policy);
      const long = expressions.filter(({ expression }) => expression.length > 20_000);
      expect(long.map(({ place, expression }) => `${place}: ${expression.length}`)).toEqual([]);
      expect(expressions.length).toBeGreaterThan(1);
      const total = expressions.reduce((sum, { expression }) => sum + expression.length, 0);
      expect(total).toBeLessThan(250_000);
    },
  );

  it.each(definitions.map((definition): [string, SidecarDefinition] => [definition.name, definition]))(
    'can be compiled alone: %s',
    (name, definition) => {
      const alone = compilePolicies([definition], defaultPolicy).objects.map(nameOf);
      expect(alone).toContain(`${name}.sidecar.io`);
    },
  );
});
