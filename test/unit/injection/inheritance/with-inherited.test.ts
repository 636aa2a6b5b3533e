import { describe, expect, it } from 'vitest';
import type { AnnotationSource } from '../../../../src/injection/inheritance/annotation-source.ts';
import { alone, withInherited, withoutNews } from '../../../../src/injection/inheritance/with-inherited.ts';
import { sourceOf } from '../../../injection-fixture.ts';

type Annotations = Readonly<Record<string, string>>;

/** Keys without their prefix; those of others are written whole. */
function prefixed(annotations: Annotations): Annotations {
  const entries = Object.entries(annotations);
  return Object.fromEntries(
    entries.map(([key, value]) => [key.includes('/') ? key : `sidecar.io/${key}`, value]),
  );
}

const shop = (annotations: Annotations) => sourceOf(prefixed(annotations));
const rule = (annotations: Annotations, index = 1) => sourceOf(prefixed(annotations), `rule ${index}`);

describe('what counts for a pod', () => {
  it.each<[string, Annotations, readonly AnnotationSource[], Annotations, Annotations]>([
    ['nothing is there', {}, [], {}, {}],
    ['no source', { logs: 'true' }, [], { logs: 'true' }, {}],
    ['a source without annotations', { logs: 'true' }, [shop({})], { logs: 'true' }, {}],
    ['a switch of the source', {}, [shop({ logs: 'true' })], { logs: 'true' }, { logs: 'namespace shop' }],
    [
      'a switch of each',
      { site: 'x' },
      [shop({ logs: 'true' })],
      { site: 'x', logs: 'true' },
      { logs: 'namespace shop' },
    ],
    ['the same key in both', { logs: 'a' }, [shop({ logs: 'b' })], { logs: 'a' }, {}],
    ['the same key, empty in the pod', { logs: '' }, [shop({ logs: 'b' })], { logs: '' }, {}],
    ['a switch that the pod has off', { logs: 'false' }, [shop({ logs: 'true' })], { logs: 'false' }, {}],
    [
      'parameters beside a switch of the source',
      {},
      [shop({ logs: 'true', 'logs.level': '2' })],
      { logs: 'true', 'logs.level': '2' },
      { logs: 'namespace shop', 'logs.level': 'namespace shop' },
    ],
    [
      'a parameter beside a switch of the pod',
      { logs: 'true' },
      [shop({ 'logs.level': '2' })],
      { logs: 'true', 'logs.level': '2' },
      { 'logs.level': 'namespace shop' },
    ],
    [
      'a parameter of the pod beside a switch of the source',
      { 'logs.level': '3' },
      [shop({ logs: 'true', 'logs.level': '2' })],
      { logs: 'true', 'logs.level': '3' },
      { logs: 'namespace shop' },
    ],
    [
      'a parameter of the source without a switch',
      { site: 'x' },
      [shop({ 'logs.level': '2' })],
      { site: 'x' },
      {},
    ],
    [
      'a parameter of the pod without a switch, which is for others to refuse',
      { 'logs.level': '3' },
      [shop({ 'logs.size': '2' })],
      { 'logs.level': '3' },
      {},
    ],
    [
      'a parameter of one instance beside the switch of another',
      { logs_a: 'true' },
      [shop({ 'logs_b.level': '2', 'logs.level': '1', 'logs_a.level': '0' })],
      { logs_a: 'true', 'logs_a.level': '0' },
      { 'logs_a.level': 'namespace shop' },
    ],
    [
      'the namespace before a rule, and a later rule before an earlier one',
      {},
      [
        rule({ logs: '1', 'logs.a': '1', 'logs.b': '1' }, 1),
        rule({ logs: '2', 'logs.b': '2' }, 2),
        shop({ logs: '3' }),
      ],
      { logs: '3', 'logs.a': '1', 'logs.b': '2' },
      { logs: 'namespace shop', 'logs.a': 'rule 1', 'logs.b': 'rule 2' },
    ],
    [
      'a parameter of the namespace beside the switch of a rule',
      {},
      [rule({ logs: 'true' }), shop({ 'logs.level': '2' })],
      { logs: 'true', 'logs.level': '2' },
      { logs: 'rule 1', 'logs.level': 'namespace shop' },
    ],
    [
      'what leaves a sidecar out',
      { logs: 'true' },
      [shop({ 'logs.inject': 'false' })],
      { logs: 'true', 'logs.inject': 'false' },
      { 'logs.inject': 'namespace shop' },
    ],
    [
      'what leaves a sidecar out, where the pod wants it',
      { logs: 'true', 'logs.inject': 'true' },
      [shop({ 'logs.inject': 'false' })],
      { logs: 'true', 'logs.inject': 'true' },
      {},
    ],
    [
      'what leaves out a sidecar of a rule',
      {},
      [rule({ logs: 'true' }), shop({ 'logs.inject': 'false' })],
      { logs: 'true', 'logs.inject': 'false' },
      { logs: 'rule 1', 'logs.inject': 'namespace shop' },
    ],
    [
      'sidecar.io/inject',
      { logs: 'true' },
      [shop({ inject: 'false' })],
      { logs: 'true', inject: 'false' },
      { inject: 'namespace shop' },
    ],
    [
      'sidecar.io/inject, where the pod says otherwise',
      { inject: 'true' },
      [shop({ inject: 'false' })],
      { inject: 'true' },
      {},
    ],
    [
      'what injectors write, and what is not ours',
      {},
      [shop({ status: '{}', propagated: '{}', 'example.com/logs': 'true', 'my-sidecar.io/logs': 'true' })],
      {},
      {},
    ],
    [
      'a key that breaks the grammar, so that somebody hears of it',
      {},
      [shop({ LOGS: 'true', 'logs.a.b': '1' })],
      { LOGS: 'true' },
      { LOGS: 'namespace shop' },
    ],
    ['annotations of others on the pod', { 'example.com/a': 'b' }, [shop({})], { 'example.com/a': 'b' }, {}],
    [
      'names of the language',
      {},
      [shop({ constructor: 'true', 'constructor.name': 'x' })],
      { constructor: 'true', 'constructor.name': 'x' },
      { constructor: 'namespace shop', 'constructor.name': 'namespace shop' },
    ],
  ])('%s', (_what, own, sources, ...[annotations, origins]) => {
    const inheritance = withInherited(prefixed(own), sources);
    expect(inheritance.annotations).toEqual(prefixed(annotations));
    expect(Object.fromEntries(inheritance.origins)).toEqual(prefixed(origins));
  });

  it('is the very object of a pod that inherits nothing', () => {
    const own = prefixed({ logs: 'true' });
    expect(withInherited(own, []).annotations).toBe(own);
    expect(withInherited(own, [shop({ 'site.ref': 'main' })]).annotations).toBe(own);
  });
});

