import { describe, expect, it } from 'vitest';
import type { PodSpec } from '../../../../src/kubernetes/pod.ts';
import { codes, decide, gitSync, podWith, repository, sidecarsOf, told } from '../../../injection-fixture.ts';

const saidOf = (parameters: Readonly<Record<string, string>>, spec: Partial<PodSpec>) =>
  told(decide(podWith(gitSync({ mount: '/site', containers: 'app', ...parameters }), spec)));

const app = { name: 'app' };

describe('a container name', () => {
  it.each([
    ['among the containers', {}, { containers: [app, { name: 'git-sync' }] }, 'git-sync'],
    [
      'among the init containers',
      {},
      { containers: [app], initContainers: [{ name: 'git-sync' }] },
      'git-sync',
    ],
    [
      'as init container of mode classic',
      { mode: 'classic' },
      { containers: [app, { name: 'git-sync-init' }] },
      'git-sync-init',
    ],
  ])('that is taken is refused: %s', (_where, parameters, spec, name) => {
    expect(saidOf(parameters, spec)).toEqual([
      `container-name-taken: sidecar.io/git-sync: the pod has a container "${name}" of its own; rename that, or use an instance such as sidecar.io/git-sync_2`,
    ]);
  });

  it('that only another mode would need may be taken', () => {
    expect(saidOf({}, { containers: [app, { name: 'git-sync-init' }] })).toEqual([]);
    expect(
      saidOf({ mode: 'classic', wait: 'false' }, { containers: [app, { name: 'git-sync-init' }] }),
    ).toEqual([]);
  });

  it('is long enough with 63 characters', () => {
    const instance = 'x'.repeat(63 - 'git-sync--tmp'.length);
    const key = `sidecar.io/git-sync_${instance}`;
    expect(decide(podWith({ [key]: repository }))).toMatchObject({ outcome: 'injected' });
    expect(told(decide(podWith({ [`${key}x`]: repository, [`${key}x.mount`]: '/site' })))).toEqual([
      `name-too-long: ${key}x: the volume name "git-sync-${instance}x-tmp" is longer than 63 characters; choose a shorter instance`,
    ]);
  });

  it.each(['native', 'classic'])('that is too long is told once for each kind, in mode %s', mode => {
    const instance = 'x'.repeat(60);
    const key = `sidecar.io/git-sync_${instance}`;
    const annotations = { [key]: repository, [`${key}.mode`]: mode, [`${key}.mount`]: '/site' };
    const name = `git-sync-${instance}${mode === 'classic' ? '-init' : ''}`;
    const lines = told(decide(podWith(annotations)));
    expect(lines[0]).toBe(
      `name-too-long: ${key}: the container name "${name}" is longer than 63 characters; choose a shorter instance`,
    );
    expect(lines.filter(line => line.includes('container name'))).toHaveLength(1);
    expect(lines.filter(line => line.includes('volume name'))).toHaveLength(1);
    expect(lines).toHaveLength(2);
  });
});

describe('a volume name', () => {
  it.each(['git-sync-tmp', 'git-sync-secret'])('that is taken is refused: %s', name => {
    expect(saidOf({ secret: 'token' }, { volumes: [{ name, emptyDir: {} }] })).toEqual([
      `volume-name-taken: sidecar.io/git-sync: the pod has a volume "${name}" of its own; rename that, or use an instance such as sidecar.io/git-sync_2`,
    ]);
  });

  it('that is not needed may be taken', () => {
    expect(saidOf({}, { volumes: [{ name: 'git-sync-secret', emptyDir: {} }] })).toEqual([]);
  });

  it('is meant to be there where the volume is shared', () => {
    expect(saidOf({}, { volumes: [{ name: 'git-sync', emptyDir: {} }] })).toEqual([]);
  });

  it('that clashes with another of the same sidecar is refused', () => {
    expect(saidOf({ volume: 'git-sync-tmp' }, {})).toEqual([
      'name-clash: sidecar.io/git-sync and sidecar.io/git-sync would both add a volume "git-sync-tmp"; choose another instance or volume name',
    ]);
  });
});

describe('two requested sidecars', () => {
  it('are refused where their containers have one name', () => {
    const sidecars = sidecarsOf({ logs: {}, 'logs-audit': {} });
    const pod = podWith({ 'sidecar.io/logs_audit': 'true', 'sidecar.io/logs-audit': 'true' });
    const lines = told(decide(pod, { sidecars }));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /^name-clash: sidecar\.io\/logs[_-]audit and sidecar\.io\/logs[_-]audit would both add a container "logs-audit"/,
    );
  });

  it('are refused where their volumes have one name', () => {
    const volumes = [{ name: '${volume}', emptyDir: {}, shared: true }];
    const sidecars = sidecarsOf({ one: { volumes }, two: { volumes } });
    const pod = podWith({
      'sidecar.io/one': 'true',
      'sidecar.io/two': 'true',
      'sidecar.io/two.volume': 'one',
    });
    expect(codes(decide(pod, { sidecars }))).toContain('name-clash');
  });

  it('are fine where their names only begin alike', () => {
    const sidecars = sidecarsOf({ logs: {}, 'logs-audit': {} });
    const pod = podWith({
      'sidecar.io/logs': 'true',
      'sidecar.io/logs-audit': 'true',
      'sidecar.io/logs_x': 'true',
    });
    expect(decide(pod, { sidecars })).toMatchObject({ outcome: 'injected' });
  });
});
