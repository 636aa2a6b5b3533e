import { describe, expect, it } from 'vitest';
import { createInjector } from '../../../src/injection/inject.ts';
import type { PodSpec, VolumeMount } from '../../../src/kubernetes/pod.ts';
import type { SidecarSet } from '../../../src/sidecars/sidecar-set.ts';
import { type Judgement, previewPods } from '../../../src/workloads/preview-pods.ts';
import {
  defaultPolicy,
  gitSync,
  podWith,
  repository,
  shippedSidecars,
  sidecarsOf,
} from '../../injection-fixture.ts';
import { workloadWith } from '../../workload-fixture.ts';

/** A template with these annotations, and what the engine says of it. */
function judged(
  annotations: Readonly<Record<string, string>>,
  spec: Partial<PodSpec> = {},
  sidecars: SidecarSet = shippedSidecars,
): Judgement {
  const pod = podWith(annotations, spec);
  return { pod, decision: createInjector(sidecars, defaultPolicy)(pod) };
}

/** What is told of a template, beside what it was before an update. */
const preview = (now: Judgement, earlier?: Judgement, workload = workloadWith()) =>
  previewPods(workload, now, earlier && { workload, ...earlier }).map(
    ({ code, message }) => `${code}: ${message}`,
  );

/** A specification whose app mounts the volume of git-sync in this way. */
const mounting = (...mounts: readonly Omit<VolumeMount, 'name'>[]): Partial<PodSpec> => ({
  containers: [{ name: 'app', volumeMounts: mounts.map(mount => ({ name: 'git-sync', ...mount })) }],
});

const willGet = "pods-change: web's pods will get git-sync";
const noLonger = "pods-change: web's pods will no longer get git-sync";

describe('the place of the content', () => {
  it.each<readonly [what: string, spec: Partial<PodSpec>, content: string]>([
    ['mounts the volume', mounting({ mountPath: '/www' }), '/www/current'],
    ['mounts it with a slash behind', mounting({ mountPath: '/www/' }), '/www/current'],
    ['mounts it as its root', mounting({ mountPath: '/' }), '/current'],
    ['mounts it with an empty subPath', mounting({ mountPath: '/www', subPath: '' }), '/www/current'],
    [
      'mounts one directory of it, and then the whole',
      mounting({ mountPath: '/part', subPath: 'docs' }, { mountPath: '/www' }),
      '/www/current',
    ],
    [
      'mounts a directory that only it knows, and then the whole',
      mounting({ mountPath: '/part', subPathExpr: '$(POD)' }, { mountPath: '/www' }),
      '/www/current',
    ],
    [
      'mounts it twice: the first mount counts',
      mounting({ mountPath: '/www' }, { mountPath: '/srv' }),
      '/www/current',
    ],
    [
      'mounts it elsewhere than its init container',
      {
        ...mounting({ mountPath: '/www' }),
        initContainers: [{ name: 'setup', volumeMounts: [{ name: 'git-sync', mountPath: '/init' }] }],
      },
      '/www/current',
    ],
    [
      'leaves it to its init container',
      { initContainers: [{ name: 'setup', volumeMounts: [{ name: 'git-sync', mountPath: '/init' }] }] },
      '/init/current',
    ],
  ])('is seen through the mount of the app, which %s', (_how, spec, content) => {
    expect(preview(judged(gitSync(), spec))).toEqual([`${willGet}, content at ${content}`]);
  });

  it.each<readonly [what: string, spec: Partial<PodSpec>]>([
    ['mounts nothing', {}],
    [
      'mounts another volume',
      { containers: [{ name: 'app', volumeMounts: [{ name: 'x', mountPath: '/' }] }] },
    ],
    ['mounts one directory of it', mounting({ mountPath: '/www', subPath: 'docs' })],
    ['mounts a directory of it that only it knows', mounting({ mountPath: '/www', subPathExpr: '$(POD)' })],
  ])('is not told where the app %s', (_what, spec) => {
    expect(preview(judged(gitSync(), spec))).toEqual([willGet]);
  });

  it.each<readonly [what: string, spec: Partial<PodSpec>]>([
    ['nothing', {}],
    ['the volume elsewhere', mounting({ mountPath: '/www' })],
    ['one directory of it', mounting({ mountPath: '/www', subPath: 'docs' })],
    ['the volume there already', mounting({ mountPath: '/site/' })],
  ])('is the path that an annotation asks for where the app mounts %s', (_what, spec) => {
    expect(preview(judged(gitSync({ mount: '/site' }), spec))).toEqual([
      `${willGet}, content at /site/current`,
    ]);
  });

  const part = { mountPath: '/site', subPath: 'docs' };
  it.each<readonly [what: string, parameters: object, spec: Partial<PodSpec>, content: string]>([
    ['is a directory of the volume', {}, mounting(part), ''],
    ['is that, beside the whole', {}, mounting(part, { mountPath: '/www' }), ', content at /www/current'],
    [
      'is that in one container',
      { containers: 'app,web' },
      { containers: [...(mounting(part).containers ?? []), { name: 'web' }] },
      ', content at /site/current',
    ],
    [
      'is in an init container',
      { containers: 'setup' },
      { ...mounting(part), initContainers: [{ name: 'setup' }] },
      ', content at /site/current',
    ],
  ])('is told as it is where what is mounted there %s', (_what, parameters, spec, content) => {
    expect(preview(judged(gitSync({ mount: '/site', ...parameters }), spec))).toEqual([
      `${willGet}${content}`,
    ]);
  });

  it.each<readonly [mountPath: string, content: string, told: string]>([
    ['/data', '/data/out', ', content at /site/out'],
    ['/data/', '/data/out', ', content at /site/out'],
    ['/data', '/data', ', content at /site'],
    ['/', '/out', ', content at /site/out'],
    ['/data', '/database/out', ''],
    ['/elsewhere', '/data/out', ''],
  ])('is told as far as the sidecar shares it: at %s of it, content at %s', (mountPath, content, told) => {
    const sidecars = sidecarsOf({
      maker: {
        volumes: [{ name: '${volume}', emptyDir: {}, shared: true }],
        container: { image: 'a:1', volumeMounts: [{ name: '${volume}', mountPath }] },
        content,
      },
    });
    const asked = { 'sidecar.io/maker': 'true', 'sidecar.io/maker.mount': '/site' };
    expect(preview(judged(asked, {}, sidecars))).toEqual([`pods-change: web's pods will get maker${told}`]);
  });

  it('is not told of a sidecar that has none', () => {
    const sidecars = sidecarsOf({ plain: {} });
    expect(preview(judged({ 'sidecar.io/plain': 'true' }, {}, sidecars))).toEqual([
      "pods-change: web's pods will get plain",
    ]);
  });
});

