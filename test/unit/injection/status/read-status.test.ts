import { describe, expect, it } from 'vitest';
import { readStatus } from '../../../../src/injection/status/read-status.ts';
import type { PodSpec } from '../../../../src/kubernetes/pod.ts';
import { podWith } from '../../../injection-fixture.ts';

const native = {
  definition: 'd',
  parameters: 'p',
  mode: 'native',
  containers: ['logs'],
  volumes: ['logs', 'logs-tmp'],
};
const classic = { ...native, mode: 'classic', containers: ['logs-init', 'logs'] };

function read(status: unknown, spec: Partial<PodSpec> = {}) {
  const text = typeof status === 'string' ? status : JSON.stringify(status);
  return readStatus(podWith({ 'sidecar.io/status': text }, spec));
}

const nativeLogs = { name: 'logs', restartPolicy: 'Always' };
const app = { name: 'app' };

describe('what an earlier pass put into a pod', () => {
  it('is nothing where there is no status', () => {
    const { before, findings } = readStatus(podWith({}));
    expect(before).toMatchObject({ sidecars: {} });
    expect([...before.containers, ...before.volumes, ...findings]).toEqual([]);
  });

  it('counts while its container is there', () => {
    const { before, findings } = read({ logs: native }, { initContainers: [app, nativeLogs] });
    expect(before.sidecars).toEqual({ logs: native });
    expect([...before.containers]).toEqual(['logs']);
    expect(findings).toEqual([]);
  });

  it('counts in mode classic while both containers are there', () => {
    const both = read(
      { logs: classic },
      { initContainers: [{ name: 'logs-init' }], containers: [app, { name: 'logs' }] },
    );
    expect(Object.keys(both.before.sidecars)).toEqual(['logs']);
    const one = read({ logs: classic }, { containers: [app, { name: 'logs' }] });
    expect(one.before.sidecars).toEqual({});
  });

  it('no longer counts when its container is gone, but its volumes are still known as ours', () => {
    const { before, findings } = read(
      { logs: native },
      { volumes: [{ name: 'logs-tmp' }, { name: 'data' }] },
    );
    expect(before.sidecars).toEqual({});
    expect([...before.containers]).toEqual([]);
    expect([...before.volumes]).toEqual(['logs-tmp']);
    expect(findings).toEqual([]);
  });

  it('counts nothing that it leaves to others', () => {
    const status = { logs: native, envoy: { leftToOthers: true } };
    const { before, findings } = read(status, { initContainers: [nativeLogs, { name: 'envoy' }] });
    expect(Object.keys(before.sidecars)).toEqual(['logs']);
    expect([...before.containers]).toEqual(['logs']);
    expect([...before.leftToOthers]).toEqual(['envoy']);
    expect(findings).toEqual([]);
  });

  it('knows the mounts and annotations that it names', () => {
    const { before } = read({
      logs: { ...native, mounts: ['app:/logs'], annotations: ['example.com/a'], appended: ['b:x'] },
    });
    expect([...before.mounts]).toEqual(['app:/logs']);
    expect([...before.annotations]).toEqual(['example.com/a']);
    expect([...before.appended]).toEqual(['b:x']);
  });

  it('is refused where restartPolicy was taken off a native sidecar', () => {
    const { findings } = read({ logs: native }, { initContainers: [{ name: 'logs' }] });
    expect(findings).toMatchObject([{ kind: 'refusal', code: 'native-lost' }]);
    expect(findings[0]?.message).toContain('"logs"');
  });

  it('is refused where a native sidecar became an ordinary container', () => {
    const { findings } = read({ logs: native }, { containers: [app, nativeLogs] });
    expect(findings).toMatchObject([{ code: 'native-lost' }]);
  });

  it('may have lost restartPolicy in a mode that has none', () => {
    const init = { ...native, mode: 'init' };
    expect(read({ logs: init }, { initContainers: [{ name: 'logs' }] }).findings).toEqual([]);
  });

  it('cannot be told from a status that cannot be read', () => {
    const { before, findings } = read('injected');
    expect(before.sidecars).toEqual({});
    expect(findings).toMatchObject([{ kind: 'refusal', code: 'invalid-status' }]);
    expect(findings[0]?.message).not.toContain('injected with');
  });

  it('keeps to its own keys', () => {
    const { before } = read(
      '{"__proto__":{"definition":"d","parameters":"p","mode":"init","containers":["__proto__"],"volumes":[]}}',
      { initContainers: [{ name: '__proto__' }] },
    );
    expect(Object.keys(before.sidecars)).toEqual(['__proto__']);
    expect(Object.hasOwn(before.sidecars, 'constructor')).toBe(false);
  });

  // Otherwise a status could let the pod through bare, although it asks for a sidecar.
  it('does not count where the status names no container', () => {
    const { before, findings } = read({ logs: { ...native, containers: [] } });
    expect(before.sidecars).toEqual({});
    expect(findings).toEqual([]);
  });

  it('does not count where the status names another container than the sidecar', () => {
    expect(read({ logs: { ...native, mode: 'init', containers: ['app'] } }).before.sidecars).toEqual({});
    const { before } = read({ logs: { ...classic, containers: ['app'] } }, { containers: [app] });
    expect(before.sidecars).toEqual({});
    expect([...before.containers]).toEqual([]);
  });

  it('counts nothing in a pod without containers', () => {
    const { before, findings } = read({ logs: classic }, { containers: null });
    expect(before.sidecars).toEqual({});
    expect(findings).toEqual([]);
  });
});