describe('what counts for a pod that has sidecars already', () => {
  const sources = [
    shop({ logs: 'true', 'logs.level': '2', site_b: 'x', 'site_b.ref': 'main', inject: 'maybe' }),
  ];

  it.each<[string, Annotations, readonly string[], readonly string[]]>([
    ['what its status names', {}, ['logs'], ['logs', 'logs.level']],
    ['an instance by the name of its container', {}, ['site-b'], ['site_b', 'site_b.ref']],
    ['nothing that is new', {}, ['other'], []],
    ['defaults for what it asks for itself', { site_b: 'y' }, ['other'], ['site_b.ref']],
    ['no switch for a parameter of its own', { 'site_b.path': '/x' }, ['other'], []],
  ])('%s', (_what, own, named, keys) => {
    const annotations = prefixed(own);
    const { origins } = withoutNews(annotations, withInherited(annotations, sources), new Set(named));
    expect([...origins.keys()].toSorted()).toEqual(keys.map(key => `sidecar.io/${key}`).toSorted());
  });

  it('is still nothing where the namespace leaves all pods out', () => {
    const offered = withInherited({}, [shop({ logs: 'true', inject: 'false' })]);
    expect(withoutNews({}, offered, new Set(['other'])).annotations).toEqual(prefixed({ inject: 'false' }));
  });

  it('is what it was where it inherits nothing', () => {
    const own = prefixed({ logs: 'true' });
    expect(withoutNews(own, alone(own), new Set(['logs'])).annotations).toBe(own);
  });
});
