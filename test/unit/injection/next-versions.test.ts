import { describe, expect, it } from 'vitest';
import { createInjector } from '../../../src/injection/inject.ts';
import type { InjectionPolicy } from '../../../src/injection/policy.ts';
import type { Pod } from '../../../src/kubernetes/pod.ts';
import { emptySidecarSet, nextSidecarSet, type SidecarSet } from '../../../src/sidecars/sidecar-set.ts';
import { codes, defaultPolicy, podWith } from '../../injection-fixture.ts';
import { filesWithNext, sidecarSetWithNext } from '../../next-versions.ts';

const key = 'sidecar.io/logs';
const all: Partial<InjectionPolicy> = { versions: { logs: { next: 100 } } };

interface Given {
  readonly set?: SidecarSet;
  readonly policy?: Partial<InjectionPolicy>;
}

function decided(pod: Pod, { set = sidecarSetWithNext('logs'), policy = {} }: Given = {}) {
  return createInjector(set, { ...defaultPolicy, ...policy })(pod);
}

/** The image, the version in the status, and the codes of what is said. */
function outcomeOf(pod: Pod, given?: Given) {
  const decision = decided(pod, given);
  const warnings = decision.warnings.map(({ code }) => code);
  if (decision.outcome !== 'injected')
    return {
      outcome: decision.outcome,
      codes: 'refusals' in decision ? decision.refusals.map(({ code }) => code) : [],
      warnings,
    };
  const images = decision.sidecars.flatMap(({ initContainers }) =>
    initContainers.map(container => (container as unknown as { readonly image: string }).image),
  );
  const text = JSON.stringify(decision.operations);
  return { images, isNext: text.includes('\\"version\\":\\"next\\"'), warnings };
}

const current = { images: ['registry.example.com/logs:v1'], isNext: false, warnings: [] };
const next = { images: ['registry.example.com/logs:v2'], isNext: true, warnings: [] };

describe('the version of a definition that a pod gets', () => {
  it('is the current one where nobody says otherwise', () => {
    expect(outcomeOf(podWith({ [key]: 'true' }))).toEqual(current);
  });

  it('is the next one where its annotation says so', () => {
    expect(outcomeOf(podWith({ [key]: 'true', [`${key}.version`]: 'next' }))).toEqual(next);
  });

  it('is the next one where the operator chose it, and its annotation does not say otherwise', () => {
    expect(outcomeOf(podWith({ [key]: 'true' }), { policy: all })).toEqual(next);
    expect(outcomeOf(podWith({ [key]: 'true', [`${key}.version`]: 'current' }), { policy: all })).toEqual(
      current,
    );
  });

  it('is for each instance what that says', () => {
    const pod = podWith({ [key]: 'true', [`${key}_b`]: 'true', [`${key}_b.version`]: 'next' });
    expect(outcomeOf(pod)).toMatchObject({
      images: ['registry.example.com/logs:v1', 'registry.example.com/logs:v2'],
    });
  });

  it('is inherited as any parameter is', () => {
    const injector = createInjector(sidecarSetWithNext('logs'), defaultPolicy);
    const source = { from: 'namespace shop', annotations: { [`${key}.version`]: 'next' } };
    expect(JSON.stringify(injector(podWith({ [key]: 'true' }), [source]))).toContain('logs:v2');
    const own = podWith({ [key]: 'true', [`${key}.version`]: 'current' });
    expect(JSON.stringify(injector(own, [source]))).not.toContain('logs:v2');
  });

  it('is the current one with a warning where the next one was promoted', () => {
    const set = nextSidecarSet(emptySidecarSet, filesWithNext('logs').slice(0, 1));
    expect(outcomeOf(podWith({ [key]: 'true', [`${key}.version`]: 'next' }), { set })).toEqual({
      ...current,
      warnings: ['no-next-version'],
    });
    expect(outcomeOf(podWith({ [key]: 'true' }), { set, policy: all })).toEqual(current);
  });

  it('is none where the pod asks for one that cannot be used', () => {
    const set = nextSidecarSet(emptySidecarSet, filesWithNext('logs', { container: {} }));
    expect(outcomeOf(podWith({ [key]: 'true', [`${key}.version`]: 'next' }), { set })).toMatchObject({
      codes: ['broken-definition'],
    });
    expect(outcomeOf(podWith({ [key]: 'true' }), { set, policy: all })).toEqual(current);
  });

  it('is the next one for those that ask for it where there is no other', () => {
    const set = nextSidecarSet(emptySidecarSet, filesWithNext('logs').slice(1));
    expect(outcomeOf(podWith({ [key]: 'true', [`${key}.version`]: 'next' }), { set })).toEqual(next);
    const refused = decided(podWith({ [key]: 'true' }), { set });
    expect(refused).toMatchObject({
      outcome: 'refused',
      refusals: [
        {
          code: 'broken-definition',
          message: expect.stringContaining('only logs.next.yaml defines it'),
        },
      ],
    });
  });

  it.each([
    ['', 'empty-value'],
    ['v2', 'invalid-value'],
    ['Next', 'invalid-value'],
  ])('is none where the annotation says %j', (value, code) => {
    expect(outcomeOf(podWith({ [key]: 'true', [`${key}.version`]: value }))).toMatchObject({ codes: [code] });
  });

  it('is told of together with what else is wrong', () => {
    const pod = podWith({ [key]: 'true', [`${key}.version`]: 'v2', [`${key}.level`]: 'much' });
    expect(outcomeOf(pod)).toMatchObject({ codes: ['invalid-value', 'invalid-value'] });
  });

  it('is a parameter of the definition where that has one of this name', () => {
    const [file] = filesWithNext('logs');
    const text = (file?.text ?? '').replace('"level"', '"version"').replace('${level}', '${version}');
    const set = nextSidecarSet(emptySidecarSet, [{ name: 'logs.yaml', text }]);
    const decision = decided(podWith({ [key]: 'true', [`${key}.version`]: '7' }), { set });
    expect(JSON.stringify(decision)).toContain('--level=7');
  });

  it('has an image of its own in the configuration', () => {
    const pod = podWith({ [key]: 'true', [`${key}.version`]: 'next' });
    const withImages = (images: Readonly<Record<string, string>>) => outcomeOf(pod, { policy: { images } });
    expect(withImages({ logs: 'mirror/logs:v1' })).toEqual(next);
    expect(withImages({ 'logs.next': 'mirror/logs:v2' })).toMatchObject({ images: ['mirror/logs:v2'] });
  });
});

