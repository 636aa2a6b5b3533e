import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/kubernetes/json.ts';
import type { Pod } from '../../../../src/kubernetes/pod.ts';
import {
  at,
  gitSync,
  injected,
  podAfter,
  podWith,
  repository,
  shippedSidecars,
  sidecarsOf,
} from '../../../injection-fixture.ts';
import { takenOut } from '../../../taking-out.ts';

const evictKey = 'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes';

const statusOf = (pod: Pod): unknown => JSON.parse(pod.metadata.annotations?.['sidecar.io/status'] ?? '');

describe('the status annotation', () => {
  it('says what was added, by the name of the container', () => {
    const after = podAfter(podWith(gitSync({ mode: 'classic', link: 'www', mount: '/site' })));
    expect(statusOf(after)).toEqual({
      'git-sync': {
        definition: shippedSidecars.sidecars.get('git-sync')?.hash,
        parameters: expect.stringMatching(/^[0-9a-f]{16}$/),
        mode: 'classic',
        containers: ['git-sync-init', 'git-sync'],
        volumes: ['git-sync', 'git-sync-tmp'],
        content: '/git/www',
        mounts: ['app:/site'],
        annotations: [evictKey],
      },
    });
  });

  it('does not claim a volume that the pod declared itself', () => {
    const after = podAfter(
      podWith(gitSync({ mount: '/site' }), { volumes: [{ name: 'git-sync', emptyDir: {} }] }),
    );
    expect(at(statusOf(after), 'git-sync', 'volumes')).toEqual(['git-sync-tmp']);
  });

  it('names the mounts in each container of the app, and none that was there', () => {
    const mounted = { name: 'app', volumeMounts: [{ name: 'git-sync', mountPath: '/site' }] };
    const volumes = [{ name: 'git-sync', emptyDir: {} }];
    const after = podAfter(
      podWith(gitSync({ mount: '/site', containers: 'app,web,job' }), {
        containers: [{ name: 'web' }, mounted, { name: 'job' }],
        volumes,
      }),
    );
    expect(at(statusOf(after), 'git-sync', 'mounts')).toEqual(['web:/site', 'job:/site']);
  });

  it('does not claim an annotation that the pod has itself, although it says the same', () => {
    const sidecars = sidecarsOf({ plain: { annotations: { 'example.com/a': 'x', 'example.com/b': 'x' } } });
    const after = podAfter(podWith({ 'sidecar.io/plain': 'true', 'example.com/a': 'x' }), { sidecars });
    expect(at(statusOf(after), 'plain', 'annotations')).toEqual(['example.com/b']);
  });

  it('has a mount or an annotation that two sidecars bring together in both entries', () => {
    const sidecars = sidecarsOf({
      one: { annotations: { 'example.com/both': 'x', 'example.com/own': '1' } },
      two: { annotations: { 'example.com/both': 'x', 'example.com/own': '2' } },
    });
    const status = statusOf(
      podAfter(podWith({ 'sidecar.io/one': 'true', 'sidecar.io/two': 'true' }), { sidecars }),
    );
    expect(at(status, 'one', 'annotations')).toEqual(['example.com/both', 'example.com/own']);
    expect(at(status, 'two', 'annotations')).toEqual(['example.com/both']);
  });

  it('has a mount that two sidecars ask for in both entries', () => {
    const shared = { volumes: [{ name: '${volume}', emptyDir: {}, shared: true }] };
    const sidecars = sidecarsOf({ one: shared, two: shared });
    const both = ['one', 'two'].flatMap(name => [
      [`sidecar.io/${name}`, 'true'],
      [`sidecar.io/${name}.volume`, 'content'],
      [`sidecar.io/${name}.mount`, '/site'],
    ]);
    const volumes = [{ name: 'content', emptyDir: {} }];
    const status = statusOf(podAfter(podWith(Object.fromEntries(both), { volumes }), { sidecars }));
    expect(at(status, 'one', 'mounts')).toEqual(['app:/site']);
    expect(at(status, 'two', 'mounts')).toEqual(['app:/site']);
  });

  it('names again what was left of a sidecar whose container was taken out', () => {
    const first = podAfter(podWith(gitSync({ mount: '/site' })));
    const again = podAfter({ ...first, spec: { ...first.spec, initContainers: [] } });
    expect(statusOf(again)).toEqual(statusOf(first));
  });

  it('says the same where the second sidecar came in a later pass', () => {
    const sidecars = sidecarsOf({
      one: { annotations: { 'example.com/both': 'x', 'example.com/own': '1' } },
      two: { annotations: { 'example.com/both': 'x', 'example.com/own': '2' } },
    });
    const first = podAfter(podWith({ 'sidecar.io/one': 'true' }), { sidecars });
    const annotations = { ...first.metadata.annotations, 'sidecar.io/two': 'true' };
    const status = statusOf(podAfter({ ...first, metadata: { annotations } }, { sidecars }));
    expect(at(status, 'one', 'annotations')).toEqual(['example.com/both', 'example.com/own']);
    expect(at(status, 'two', 'annotations')).toEqual(['example.com/both']);
  });

  it('has an entry for each sidecar', () => {
    const after = podAfter(podWith({ ...gitSync(), 'sidecar.io/git-sync_docs': repository }));
    expect(Object.keys(statusOf(after) as object)).toEqual(['git-sync', 'git-sync-docs']);
  });

  it('leaves out the content where the definition does not say where it is', () => {
    const after = podAfter(podWith({ 'sidecar.io/plain': 'true' }), { sidecars: sidecarsOf({ plain: {} }) });
    expect(at(statusOf(after), 'plain')).not.toHaveProperty('content');
  });

  it('keeps what an earlier pass wrote, but for sidecars that are gone', () => {
    const entry = { definition: 'x', parameters: 'x', mode: 'init', volumes: [] };
    const status = { here: { ...entry, containers: ['here'] }, gone: { ...entry, containers: ['gone'] } };
    const pod = podWith(
      { ...gitSync({ mount: '/site' }), 'sidecar.io/status': JSON.stringify(status) },
      { initContainers: [{ name: 'here' }] },
    );
    expect(Object.keys(statusOf(podAfter(pod)) as object)).toEqual(['here', 'git-sync']);
  });
});

