import { describe, expect, it } from 'vitest';
import { createInjector } from '../../../src/injection/inject.ts';
import { readWorkload } from '../../../src/kubernetes/workload.ts';
import { decideWorkload } from '../../../src/workloads/decide-workload.ts';
import { defaultPolicy, gitSync, repository, sidecarsOf } from '../../injection-fixture.ts';
import { annotated, decideOn, toldOf, type WorkloadWriting, workloadWith } from '../../workload-fixture.ts';

const template = gitSync({ mount: '/site' });
const never = { restartPolicy: 'Never' };

/** What is told of a Job that is created, without what its pods will get. */
function toldOfJob(writing: WorkloadWriting): readonly string[] {
  const told = toldOf(decideOn(workloadWith({ kind: 'Job', template, podSpec: never, ...writing })));
  return told.filter(line => !line.startsWith('pods-change'));
}

describe('the exit codes of a sidecar', () => {
  const codes = (operator: string, values: unknown, others: object = {}) => ({
    onExitCodes: { operator, values, ...others },
  });
  const rule = (action: string, condition: object) => ({ action, ...condition });
  const disrupted = { onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] };
  const toldOfRules = (...rules: readonly unknown[]) => toldOfJob({ spec: { podFailurePolicy: { rules } } });
  const shared = (index = 0, more = '') =>
    `exit-codes-shared: add containerName: app to podFailurePolicy.rules[${index}].onExitCodes${more}: it takes git-sync's exit code too`;

  it.each<readonly [what: string, rules: readonly unknown[], told: readonly string[]]>([
    ['143, on which the Job fails', [rule('FailJob', codes('In', [143]))], [shared()]],
    ['137, on which an index fails', [rule('FailIndex', codes('In', [42, 137]))], [shared()]],
    [
      '143, which is ignored: then the app may fail for ever',
      [rule('Ignore', codes('In', [143]))],
      [shared()],
    ],
    ['1, as of a failure', [rule('FailJob', codes('In', [1]))], [shared()]],
    ['what only an app says', [rule('FailJob', codes('In', [42, 100]))], []],
    ['all but what an app says', [rule('FailJob', codes('NotIn', [42]))], [shared()]],
    ['all but many', [rule('Ignore', codes('NotIn', [0, 1, 2, 137, 143]))], [shared()]],
    ['143 of the app alone', [rule('FailJob', codes('In', [143], { containerName: 'app' }))], []],
    ['143, which counts anyway', [rule('Count', codes('In', [143]))], []],
    [
      '143, which counts before others of its kind',
      [rule('Count', codes('In', [143])), rule('Count', codes('NotIn', [3]))],
      [],
    ],
    [
      '143, which counts before it can be looked at otherwise',
      [rule('Ignore', disrupted), rule('Count', codes('In', [143])), rule('FailJob', codes('In', [42]))],
      [shared(1)],
    ],
    ['no code, but a condition', [rule('Ignore', disrupted)], []],
    [
      'several',
      [
        rule('FailJob', codes('In', [42])),
        rule('Ignore', codes('In', [143])),
        rule('FailJob', codes('NotIn', [3])),
      ],
      [shared(1, ' (and 1 more)')],
    ],
  ])('are taken for the app’s by a rule on %s', (_what, rules, told) => {
    expect(toldOfRules(...rules)).toEqual(told);
  });

  it.each([
    [undefined],
    ['rules'],
    [{}],
    [{ rules: null }],
    [{ rules: [null, 1, {}, { action: 'FailJob', onExitCodes: 1 }, rule('FailJob', codes('In', null))] }],
  ])('are no concern of what is no policy: %j', podFailurePolicy => {
    expect(toldOfJob({ spec: { podFailurePolicy } })).toEqual([]);
  });

  const policy = { podFailurePolicy: { rules: [rule('FailJob', codes('In', [143]))] } };

  it('are told of with the default container where there are several', () => {
    const containers = [{ name: 'proxy' }, { name: 'main' }];
    const annotations = { ...template, 'kubectl.kubernetes.io/default-container': 'main' };
    const told = toldOfJob({ template: annotations, podSpec: { ...never, containers }, spec: policy });
    expect(told).toEqual([shared().replace(': app', ': main')]);
    expect(toldOfJob({ template: gitSync(), podSpec: { ...never, containers }, spec: policy })).toContain(
      shared().replace(': app', ': proxy'),
    );
  });

  it('are no concern of a Job without a sidecar', () => {
    expect(toldOfJob({ template: {}, spec: policy })).toEqual([]);
  });

  it('are told of for a CronJob, whose Jobs are silent', () => {
    const jobTemplate = {
      spec: {
        template: { metadata: { annotations: template }, spec: { ...never, containers: [{ name: 'app' }] } },
        ...policy,
      },
    };
    expect(toldOf(decideOn(workloadWith({ kind: 'CronJob', spec: { jobTemplate } })))).toContain(shared());
    const ownerReferences = [{ kind: 'CronJob', name: 'nightly', controller: true }];
    expect(toldOfJob({ metadata: { ownerReferences }, spec: policy })).toEqual([]);
  });

  it('are told of when they are new, and not again', () => {
    const before = workloadWith({ kind: 'CronJob' });
    const jobTemplate = (image: string) => ({
      spec: {
        template: {
          metadata: { annotations: template },
          spec: { ...never, containers: [{ name: 'app', image }] },
        },
        ...policy,
      },
    });
    const first = workloadWith({ kind: 'CronJob', spec: { jobTemplate: jobTemplate('a') } });
    const next = workloadWith({ kind: 'CronJob', spec: { jobTemplate: jobTemplate('b') } });
    expect(toldOf(decideOn(first, before))).toContain(shared());
    expect(toldOf(decideOn(next, first))).toEqual([]);
  });
});

