import { describe, expect, it } from 'vitest';
import type { PodSpec } from '../../../../src/kubernetes/pod.ts';
import { decide, gitSync, podWith, sidecarsOf, told } from '../../../injection-fixture.ts';

const port = { containerPort: 19418 };
const app = { name: 'app' };
const saidOf = (spec: Partial<PodSpec>, parameters: Readonly<Record<string, string>> = { metrics: 'true' }) =>
  told(decide(podWith(gitSync({ mount: '/site', containers: 'app', ...parameters }), spec)));

const taken = (name: string) =>
  `port-taken: sidecar.io/git-sync: container ${name} has the port 19418/TCP already; containers of a pod share their ports, so move one of them`;

describe('a port of a sidecar', () => {
  it.each<[string, Partial<PodSpec>, readonly string[]]>([
    ['a container has', { containers: [{ name: 'app', ports: [port] }] }, [taken('app')]],
    [
      'a container has by its full name',
      { containers: [{ name: 'app', ports: [{ ...port, protocol: 'TCP' }] }] },
      [taken('app')],
    ],
    [
      'a native sidecar has',
      { containers: [app], initContainers: [{ name: 'proxy', restartPolicy: 'Always', ports: [port] }] },
      [taken('proxy')],
    ],
    [
      'only an init container has, which ends before',
      { containers: [app], initContainers: [{ name: 'setup', ports: [port] }] },
      [],
    ],
    ['another protocol has', { containers: [{ name: 'app', ports: [{ ...port, protocol: 'UDP' }] }] }, []],
    ['nobody has', { containers: [{ name: 'app', ports: [{ containerPort: 80 }] }] }, []],
    ['nobody has, with null lists', { containers: [{ name: 'app', ports: null }], initContainers: null }, []],
  ])('that %s', (_who, spec, expected) => {
    expect(saidOf(spec)).toEqual(expected);
  });

  it('is no matter where the sidecar does not open it', () => {
    const spec = { containers: [{ name: 'app', ports: [port] }] };
    expect(saidOf(spec, {})).toEqual([]);
    // The container that runs once opens none.
    expect(saidOf(spec, { metrics: 'true', mode: 'init' })).toEqual([]);
  });

  it('is refused in mode classic too', () => {
    expect(
      saidOf({ containers: [{ name: 'app', ports: [port] }] }, { metrics: 'true', mode: 'classic' }),
    ).toEqual([taken('app')]);
  });

  it('is free while a container that ends has it', () => {
    const container = { image: 'example.com/x:v1', ports: [{ containerPort: 9000 }] };
    const sidecars = sidecarsOf({
      once: { container, modes: ['init'] },
      both: { container, modes: ['classic', 'init'] },
    });
    const spec = { containers: [{ name: 'app', ports: [{ containerPort: 9000 }] }] };
    expect(told(decide(podWith({ 'sidecar.io/once': 'true' }, spec), { sidecars }))).toEqual([]);
    expect(told(decide(podWith({ 'sidecar.io/both': 'true' }), { sidecars }))).toEqual([]);
  });

  it('is refused where two sidecars open it', () => {
    const container = { image: 'example.com/x:v1', ports: [{ containerPort: 9000 }] };
    const sidecars = sidecarsOf({ one: { container }, two: { container } });
    const pod = podWith({ 'sidecar.io/one': 'true', 'sidecar.io/two': 'true' });
    expect(told(decide(pod, { sidecars }))).toEqual([
      'port-taken: sidecar.io/two: container one has the port 9000/TCP already; containers of a pod share their ports, so move one of them',
    ]);
  });
});
