import { describe, expect, it } from 'vitest';
import { parseStatus } from '../../../src/injection/status/pod-status.ts';
import type { RunningPod } from '../../../src/kubernetes/running-pod.ts';
import { type Obstacle, planUpgrade } from '../../../src/running-pods/plan-upgrade.ts';
import type { SidecarSet } from '../../../src/sidecars/sidecar-set.ts';
import { at } from '../../injection-fixture.ts';
import { barePod, changed, injectedPod, logs, logsWith, newerLogs, survey, switchedOn } from './pods.ts';

const plan = (pod: RunningPod, sidecars: SidecarSet) => planUpgrade(pod, survey(pod, sidecars));

function upgraded(pod: RunningPod, sidecars: SidecarSet): RunningPod {
  return changed(pod, plan(pod, sidecars).operations);
}

describe('the upgrade of a native sidecar whose definition got another image', () => {
  it('moves the image and the hash, remembers those before, and changes nothing else', () => {
    const pod = injectedPod();
    const after = upgraded(pod, newerLogs);
    const expected = structuredClone(pod) as unknown as Record<'metadata' | 'spec', Record<string, unknown>>;
    const [container] = expected.spec['initContainers'] as Record<string, unknown>[];
    Object.assign(container ?? {}, { image: 'example.com/logs:v2' });
    const annotations = expected.metadata['annotations'] as Record<string, string>;
    const status = JSON.parse(annotations['sidecar.io/status'] ?? '');
    Object.assign(status.logs, {
      definition: newerLogs.sidecars.get('logs')?.hash,
      imageBefore: 'example.com/logs:v1',
      definitionBefore: logs.sidecars.get('logs')?.hash,
    });
    annotations['sidecar.io/status'] = JSON.stringify(status);
    expect(after).toEqual(expected);
  });

  it('leaves a pod behind that is up to date', () => {
    expect(plan(upgraded(injectedPod(), newerLogs), newerLogs)).toEqual({
      moves: [],
      obstacles: [],
      operations: [],
    });
  });

  it('applies to the pod that was read only', () => {
    const { operations } = plan(injectedPod(), newerLogs);
    const others = [
      injectedPod({ metadata: { uid: 'uid-2' } }),
      upgraded(injectedPod(), newerLogs),
      { ...injectedPod(), spec: { ...injectedPod().spec, initContainers: [{ name: 'other', image: 'x' }] } },
    ];
    for (const other of others) expect(() => changed(other as RunningPod, operations)).toThrow();
  });

  it('finds the sidecar among other init containers', () => {
    const { spec } = injectedPod();
    const pod = injectedPod({
      spec: { initContainers: [{ name: 'first' }, ...(spec.initContainers ?? [])] },
    });
    expect(at(upgraded(pod, newerLogs).spec.initContainers, 1, 'image')).toBe('example.com/logs:v2');
  });

  it('takes all sidecars of a pod in one patch', () => {
    const annotations = { ...switchedOn, 'sidecar.io/logs_audit': 'true' };
    const pod = injectedPod({ annotations });
    expect(plan(pod, newerLogs).moves.map(({ container }) => container)).toEqual(['logs', 'logs-audit']);
    const status = parseStatus(upgraded(pod, newerLogs).metadata.annotations?.['sidecar.io/status'] ?? '');
    const hash = newerLogs.sidecars.get('logs')?.hash;
    expect(Object.values(status ?? {})).toMatchObject([{ definition: hash }, { definition: hash }]);
  });

  it('keeps what a newer injector wrote into the status', () => {
    const pod = injectedPod();
    const written = JSON.parse(pod.metadata.annotations?.['sidecar.io/status'] ?? '');
    const text = JSON.stringify({ ...written, logs: { ...written.logs, later: [1] } });
    const annotations = { ...pod.metadata.annotations, 'sidecar.io/status': text };
    const after = upgraded({ ...pod, metadata: { ...pod.metadata, annotations } }, newerLogs);
    expect(JSON.parse(after.metadata.annotations?.['sidecar.io/status'] ?? '').logs.later).toEqual([1]);
  });

  it('only records the definition where somebody has set the image already', () => {
    const pod = injectedPod();
    const [container] = pod.spec.initContainers ?? [];
    const initContainers = [{ ...container, image: 'example.com/logs:v2' }];
    const byHand = injectedPod({ spec: { initContainers } });
    expect(plan(byHand, newerLogs)).toMatchObject({ moves: [], obstacles: [] });
    expect(survey(upgraded(byHand, newerLogs), newerLogs)).toMatchObject([{ state: 'injected' }]);
  });
});

