import { describe, expect, it } from 'vitest';
import { deepFreeze } from '../../deep-freeze.ts';
import { gitSync, repository } from '../../injection-fixture.ts';
import {
  annotated,
  decideOn,
  templateAnnotations,
  toldOf,
  workloadAfter,
  workloadWith,
} from '../../workload-fixture.ts';

const asked = gitSync({ mount: '/site' });
const willGet = "pods-change: web's pods will get git-sync, content at /site/current";

describe('a workload that is created', () => {
  it('gets its annotations into the template, and they are remembered', () => {
    const decision = decideOn(workloadWith({ annotations: asked }));
    expect(decision).toMatchObject({
      outcome: 'propagated',
      sidecars: ['git-sync'],
      operations: [
        { op: 'add', path: '/metadata/annotations/sidecar.io~1propagated', value: JSON.stringify(asked) },
        { op: 'add', path: '/spec/template/metadata/annotations', value: asked },
      ],
    });
    expect(toldOf(decision)).toEqual([willGet]);
  });

  it('with annotations in the template only is told the same and not changed', () => {
    const decision = decideOn(workloadWith({ template: asked }));
    expect(decision).toMatchObject({ outcome: 'skipped', reason: 'template-unchanged' });
    expect(toldOf(decision)).toEqual([willGet]);
  });

  it('without annotations is left alone in silence', () => {
    expect(decideOn(workloadWith())).toEqual({ outcome: 'skipped', reason: 'not-requested', warnings: [] });
  });

  it('that is switched off is told nothing', () => {
    const decision = decideOn(workloadWith({ template: { ...asked, 'sidecar.io/inject': 'false' } }));
    expect(decision).toEqual({ outcome: 'skipped', reason: 'opted-out', warnings: [] });
  });

  it('is refused with all problems, those of the object and those of the template', () => {
    const decision = decideOn(
      workloadWith({
        annotations: { 'sidecar.io/git-sync.depth': 'all' },
        template: { 'sidecar.io/nothing': 'x' },
      }),
    );
    const codes = toldOf(decision).map(line => line.split(':', 1)[0]);
    expect(codes.toSorted()).toEqual(['invalid-value', 'parameter-without-switch', 'unknown-sidecar']);
    expect(decision.outcome).toBe('refused');
  });

  it('by a controller is not preview anything', () => {
    const ownerReferences = [{ kind: 'CronJob', name: 'nightly', controller: true }];
    const job = workloadWith({ kind: 'Job', annotations: asked, metadata: { ownerReferences } });
    expect(toldOf(decideOn(job))).toEqual([]);
  });

  it('is only read', () => {
    const workload = deepFreeze(workloadWith({ annotations: asked, template: gitSync({ ref: 'v1' }) }));
    expect(() => decideOn(workload, workload)).not.toThrow();
  });
});

describe('a workload that is updated', () => {
  const stored = workloadAfter(workloadWith({ annotations: asked }));

  it('in something else is not told what it knows', () => {
    expect(decideOn(stored, stored)).toEqual({
      outcome: 'skipped',
      reason: 'template-unchanged',
      warnings: [],
    });
  });

  it('in another parameter is told what its pods will get', () => {
    expect(toldOf(decideOn(annotated(stored, { 'sidecar.io/git-sync.ref': 'v1' }), stored))).toEqual([
      willGet,
    ]);
  });

  it('and loses its annotations is told that, and is as it was before', () => {
    const without = annotated(stored, {
      'sidecar.io/git-sync': undefined,
      'sidecar.io/git-sync.mount': undefined,
    });
    const decision = decideOn(without, stored);
    expect(decision).toMatchObject({ outcome: 'propagated', sidecars: [] });
    expect(toldOf(decision)).toEqual(["pods-change: web's pods will no longer get git-sync"]);
    expect(templateAnnotations(workloadAfter(without, stored))).toEqual({});
  });

  it('and has a new problem is refused', () => {
    const decision = decideOn(annotated(stored, { 'sidecar.io/git-sync.depth': 'all' }), stored);
    expect(decision).toMatchObject({ outcome: 'refused', refusals: [{ code: 'invalid-value' }] });
  });
});

