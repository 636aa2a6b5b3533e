import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { controllersOfPage, proofsOfPage, valueAt } from '../controllers-page.ts';
import { casesOf } from '../test-cases.ts';

const controllers = controllersOfPage();

describe('docs/controllers.md', () => {
  it('is about the controllers that people ask about', () => {
    expect(controllers.map(({ name }) => name)).toEqual([
      'knative',
      'tekton',
      'argo-workflows',
      'argo-rollouts',
      'airflow',
      'dagster',
      'kueue',
      'spark',
      'jenkins',
      'gitlab-runner',
      'leaderworkerset',
      'jobset',
      'kubevirt',
      'openshift',
      'prometheus-operator',
      'operators-with-an-old-client',
    ]);
  });

  it.each(controllers)('has the annotations of a manifest where its table says: $name', controller => {
    expect(controller.paths.length).toBeGreaterThan(0);
    for (const path of controller.paths)
      expect(valueAt(controller.manifest, path), path).toHaveProperty(['sidecar.io/git-sync']);
  });

  it.each(controllers)('has them nowhere else, where they would do nothing: $name', ({ manifest, paths }) => {
    expect(JSON.stringify(manifest).split('"sidecar.io/git-sync":')).toHaveLength(paths.length + 1);
  });

  it('tells Kueue what git-sync requests', () => {
    const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
    const { cpu, memory } = parse(read('sidecars/git-sync.yaml')).spec.container.resources.requests;
    expect(read('docs/controllers.md')).toContain(`quota for ${cpu} CPU and ${memory} more for each pod`);
  });

  it.each(proofsOfPage())('is proven by a case that there is: %s: %s', (file, title) => {
    expect(casesOf(file)).toContain(title);
  });
});