describe('an upgrade leaves alone, and says why,', () => {
  const inMode = (mode: string) => ({ ...switchedOn, 'sidecar.io/logs.mode': mode });
  const all = { modes: ['native', 'classic', 'init'] };

  it.each<readonly [what: string, pod: RunningPod, now: SidecarSet, message: RegExp, kind: Obstacle['kind']]>(
    [
      [
        'a sidecar in mode classic',
        injectedPod({ annotations: inMode('classic') }),
        newerLogs,
        /^needs a rollout: in mode classic it cannot restart alone$/,
        'rollout',
      ],
      [
        'a sidecar in mode init',
        injectedPod({ annotations: inMode('init'), sidecars: logsWith({}, all) }),
        logsWith({ image: 'example.com/logs:v2' }, all),
        /^nothing to upgrade: in mode init nothing runs any more/,
        'done',
      ],
      [
        'a definition that changed in more than the image',
        injectedPod(),
        logsWith({ image: 'example.com/logs:v2', args: ['--x'] }),
        /^needs a rollout: more than the image has changed in the definition$/,
        'rollout',
      ],
      ['a bare pod', barePod(switchedOn), newerLogs, /^bare: .*; create the pod anew$/, 'rollout'],
      [
        'a sidecar that was made an ordinary init container',
        injectedPod({ spec: { initContainers: [{ name: 'logs', image: 'example.com/logs:v1' }] } }),
        newerLogs,
        /^needs a rollout: it is no native sidecar any more/,
        'rollout',
      ],
    ],
  )('%s', (...[, pod, now, message, kind]) => {
    expect(plan(pod, now)).toEqual({
      moves: [],
      obstacles: [{ container: 'logs', message: expect.stringMatching(message), kind }],
      operations: [],
    });
  });

  it('one sidecar, and moves another one of the same pod', () => {
    const annotations = {
      ...switchedOn,
      'sidecar.io/logs_audit': 'true',
      'sidecar.io/logs_audit.mode': 'classic',
    };
    const { moves, obstacles } = plan(injectedPod({ annotations }), newerLogs);
    expect(moves.map(({ container }) => container)).toEqual(['logs']);
    expect(obstacles.map(({ container }) => container)).toEqual(['logs-audit']);
  });
});

describe('where a restart would be taken for a failure', () => {
  const job = { apiVersion: 'batch/v1', kind: 'Job', name: 'report', controller: true };
  const ofJob = { metadata: { ownerReferences: [job] }, spec: { restartPolicy: 'OnFailure' } };

  it('an upgrade leaves the pod alone, and says who counts and when the image comes', () => {
    expect(plan(injectedPod(ofJob), newerLogs)).toEqual({
      moves: [],
      obstacles: [
        {
          container: 'logs',
          message:
            'left alone: Job "report" counts the restarts of every container against backoffLimit ' +
            '(restartPolicy: OnFailure); its next pods get example.com/logs:v2',
          kind: 'counted',
        },
      ],
      operations: [],
    });
  });

  it('an upgrade still records the definition where nothing has to restart', () => {
    const [container] = injectedPod().spec.initContainers ?? [];
    const initContainers = [{ ...container, image: 'example.com/logs:v2' }];
    const pod = injectedPod({ ...ofJob, spec: { ...ofJob.spec, initContainers } });
    expect(plan(pod, newerLogs)).toMatchObject({ moves: [], obstacles: [] });
    expect(survey(upgraded(pod, newerLogs), newerLogs)).toMatchObject([{ state: 'injected' }]);
  });
});

it('a pod that is up to date needs no upgrade', () => {
  expect(plan(injectedPod(), logs)).toEqual({ moves: [], obstacles: [], operations: [] });
});