describe('a pod that was chosen for a next version and would be refused with it', () => {
  it('gets the current one, and a warning, where its annotations do not fit', () => {
    const set = nextSidecarSet(
      emptySidecarSet,
      filesWithNext('logs', { parameters: {}, container: { image: 'a:2' } }),
    );
    const pod = podWith({ [key]: 'true', [`${key}.level`]: '3' });
    expect(outcomeOf(pod, { set, policy: all })).toEqual({ ...current, warnings: ['next-version-refused'] });
    const asking = podWith({ ...pod.metadata.annotations, [`${key}.version`]: 'next' });
    expect(outcomeOf(asking, { set, policy: all })).toMatchObject({ codes: ['unknown-parameter'] });
  });

  it('gets the current one, and a warning, where its containers do not fit', () => {
    const ports = [{ containerPort: 80 }];
    const set = nextSidecarSet(
      emptySidecarSet,
      filesWithNext('logs', { container: { image: 'a:2', ports } }),
    );
    const pod = podWith({ [key]: 'true' }, { containers: [{ name: 'app', ports }] });
    expect(outcomeOf(pod, { set, policy: all })).toEqual({ ...current, warnings: ['next-version-refused'] });
  });

  it('is told what is wrong with the current one where both are refused', () => {
    const set = nextSidecarSet(
      emptySidecarSet,
      filesWithNext('logs', { parameters: {}, container: { image: 'a:2' } }),
    );
    const pod = podWith({ [key]: 'true', [`${key}.level`]: 'much' });
    expect(outcomeOf(pod, { set, policy: all })).toMatchObject({ codes: ['invalid-value'], warnings: [] });
  });
});

describe('a pod that inherits a next version and would be refused with it', () => {
  const source = { from: 'rule 1', annotations: { [`${key}.version`]: 'next' } };
  const inheriting = (set: SidecarSet, pod: Pod) => {
    const decision = createInjector(set, defaultPolicy)(pod, [source]);
    return [decision.outcome, ...codes(decision), JSON.stringify(decision).includes('logs:v1')];
  };
  const ports = [{ containerPort: 80 }];

  it.each([
    ['its annotations', { parameters: {}, container: { image: 'a:2' } }, { [`${key}.level`]: '3' }],
    ['its containers', { container: { image: 'a:2', ports } }, {}],
    ['no pod, because its file is broken', { container: {} }, {}],
  ])('gets the current one, and a warning, where that fits %s', (_what, spec, more) => {
    const set = nextSidecarSet(emptySidecarSet, filesWithNext('logs', spec));
    const pod = podWith({ [key]: 'true', ...more }, { containers: [{ name: 'app', ports }] });
    expect(inheriting(set, pod)).toEqual(['injected', 'next-version-refused', true]);
    const asking = podWith({ ...pod.metadata.annotations, [`${key}.version`]: 'next' }, pod.spec);
    expect(inheriting(set, asking)[0]).toBe('refused');
  });
});

describe('the memory of plans', () => {
  it('keeps the versions of workloads apart that ask for the same', () => {
    const injector = createInjector(sidecarSetWithNext('logs'), {
      ...defaultPolicy,
      versions: { logs: { next: 50 } },
    });
    const imagesOf = (round: number) =>
      Array.from({ length: 40 }, (_, index) => {
        const pod = podWith({ [key]: 'true' });
        const named = {
          ...pod,
          metadata: { ...pod.metadata, name: `web-${index}`, labels: { round: String(round) } },
        };
        return JSON.stringify(injector(named)).includes('logs:v2');
      });
    const first = imagesOf(1);
    expect(new Set(first)).toEqual(new Set([true, false]));
    expect(imagesOf(2)).toEqual(first);
  });
});

describe('the status of a next version', () => {
  it('names no mounts in an empty list, as every status does, so that they are not taken for those of old', () => {
    const volumes = [{ name: 'data', configMap: { name: 'data' } }];
    const set = nextSidecarSet(emptySidecarSet, filesWithNext('logs', { volumes }));
    const decision = decided(podWith({ [key]: 'true', [`${key}.version`]: 'next' }), { set });
    expect(JSON.stringify(decision)).toContain('\\"volumes\\":[\\"data\\"],\\"mounts\\":[]');
  });
});