describe('a problem that the workload had before', () => {
  it.each([
    [500, 'skipped'],
    [501, 'refused'],
  ])('is one of %s: then the change is %s, because nobody compares without end', (count, outcome) => {
    const unknown = Array.from({ length: count }, (_, index) => [`sidecar.io/git-sync.x${index}`, 'x']);
    const template = { ...asked, ...Object.fromEntries(unknown) };
    const before = workloadWith({ template });
    const after = workloadWith({ template, podSpec: { containers: [{ name: 'app' }] } });
    expect(decideOn(after, before).outcome).toBe(outcome);
  });

  const wrong = { ...asked, 'sidecar.io/git-sync.depth': 'all' };
  const problem = 'annotation sidecar.io/git-sync.depth: got "all"; use a whole number, at least 0';

  it('in the template is a warning', () => {
    const stored = workloadWith({ template: wrong });
    const decision = decideOn(stored, stored);
    expect(decision.outcome).toBe('skipped');
    expect(toldOf(decision)).toEqual([`invalid-value: pods are refused: ${problem}`]);
  });

  it('on the object is not carried into a template whose pods start', () => {
    const stored = workloadWith({ annotations: wrong });
    const decision = decideOn(stored, stored);
    expect(decision.outcome).toBe('skipped');
    expect(toldOf(decision)).toEqual([`invalid-value: not carried to the pods: ${problem}`]);
  });

  it('does not stand in the way of carrying where the template has a problem already', () => {
    const stored = workloadWith({ annotations: { 'sidecar.io/git-sync.ref': 'v1' }, template: wrong });
    const after = workloadAfter(annotated(stored, { 'sidecar.io/git-sync.ref': 'v2' }), stored);
    expect(templateAnnotations(after)).toEqual({ ...wrong, 'sidecar.io/git-sync.ref': 'v2' });
  });

  it('does not excuse another value that is wrong', () => {
    const stored = workloadWith({ template: wrong });
    const worse = workloadWith({ template: { ...wrong, 'sidecar.io/git-sync.depth': 'some' } });
    expect(decideOn(worse, stored).outcome).toBe('refused');
  });

  it('leaves the volume that the template had until now, so that the request goes through', () => {
    const podSpec = {
      containers: [{ name: 'app', volumeMounts: [{ name: 'git-sync', mountPath: '/site' }] }],
    };
    const volumes = [{ name: 'git-sync', emptyDir: {} }];
    const stored = workloadWith({
      template: { 'sidecar.io/git-sync': 'x' },
      podSpec: { ...podSpec, volumes },
    });
    const replaced = workloadWith({ template: { 'sidecar.io/git-sync': 'x' }, podSpec });
    expect(decideOn(replaced, stored)).toMatchObject({
      outcome: 'propagated',
      operations: [{ op: 'add', path: '/spec/template/spec/volumes', value: volumes }],
    });
  });
});

describe('the shared volume', () => {
  const mounting = (name: string) => ({
    containers: [{ name: 'app', volumeMounts: [{ name, mountPath: '/www/' }] }],
  });

  it('is added to a template that mounts it and does not declare it', () => {
    const decision = decideOn(workloadWith({ template: gitSync(), podSpec: mounting('git-sync') }));
    expect(decision).toMatchObject({
      operations: [
        { op: 'add', path: '/spec/template/spec/volumes', value: [{ name: 'git-sync', emptyDir: {} }] },
      ],
    });
    expect(toldOf(decision)).toEqual(["pods-change: web's pods will get git-sync, content at /www/current"]);
  });

  it('follows .volume, .size and the instance, and goes behind the volumes that are there', () => {
    const template = {
      'sidecar.io/git-sync_docs': repository,
      'sidecar.io/git-sync_docs.volume': 'content',
      'sidecar.io/git-sync_docs.size': '1Gi',
    };
    const volumes = [{ name: 'other', emptyDir: {} }];
    const podSpec = { ...mounting('content'), volumes };
    expect(decideOn(workloadWith({ template, podSpec }))).toMatchObject({
      operations: [
        {
          op: 'add',
          path: '/spec/template/spec/volumes/-',
          value: { name: 'content', emptyDir: { sizeLimit: '1Gi' } },
        },
      ],
    });
  });

  it.each([
    ['declared', { podSpec: { ...mounting('git-sync'), volumes: [{ name: 'git-sync', emptyDir: {} }] } }],
    ['not mounted', { podSpec: mounting('git-snyc') }],
    [
      'claimed by each pod',
      {
        kind: 'StatefulSet' as const,
        podSpec: mounting('git-sync'),
        spec: { volumeClaimTemplates: [{ metadata: { name: 'git-sync' } }] },
      },
    ],
  ])('is not added where it is %s', (_what, writing) => {
    const decision = decideOn(workloadWith({ template: gitSync(), ...writing }));
    expect(decision).toMatchObject({ outcome: 'skipped', reason: 'template-unchanged' });
    expect(toldOf(decision).join()).not.toContain('claim-shared');
  });
});

describe('a Job that exists', () => {
  it('is not changed, and is told that its template cannot be', () => {
    const before = workloadWith({ kind: 'Job' });
    const decision = decideOn(workloadWith({ kind: 'Job', annotations: asked }), before);
    expect(decision).toMatchObject({ outcome: 'skipped', reason: 'template-unchanged' });
    expect(toldOf(decision)).toEqual([
      'template-fixed: the template of a Job cannot change: delete web and create it again',
    ]);
  });

  it('is told nothing where nothing of ours changes', () => {
    const stored = workloadAfter(workloadWith({ kind: 'Job', annotations: asked }));
    expect(decideOn(stored, stored).warnings).toEqual([]);
  });
});