describe('the annotation for the cluster autoscaler', () => {
  const valueIn = (pod: Pod) => pod.metadata.annotations?.[evictKey];

  it('names the emptyDirs that are added, and no other volumes', () => {
    const after = podAfter(
      podWith(gitSync({ secret: 'token', mount: '/site' }), { volumes: [{ name: 'cache', emptyDir: {} }] }),
    );
    expect(valueIn(after)).toBe('git-sync,git-sync-tmp');
  });

  it('does not name a volume that the pod declared itself', () => {
    const after = podAfter(
      podWith(gitSync({ mount: '/site' }), { volumes: [{ name: 'git-sync', emptyDir: {} }] }),
    );
    expect(valueIn(after)).toBe('git-sync-tmp');
  });

  it('names the volumes of all sidecars', () => {
    const after = podAfter(podWith({ ...gitSync(), 'sidecar.io/git-sync_docs': repository }));
    expect(valueIn(after)).toBe('git-sync,git-sync-tmp,git-sync-docs,git-sync-docs-tmp');
  });

  it('names those of a sidecar that comes in a later pass too', () => {
    const later = (pod: Pod) => {
      const annotations = { ...pod.metadata.annotations, 'sidecar.io/git-sync_docs': repository };
      return podAfter({ ...pod, metadata: { ...pod.metadata, annotations } });
    };
    const ours = later(podAfter(podWith(gitSync())));
    expect(valueIn(ours)).toBe('git-sync,git-sync-tmp,git-sync-docs,git-sync-docs-tmp');
    expect(at(statusOf(ours), 'git-sync-docs', 'annotations')).toEqual([evictKey]);
    const own = later(podAfter(podWith({ ...gitSync(), [evictKey]: 'cache' })));
    expect(valueIn(own)).toBe('cache,git-sync,git-sync-tmp,git-sync-docs,git-sync-docs-tmp');
    expect(at(statusOf(own), 'git-sync-docs')).not.toHaveProperty('annotations');
    expect(at(statusOf(own), 'git-sync-docs', 'appended')).toEqual([
      `${evictKey}:git-sync-docs`,
      `${evictKey}:git-sync-docs-tmp`,
    ]);
  });

  it.each([
    ['', 'git-sync,git-sync-tmp', ['git-sync', 'git-sync-tmp']],
    ['cache', 'cache,git-sync,git-sync-tmp', ['git-sync', 'git-sync-tmp']],
    // The autoscaler takes a name with the spaces beside it, so this one is another.
    ['a, git-sync ', 'a, git-sync ,git-sync,git-sync-tmp', ['git-sync', 'git-sync-tmp']],
    ['a,a,', 'a,a,,git-sync,git-sync-tmp', ['git-sync', 'git-sync-tmp']],
    ['git-sync,a', 'git-sync,a,git-sync-tmp', ['git-sync-tmp']],
    ['git-sync-tmp,git-sync', 'git-sync-tmp,git-sync', []],
  ])('keeps what the user wrote in front, and the status tells what is ours: "%s"', (own, now, names) => {
    const pod = podWith({ ...gitSync({ mount: '/site' }), [evictKey]: own });
    const after = podAfter(pod);
    expect(valueIn(after)).toBe(now);
    const entry = at(statusOf(after), 'git-sync') as JsonObject;
    expect(entry['appended'] ?? []).toEqual(names.map(name => `${evictKey}:${name}`));
    expect(entry).not.toHaveProperty('annotations');
    expect(takenOut(after as unknown as JsonObject)).toEqual(pod);
  });

  it('still tells what is ours where a sidecar is put in a second time', () => {
    const { metadata, spec } = podAfter(podWith({ ...gitSync({ mount: '/site' }), [evictKey]: 'git-sync' }));
    const again = podAfter({ metadata, spec: { ...spec, initContainers: [] } });
    expect(valueIn(again)).toBe('git-sync,git-sync-tmp');
    expect(at(statusOf(again), 'git-sync', 'appended')).toEqual([`${evictKey}:git-sync-tmp`]);
  });

  it('is not needed for volumes in memory, nor for none', () => {
    const sidecars = sidecarsOf({
      plain: {},
      memory: { volumes: [{ name: 'm', emptyDir: { medium: 'Memory' } }] },
    });
    const after = podAfter(podWith({ 'sidecar.io/plain': 'true', 'sidecar.io/memory': 'true' }), {
      sidecars,
    });
    expect(after.metadata.annotations).not.toHaveProperty([evictKey]);
  });
});

