import { describe, expect, it } from 'vitest';
import { gitSync, injected, podWith, repository, sidecarsOf } from '../../../injection-fixture.ts';

const volumesOf = (annotations: Readonly<Record<string, string>>, sidecars?: ReturnType<typeof sidecarsOf>) =>
  injected(podWith(annotations), sidecars ? { sidecars } : {}).sidecars.flatMap(({ volumes }) => volumes);

describe('the volumes of a sidecar', () => {
  it('are those whose parameters have values, the shared one first', () => {
    expect(volumesOf(gitSync())).toEqual([
      {
        volume: { name: 'git-sync', emptyDir: {} },
        shared: { isMain: true, at: undefined, isFixed: false },
      },
      { volume: { name: 'git-sync-tmp', emptyDir: {} } },
    ]);
    expect(volumesOf(gitSync({ secret: 'token', ca: 'company' })).map(({ volume }) => volume.name)).toEqual([
      'git-sync',
      'git-sync-tmp',
      'git-sync-secret',
      'git-sync-ca',
    ]);
  });

  it('are named after the instance', () => {
    const names = volumesOf({ 'sidecar.io/git-sync_docs': repository }).map(({ volume }) => volume.name);
    expect(names).toEqual(['git-sync-docs', 'git-sync-docs-tmp']);
  });

  it('have the size that an annotation sets: the shared one only', () => {
    expect(volumesOf(gitSync({ size: '2Gi', volume: 'content' })).map(({ volume }) => volume)).toEqual([
      { name: 'content', emptyDir: { sizeLimit: '2Gi' } },
      { name: 'git-sync-tmp', emptyDir: {} },
    ]);
  });

  it('keep what else the definition says of them', () => {
    const sidecars = sidecarsOf({
      cache: {
        volumes: [{ name: '${volume}', emptyDir: { medium: 'Memory', sizeLimit: '1Gi' }, shared: true }],
      },
    });
    const annotations = { 'sidecar.io/cache': 'true', 'sidecar.io/cache.size': '2Gi' };
    expect(volumesOf(annotations, sidecars).map(({ volume }) => volume)).toEqual([
      { name: 'cache', emptyDir: { medium: 'Memory', sizeLimit: '2Gi' } },
    ]);
  });

  it('do not carry the mark that says which one is shared', () => {
    expect(JSON.stringify(injected(podWith(gitSync())).operations)).not.toContain('"shared"');
  });
});

describe('the content of a sidecar', () => {
  it('is told as a path in it', () => {
    expect(injected(podWith(gitSync({ link: 'www' }))).sidecars[0]?.content).toBe('/git/www');
    const sidecars = sidecarsOf({ plain: {} });
    expect(
      injected(podWith({ 'sidecar.io/plain': 'true' }), { sidecars }).sidecars[0]?.content,
    ).toBeUndefined();
  });
});
