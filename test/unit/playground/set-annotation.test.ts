import { describe, expect, it } from 'vitest';
import { setAnnotation } from '../../../src/playground/set-annotation.ts';
import { playgroundExamples, podYaml } from '../../playground-fixture.ts';

const key = 'sidecar.io/statsd-exporter';

function set(text: string, value: string | undefined, name = key, object = 0): string {
  const { text: after, problems } = setAnnotation(text, { object, key: name, value }, []);
  expect(problems).toEqual([]);
  return after;
}

describe('an annotation of the form', () => {
  it.each([
    ['a pod with annotations', podYaml('team: shop')],
    ['a pod without', podYaml()],
    ['an object without metadata', 'apiVersion: v1\nkind: Pod\nspec:\n  containers: []\n'],
    ['annotations in one line', podYaml().replace('name: web\n', 'name: web\n  annotations: {team: shop}\n')],
    ['JSON', '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{}}'],
    ['a Deployment', playgroundExamples.get('01-site.yaml') ?? ''],
  ])('is taken out byte for byte: %s', (_name, text) => {
    const there = set(text, 'true');
    expect(there).toContain(key);
    expect(there).not.toBe(text);
    expect(set(there, undefined)).toBe(text);
  });

  it('is changed where it stands', () => {
    const text = podYaml(`${key}: "true" # mine`);
    expect(set(text, 'false')).toBe(podYaml(`${key}: "false" # mine`));
  });

  it('is changed in the pod template, where it stands there', () => {
    const text = playgroundExamples.get('02-job.yaml') ?? '';
    const after = set(text, 'https://github.com/org/other.git', 'sidecar.io/git-sync');
    expect(after).toBe(text.replace('org/reports.git', 'org/other.git'));
  });

  it('is set on the object that is meant', () => {
    const text = `kind: ConfigMap\napiVersion: v1\n---\n${podYaml()}---\n${podYaml()}`;
    const after = set(text, 'true', key, 1);
    expect(after.indexOf(key)).toBeGreaterThan(text.lastIndexOf('---'));
  });

  it('is nowhere where there is no such object', () => {
    expect(set(podYaml(), 'true', key, 7)).toBe(podYaml());
  });

  it('is not taken out where it is not', () => {
    expect(set(podYaml(), undefined)).toBe(podYaml());
  });
});