describe('annotations that a definition brings', () => {
  const sidecars = sidecarsOf({
    first: {
      parameters: { port: { type: 'port', default: 80 }, path: { type: 'path' } },
      annotations: {
        'example.com/port': '${port}',
        'example.com/path': '${path}',
        'example.com/both': 'first',
      },
    },
    second: { annotations: { 'example.com/both': 'second', [evictKey]: 'theirs' } },
  });

  it('are added with their values, and left out without', () => {
    const after = podAfter(podWith({ 'sidecar.io/first': 'true' }), { sidecars });
    expect(after.metadata.annotations).toMatchObject({
      'example.com/port': '80',
      'example.com/both': 'first',
    });
    expect(after.metadata.annotations).not.toHaveProperty(['example.com/path']);
  });

  it('never change one that the pod has, although it is empty', () => {
    const after = podAfter(podWith({ 'sidecar.io/first': 'true', 'example.com/port': '' }), { sidecars });
    expect(after.metadata.annotations).toMatchObject({ 'example.com/port': '' });
  });

  it('are those of the first sidecar that brings them', () => {
    const { operations } = injected(podWith({ 'sidecar.io/second': 'true', 'sidecar.io/first': 'true' }), {
      sidecars,
    });
    const both = operations.filter(({ path }) => path === '/metadata/annotations/example.com~1both');
    expect(both.map(({ value }) => value)).toEqual(['first']);
  });
});
