import { describe, expect, it } from 'vitest';
import { engineOf } from '../../../src/playground/engine.ts';
import { type ShownManifest, showManifest } from '../../../src/playground/show-manifest.ts';
import { editManifest } from '../../../src/written-objects/edited-manifest.ts';
import { injectObject } from '../../../src/written-objects/inject-object.ts';
import { playgroundExamples, podYaml, shippedEngine, shippedState } from '../../playground-fixture.ts';

const asking = 'sidecar.io/git-sync: https://github.com/org/site.git';

/** What stands where the findings of a manifest are marked, by their codes. */
function marked(
  text: string,
  { objects }: ShownManifest,
): readonly (readonly [code: string, text: string])[] {
  return objects.flatMap(({ findings }) =>
    findings.map(({ code, place }) => [code, text.slice(place.start, place.end)] as const),
  );
}

describe('what the page shows of a manifest', () => {
  it('is the text that inject makes of it', () => {
    const text = podYaml(asking, 'sidecar.io/git-sync.mount: /site');
    const { injector, workloadKinds } = shippedEngine;
    const { after } = editManifest('x', text, object =>
      injectObject(object, { injector, workloadKinds, annotations: {}, extent: 'all' }),
    );
    expect(after).toContain('initContainers');
    expect(showManifest(text, shippedEngine)).toMatchObject({ after, problems: [] });
  });

  it('leaves a refused object as it is, and shows what the others get', () => {
    const refused = podYaml(asking, 'sidecar.io/git-sync.perod: 30s');
    const text = `${refused}---\n${podYaml(asking)}`;
    const shown = showManifest(text, shippedEngine);
    expect(shown.objects.map(({ outcome }) => outcome)).toEqual(['refused', 'injected']);
    expect(shown.after.startsWith(`${refused}---\n`)).toBe(true);
    expect(shown.after).toContain('initContainers');
  });

  it.each([
    ['a parameter', 'sidecar.io/git-sync.perod: 30s', 'unknown-parameter', 'sidecar.io/git-sync.perod: 30s'],
    ['a value', 'sidecar.io/git-sync.period: often', 'invalid-value', 'sidecar.io/git-sync.period: often'],
    [
      'what is missing, at what asks for it',
      'sidecar.io/git-sync.sparse-key: a',
      'parameter-needs-another',
      'sidecar.io/git-sync.sparse-key: a',
    ],
  ])('marks a refusal where it comes from: %s', (_what, line, code, place) => {
    const text = podYaml(asking, line);
    expect(marked(text, showManifest(text, shippedEngine))).toContainEqual([code, place]);
  });

  it('marks a parameter that is missing at the annotation that asks for its sidecar', () => {
    const text = podYaml('sidecar.io/tls-proxy: "8443:8080"');
    expect(marked(text, showManifest(text, shippedEngine))).toContainEqual([
      'missing-parameter',
      'sidecar.io/tls-proxy: "8443:8080"',
    ]);
  });

  it('marks what a namespace asks for in the Namespace, and says where it comes from', () => {
    const text = `apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {sidecar.io/inject: enabled}
  annotations:
    sidecar.io/git-sync: not a repository
---
${podYaml().replace('name: web\n', 'name: web\n  namespace: shop\n')}`;
    const shown = showManifest(text, shippedEngine);
    expect(marked(text, shown)).toContainEqual(['invalid-value', 'sidecar.io/git-sync: not a repository']);
    const pod = shown.objects.find(({ name }) => name === 'pod/web');
    expect(pod?.annotations).toMatchObject([{ key: 'sidecar.io/git-sync', from: 'namespace shop' }]);
  });

  it('says of a Namespace without the label that it has no effect', () => {
    const text =
      'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  annotations:\n    sidecar.io/git-sync: https://github.com/org/site.git\n';
    const codes = marked(text, showManifest(text, shippedEngine)).map(([code]) => code);
    expect(codes).toContain('namespace-without-effect');
  });

  it('says of an annotation where nobody reads it that it is misplaced', () => {
    const text = `apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  annotations:\n    ${asking}\nspec: {}\n`;
    const [service] = showManifest(text, shippedEngine).objects;
    expect(service).toMatchObject({ name: 'service/web', outcome: 'noted' });
    expect(service?.findings.length).toBeGreaterThan(0);
  });

  it('says where each annotation comes from', () => {
    const text = playgroundExamples.get('05-namespace.yaml') ?? '';
    const cart = showManifest(text, shippedEngine).objects.find(({ name }) => name === 'deployment/cart');
    expect(cart?.annotations.map(({ key, from }) => [key, from])).toEqual([
      ['sidecar.io/log-collector', 'the Deployment'],
      ['sidecar.io/statsd-exporter.inject', 'the Deployment'],
      ['sidecar.io/statsd-exporter', 'namespace shop'],
    ]);
  });

  it('tells all that is refused for one reason', () => {
    const text = podYaml(asking, 'sidecar.io/git-sync.mount: /a', 'sidecar.io/git-sync.containers: one,two');
    const codes = marked(text, showManifest(text, shippedEngine)).map(([code]) => code);
    expect(codes).toEqual(['mount-container-unknown', 'mount-container-unknown']);
  });

  it('knows an object again when others come before it', () => {
    const ids = (text: string) => showManifest(text, shippedEngine).objects.map(({ id }) => id);
    const [id] = ids(podYaml(asking));
    const other = playgroundExamples.get('01-site.yaml') ?? '';
    expect(ids(`${other}---\n${podYaml(asking)}---\n${podYaml(asking)}`)).toEqual([
      expect.any(String),
      id,
      expect.not.stringMatching(`^${id}$`),
    ]);
  });

  it('says of an annotated Deployment what an injector does not carry', () => {
    const engine = engineOf({ ...shippedState, workloads: 'off' }, []);
    const text = playgroundExamples.get('01-site.yaml') ?? '';
    expect(marked(text, showManifest(text, engine)).map(([code]) => code)).toContain('workloads-off');
  });

  it('says who left a sidecar out, where somebody did', () => {
    const text =
      playgroundExamples
        .get('05-namespace.yaml')
        ?.replace('sidecar.io/log-collector: /logs/*.log', 'sidecar.io/log-collector.inject: "false"') ?? '';
    const cart = showManifest(text, shippedEngine).objects.find(({ name }) => name === 'deployment/cart');
    expect(cart?.sentence).toContain('sidecar.io/log-collector.inject on the Deployment is "false"');
  });

  it('says nothing of itself where something is wrong with what is left alone', () => {
    const text = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: []}\n';
    const [object] = showManifest(text, shippedEngine).objects;
    expect(object).toMatchObject({ outcome: 'noted', sentence: '' });
    expect(object?.findings.map(({ code }) => code)).toEqual(['malformed-object']);
  });

  it('shows no more than anybody reads of hostile annotations', () => {
    const lines = Array.from({ length: 5000 }, (_, index) => `sidecar.io/git-sync.x${index}: a`);
    const [object] = showManifest(podYaml(asking, ...lines), shippedEngine).objects;
    expect(object?.findings).toHaveLength(100);
    expect(object?.annotations).toHaveLength(500);
  });

  it('shows no more objects than a browser does, and says so', () => {
    const shown = showManifest('apiVersion: v1\nkind: Pod\n---\n'.repeat(1200), shippedEngine);
    expect(shown.objects).toHaveLength(1000);
    expect(shown.problems).toMatchObject([{ message: expect.stringContaining('first 1000 objects') }]);
  });

  it('tells each thing once', () => {
    const text = podYaml(asking, 'sidecar.io/git-sync.period: often');
    const codes = marked(text, showManifest(text, shippedEngine)).map(([code]) => code);
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('says where a text is no YAML, and leaves it', () => {
    const text = `${podYaml(asking)}  - wrong: [\n`;
    const shown = showManifest(text, shippedEngine);
    expect(shown.after).toBe(text);
    expect(shown.problems).toMatchObject([{ line: expect.any(Number), message: expect.any(String) }]);
  });

  it('says what is wrong with a Namespace that is none', () => {
    const text = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: [a]}\n';
    expect(showManifest(text, shippedEngine).problems).toMatchObject([{ line: 1 }]);
  });

  it('goes by a definition that is edited', () => {
    const [file] = shippedState.files.filter(({ name }) => name === 'git-sync.yaml');
    const edited = {
      name: 'git-sync.yaml',
      text: (file?.text ?? '').replace('git-sync:v4.7.1', 'git-sync:v9'),
    };
    const { after } = showManifest(podYaml(asking), engineOf(shippedState, [edited]));
    expect(after).toContain('git-sync:v9');
  });

  it('refuses what asks for a definition that was broken by an edit', () => {
    const engine = engineOf(shippedState, [{ name: 'git-sync.yaml', text: 'kind: Nothing\n' }]);
    const text = podYaml(asking);
    expect(marked(text, showManifest(text, engine)).map(([code]) => code)).toContain('broken-definition');
  });
});

describe('the examples', () => {
  const outcomes = (name: string) =>
    showManifest(playgroundExamples.get(name) ?? '', shippedEngine)
      .objects.filter(({ making }) => making !== undefined)
      .map(({ outcome }) => outcome);

  it.each([...playgroundExamples.keys()].filter(name => !name.includes('refusals')))(
    '%s is injected',
    name => {
      expect(outcomes(name)).toEqual(['injected']);
    },
  );

  it.each([...playgroundExamples.keys()].filter(name => !name.includes('refusals')))(
    '%s is without warnings',
    name => {
      const { objects } = showManifest(playgroundExamples.get(name) ?? '', shippedEngine);
      expect(objects.flatMap(({ findings }) => findings.map(({ message }) => message))).toEqual([]);
    },
  );

  it('show each refusal of theirs in a pod of its own, each with another reason', () => {
    const { objects } = showManifest(playgroundExamples.get('06-refusals.yaml') ?? '', shippedEngine);
    const codes = objects.map(({ findings }) => findings.find(({ kind }) => kind === 'problem')?.code);
    expect(objects.every(({ outcome }) => outcome === 'refused')).toBe(true);
    expect(new Set(codes).size).toBe(objects.length);
  });
});