describe('the restarts of a sidecar', () => {
  const onFailure = { podSpec: { restartPolicy: 'OnFailure' } };
  const count = 'restarts-count: restarts of git-sync count against backoffLimit: use restartPolicy: Never';

  it('count against the limit of a Job with OnFailure', () => {
    expect(toldOfJob(onFailure)).toEqual([`${count}, or sidecar.io/git-sync.mode: init`]);
    expect(toldOfJob({})).toEqual([]);
  });

  it('count of a sidecar that ends before the app as those of any init container', () => {
    expect(
      toldOfJob({ ...onFailure, template: { ...template, 'sidecar.io/git-sync.mode': 'init' } }),
    ).toEqual([]);
  });

  it('are told of for each sidecar', () => {
    const two = {
      ...template,
      'sidecar.io/git-sync_docs': repository,
      'sidecar.io/git-sync_docs.mount': '/docs',
    };
    expect(toldOfJob({ ...onFailure, template: two })).toEqual([
      `${count}, or sidecar.io/git-sync.mode: init`,
      `${count}, or sidecar.io/git-sync_docs.mode: init`.replace('of git-sync', 'of git-sync-docs'),
    ]);
  });

  it('are told of without a way out that the definition does not have', () => {
    const injector = createInjector(sidecarsOf({ logs: { modes: ['native'] } }), defaultPolicy);
    const workload = workloadWith({ kind: 'Job', template: { 'sidecar.io/logs': 'true' }, ...onFailure });
    expect(toldOf(decideWorkload({ workload }, injector, 'propagate'))).toContain(
      count.replace('git-sync', 'logs'),
    );
  });

  it('count in no workload but a Job, whatever another group calls by that name', () => {
    const job = workloadWith({ kind: 'Job', template, ...onFailure });
    const other = readWorkload('Job', { ...job.object, apiVersion: 'batch.example.com/v1' });
    expect(toldOf(decideOn(other)).join()).not.toContain('restarts-count');
    expect(toldOf(decideOn(workloadWith({ template, ...onFailure }))).join()).not.toContain('restarts-count');
  });

  it('are told of for a suspended Job that is annotated', () => {
    const before = workloadWith({ kind: 'Job', spec: { suspend: true }, ...onFailure });
    expect(toldOf(decideOn(annotated(before, template), before)).join()).toContain(count);
  });
});