describe('an update', () => {
  const asked = gitSync({ mount: '/site' });
  const [injected, skipped] = [judged(asked), judged({})];
  const refused = judged({ ...asked, 'sidecar.io/git-sync.depth': 'all' });

  it('that changes nothing of its sidecars tells nothing', () => {
    expect(preview(judged(asked), injected)).toEqual([]);
  });

  it.each([
    ['another parameter', injected, judged({ ...asked, 'sidecar.io/git-sync.ref': 'v1' }), '/site/current'],
    ['another place by an annotation', injected, judged(gitSync({ mount: '/www' })), '/www/current'],
    [
      'another place by a mount of the app, the annotations being the same',
      judged(gitSync(), mounting({ mountPath: '/www' })),
      judged(gitSync(), mounting({ mountPath: '/srv' })),
      '/srv/current',
    ],
  ])('in %s tells what the pods will get', (_what, earlier, now, content) => {
    expect(preview(now, earlier)).toEqual([`${willGet}, content at ${content}`]);
  });

  it('that gives a sidecar for the first time tells it', () => {
    expect(preview(injected, skipped)).toEqual([`${willGet}, content at /site/current`]);
    expect(preview(injected, refused)).toEqual([`${willGet}, content at /site/current`]);
  });

  it('that takes a sidecar away tells it', () => {
    expect(preview(skipped, injected)).toEqual([noLonger]);
    expect(preview(judged({ ...asked, 'sidecar.io/inject': 'false' }), injected)).toEqual([noLonger]);
  });

  it('that cannot be judged does not tell that sidecars go', () => {
    expect(refused.decision.outcome).toBe('refused');
    expect(preview(refused, injected)).toEqual([]);
    expect(preview(refused)).toEqual([]);
  });

  it('tells of each sidecar by itself: what comes first, then what goes', () => {
    const earlier = judged({ ...asked, 'sidecar.io/git-sync_old': repository });
    const now = judged({ ...asked, 'sidecar.io/git-sync_new': repository });
    expect(preview(now, earlier)).toEqual([
      "pods-change: web's pods will get git-sync-new",
      "pods-change: web's pods will no longer get git-sync-old",
    ]);
  });
});

describe('the workload', () => {
  it.each<readonly [metadata: object, named: string]>([
    [{ name: 'web' }, 'web'],
    [{ name: 'a\nb' }, 'a\u{fffd}b'],
    [{ name: 'w'.repeat(40) }, 'w'.repeat(40)],
    [{ name: 'w'.repeat(41) }, `${'w'.repeat(39)}…`],
    [{ name: undefined, generateName: 'web-' }, 'web-'],
    [{ name: '', generateName: 'web-' }, 'web-'],
    [{ name: undefined }, 'the Deployment'],
  ])('is named in short, in one line: %j', (metadata, named) => {
    const [line] = preview(judged(gitSync()), undefined, workloadWith({ metadata }));
    expect(line).toBe(`pods-change: ${named}'s pods will get git-sync`);
  });
});
