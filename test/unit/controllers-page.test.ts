import { describe, expect, it } from 'vitest';
import { controllersOfPage, valueAt } from '../controllers-page.ts';

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
});
