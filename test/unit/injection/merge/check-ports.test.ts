import { describe, expect, it } from 'vitest';
import type { PodSpec } from '../../../../src/kubernetes/pod.ts';
import {
  at,
  decide,
  gitSync,
  podAfter,
  podWith,
  repository,
  sidecarsOf,
  told,
} from '../../../injection-fixture.ts';

const port = { containerPort: 19418 };
const app = { name: 'app' };
const saidOf = (spec: Partial<PodSpec>, parameters: Readonly<Record<string, string>> = { metrics: 'true' }) =>
  told(decide(podWith(gitSync({ mount: '/site', containers: 'app', ...parameters }), spec)));

const taken = (name: string) =>
  `port-taken: sidecar.io/git-sync: container ${name} has the port 19418/TCP already; containers of a pod share their ports, so set sidecar.io/git-sync.metrics-port to another`;

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

  it('is moved by the parameter that it comes from, and by no other of that number', () => {
    const parameters = {
      target: { type: 'port', default: '9000' },
      own: { type: 'integer', default: '9000' },
      port: { type: 'port', default: '9001' },
    };
    const ports = [
      { when: 'own', value: { containerPort: '${own}' }, else: { containerPort: '${target}' } },
      { name: 'x-${target}', containerPort: '${port}' },
    ];
    const container = (list: readonly object[]) => ({ image: 'example.com/x:v1', ports: list });
    const sidecars = sidecarsOf({
      moved: { parameters, container: container(ports) },
      fixed: { parameters, container: container([{ containerPort: 9000 }]) },
    });
    const saidIn = (sidecar: string, containerPort: number) => {
      const spec = { containers: [{ name: 'app', ports: [{ containerPort }] }] };
      const said = told(decide(podWith({ [`sidecar.io/${sidecar}`]: 'true' }, spec), { sidecars }));
      return said.map(line => line.replace(/.*, so /, ''));
    };
    expect(saidIn('moved', 9000)).toEqual(['set sidecar.io/moved.own to another']);
    expect(saidIn('moved', 9001)).toEqual(['set sidecar.io/moved.port to another']);
    expect(saidIn('fixed', 9000)).toEqual(['move one of them']);
  });

  it('is moved where two instances would have it', () => {
    const two = { ...gitSync({ mount: '/site', metrics: 'true' }), 'sidecar.io/git-sync_docs': repository };
    const docs = { 'sidecar.io/git-sync_docs.mount': '/docs', 'sidecar.io/git-sync_docs.metrics': 'true' };
    expect(told(decide(podWith({ ...two, ...docs })))).toEqual([
      'port-taken: sidecar.io/git-sync_docs: container git-sync has the port 19418/TCP already; containers of a pod share their ports, so set sidecar.io/git-sync_docs.metrics-port to another',
    ]);
    const moved = podWith({ ...two, ...docs, 'sidecar.io/git-sync_docs.metrics-port': '19419' });
    expect(told(decide(moved))).toEqual([]);
    const [, second] = podAfter(moved).spec.initContainers ?? [];
    expect(second?.ports).toEqual([{ name: 'gitsync-metrics', containerPort: 19419 }]);
    expect(at(second, 'args')).toContain('--http-bind=:19419');
  });

  it('is of the node where the pod uses its network', () => {
    expect(saidOf({ hostNetwork: true, containers: [app] })).toEqual([
      'port-of-node: sidecar.io/git-sync: hostNetwork makes 19418/TCP a port of the node: one such pod fits there',
    ]);
    expect(saidOf({ hostNetwork: true, containers: [app] }, {})).toEqual([]);
    expect(saidOf({ hostNetwork: false, containers: [app] })).toEqual([]);
    expect(saidOf({ hostNetwork: true, containers: [app] }, { metrics: 'true', mode: 'init' })).toEqual([]);
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