describe('a Job that is suspended and has not started', () => {
  const suspended = { kind: 'Job', spec: { suspend: true } } as const;

  it.each([undefined, {}, { startTime: null, active: 0 }])(
    'gets annotations into its template: %j',
    status => {
      const before = workloadWith({ ...suspended, ...(status ? { status } : {}) });
      const decision = decideOn(annotated(before, asked), before);
      expect(decision).toMatchObject({
        outcome: 'propagated',
        operations: [
          { op: 'add', path: '/metadata/annotations/sidecar.io~1propagated' },
          { op: 'add', path: '/spec/template/metadata/annotations', value: asked },
        ],
      });
      expect(toldOf(decision)).toEqual([willGet.replace(',', ' once the Job is resumed,')]);
      const stored = workloadAfter(annotated(before, asked), before);
      const none = { 'sidecar.io/git-sync': undefined, 'sidecar.io/git-sync.mount': undefined };
      expect(templateAnnotations(workloadAfter(annotated(stored, none), stored))).toEqual({});
    },
  );

  it('gets them in the update that resumes it', () => {
    const before = workloadWith(suspended);
    const decision = decideOn(workloadWith({ kind: 'Job', annotations: asked }), before);
    expect(decision.outcome).toBe('propagated');
  });

  it('gets no volume, which would change more than the annotations', () => {
    const podSpec = {
      containers: [{ name: 'app', volumeMounts: [{ name: 'git-sync', mountPath: '/site' }] }],
    };
    const before = workloadWith({ ...suspended, podSpec });
    const decision = decideOn(annotated(before, gitSync()), before);
    expect(decision.outcome).toBe('propagated');
    expect(JSON.stringify(decision)).not.toContain('/spec/volumes');
  });

  it.each([
    ['it is not suspended', { spec: {} }],
    ['it started', { status: { startTime: '2026-01-01T00:00:00Z' } }],
    ['a pod of it is active', { status: { active: 1 } }],
  ])('is told that its template cannot change where %s', (_what, writing) => {
    const before = workloadWith({ ...suspended, ...writing });
    const after = annotated(workloadWith(suspended), asked);
    expect(toldOf(decideOn(after, before))).toEqual([expect.stringMatching(/^template-fixed: /)]);
  });
});

describe('what the pods will get', () => {
  it('is told of each sidecar, with the place where the app finds it', () => {
    const annotations = {
      ...asked,
      'sidecar.io/git-sync_docs': repository,
      'sidecar.io/git-sync_docs.link': 'latest',
    };
    const volumeMounts = [{ name: 'git-sync-docs', mountPath: '/docs' }];
    const podSpec = { containers: [{ name: 'app', volumeMounts }] };
    expect(toldOf(decideOn(workloadWith({ annotations, podSpec })))).toEqual([
      willGet,
      "pods-change: web's pods will get git-sync-docs, content at /docs/latest",
    ]);
  });

  it('has no place where nobody mounts it, and the warning that names .mount', () => {
    expect(toldOf(decideOn(workloadWith({ annotations: gitSync() })))).toEqual([
      "pods-change: web's pods will get git-sync",
      'volume-not-mounted: set sidecar.io/git-sync.mount to a path: no container mounts the volume "git-sync"',
    ]);
  });

  it('fits a warning however long the name is', () => {
    const metadata = { name: 'w'.repeat(253) };
    const [line = ''] = toldOf(decideOn(workloadWith({ annotations: asked, metadata })));
    expect(line).toMatch(/^pods-change: w{39}…'s pods will get git-sync, content at \/site\/current$/);
  });
});

describe('the mode', () => {
  it('off looks at nothing', () => {
    const wrong = workloadWith({ annotations: { 'sidecar.io/nothing': 'x' } });
    expect(decideOn(wrong, undefined, 'off')).toEqual({
      outcome: 'skipped',
      reason: 'workloads-off',
      warnings: [],
    });
  });

  it('warn tells everything, refuses nothing and changes nothing', () => {
    const decision = decideOn(
      workloadWith({ annotations: asked, template: { 'sidecar.io/nothing': 'x' } }),
      undefined,
      'warn',
    );
    expect(decision).toMatchObject({ outcome: 'skipped', reason: 'template-unchanged' });
    expect(toldOf(decision)).toEqual([
      expect.stringMatching(/^unknown-sidecar: pods are refused: annotation sidecar\.io\/nothing/),
      expect.stringMatching(/^not-carried: sidecar\.io\/git-sync \(and 1 more\) does not reach the pods/),
    ]);
  });
});
