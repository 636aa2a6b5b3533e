import { describe, expect, it } from 'vitest';
import type { Container, Pod, PodSpec } from '../../../../src/kubernetes/pod.ts';
import type { SidecarSet } from '../../../../src/sidecars/sidecar-set.ts';
import {
  at,
  codes,
  decide,
  injected,
  podAfter,
  podWith,
  sidecarsOf,
  told,
} from '../../../injection-fixture.ts';

const option = '-javaagent:/agents/otel.jar';

const sidecars = sidecarsOf({
  agent: {
    parameters: { more: { type: 'string' }, host: { type: 'string' } },
    volumes: [{ name: '${volume}', emptyDir: {}, shared: true }],
    app: {
      env: [
        { name: 'JAVA_TOOL_OPTIONS', value: option },
        { when: 'more', value: { name: 'MORE', value: 'at ${more}' } },
        { name: 'HOST', value: '${host}' },
      ],
    },
  },
  node: {
    app: { env: [{ name: 'NODE_IP', valueFrom: { fieldRef: { fieldPath: 'status.hostIP' } } }] },
    container: { image: 'example.com/node:v1' },
  },
  tuned: { parameters: { level: { type: 'integer' } }, app: { env: [{ name: 'LEVEL', value: '${level}' }] } },
});

const agent = { 'sidecar.io/agent': 'true', 'sidecar.io/agent.env': 'true', 'sidecar.io/agent.volume': 'v' };
const volumes = [{ name: 'v', emptyDir: {} }];
const java = { name: 'JAVA_TOOL_OPTIONS', value: option };

function environments(pod: Pod, { spec }: Pod = podAfter(pod, { sidecars })): readonly unknown[] {
  const names = [...(pod.spec.initContainers ?? []), ...(pod.spec.containers ?? [])].map(({ name }) => name);
  const all = [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
  return all.filter(({ name }) => names.includes(name)).map(({ env }) => env);
}

function agentPod(more: Readonly<Record<string, string>> = {}, spec: Partial<PodSpec> = {}): Pod {
  return podWith({ ...agent, ...more }, { volumes, ...spec });
}

function saidOf(pod: Pod, set: SidecarSet = sidecars): readonly string[] {
  return told(decide(pod, { sidecars: set })).filter(line => !line.startsWith('volume-not-mounted'));
}

describe('the variables that .env asks for', () => {
  it('are added to a container without any, and behind those of one that has some', () => {
    const own = { name: 'OWN', value: 'x' };
    const containers = [
      { name: 'a' },
      { name: 'b', env: null },
      { name: 'c', env: [] },
      { name: 'd', env: [own] },
    ];
    const pod = agentPod({ 'sidecar.io/agent.containers': 'a,b,c,d' }, { containers });
    expect(environments(pod)).toEqual([[java], [java], [java], [own, java]]);
    const paths = injected(pod, { sidecars }).operations.map(({ path }) => path);
    expect(paths.filter(path => path.includes('/env'))).toEqual([
      '/spec/containers/0/env',
      '/spec/containers/1/env',
      '/spec/containers/2/env/-',
      '/spec/containers/3/env/-',
    ]);
  });

  it('have the values that parameters give them, and are left out where those have none', () => {
    const [env] = environments(agentPod({ 'sidecar.io/agent.more': 'x$(Y)', 'sidecar.io/agent.host': 'h' }));
    expect(env).toEqual([java, { name: 'MORE', value: 'at x$$(Y)' }, { name: 'HOST', value: 'h' }]);
  });

  it('change nothing else of the container', () => {
    const app = {
      name: 'app',
      image: 'a',
      volumeMounts: [{ name: 'v', mountPath: '/v' }],
      args: ['x'],
    } as Container;
    const { spec } = podAfter(agentPod({}, { containers: [app] }), { sidecars });
    expect(JSON.stringify(spec.containers)).toBe(JSON.stringify([{ ...app, env: [java] }]));
  });

  it('go into an init container that .containers names', () => {
    const pod = agentPod({ 'sidecar.io/agent.containers': 'setup' }, { initContainers: [{ name: 'setup' }] });
    expect(environments(pod)).toEqual([[java], undefined]);
  });

  it('are added beside the mount, in containers that are chosen once', () => {
    const pod = agentPod(
      { 'sidecar.io/agent.mount': '/agents', 'sidecar.io/agent.containers': 'web,app' },
      {
        containers: [{ name: 'app' }, { name: 'web' }],
      },
    );
    const { spec } = podAfter(pod, { sidecars });
    for (const container of spec.containers ?? [])
      expect(container).toMatchObject({ env: [java], volumeMounts: [{ name: 'v', mountPath: '/agents' }] });
    const unknown = { ...pod.metadata.annotations, 'sidecar.io/agent.containers': 'wbe' };
    const refused = decide({ ...pod, metadata: { annotations: unknown } }, { sidecars });
    expect(codes(refused)).toEqual(['mount-container-unknown']);
  });

  it.each(['false', undefined])('are not there where .env is %s', env => {
    const annotations = {
      'sidecar.io/node': 'true',
      ...(env === undefined ? {} : { 'sidecar.io/node.env': env }),
    };
    const pod = podWith(annotations);
    expect(environments(pod)).toEqual([undefined]);
    expect(saidOf(pod)).toEqual([]);
  });

  it.each(['native', 'classic'])('are there in mode %s', mode => {
    expect(environments(agentPod({ 'sidecar.io/agent.mode': mode }))).toEqual([[java]]);
  });

  it('are named in the status, by container', () => {
    const containers = [{ name: 'app' }, { name: 'web', env: [java] }];
    const after = podAfter(
      agentPod({ 'sidecar.io/agent.containers': 'app,web', 'sidecar.io/agent.host': 'h' }, { containers }),
      { sidecars },
    );
    const status = JSON.parse(after.metadata.annotations?.['sidecar.io/status'] ?? '');
    expect(at(status, 'agent', 'env')).toEqual(['app:JAVA_TOOL_OPTIONS', 'app:HOST', 'web:HOST']);
    expect(codes(decide(after, { sidecars }))).not.toContain('env-name-taken');
    expect(decide(after, { sidecars })).toMatchObject({ reason: 'already-injected' });
  });
});

describe('the containers for the variables', () => {
  const two = { containers: [{ name: 'app' }, { name: 'web' }] };

  it('must be clear', () => {
    expect(saidOf(podWith({ 'sidecar.io/node': 'true', 'sidecar.io/node.env': 'true' }, two))).toEqual([
      'mount-container-ambiguous: annotation sidecar.io/node.env: which container? set sidecar.io/node.containers to one or more of app,web',
    ]);
  });

  it.each([
    ['node', 'sidecar.io/node.env to "true"'],
    ['agent', 'sidecar.io/agent.mount to a path, or sidecar.io/agent.env to "true"'],
  ])('are named in vain where nothing is asked for: %s', (name, ways) => {
    const key = `sidecar.io/${name}`;
    expect(saidOf(podWith({ [key]: 'true', [`${key}.containers`]: 'app', [`${key}.env`]: 'false' }))).toEqual(
      [`containers-without-mount: annotation ${key}.containers: without effect; set ${ways}`],
    );
  });
});

describe('a variable that is there already', () => {
  const withEnv = (...env: readonly unknown[]) => ({ containers: [{ name: 'app', env }] });

  it('is refused with what to add to its value', () => {
    expect(saidOf(agentPod({}, withEnv({ name: 'JAVA_TOOL_OPTIONS', value: '-Xmx1g' })))).toEqual([
      `env-name-taken: annotation sidecar.io/agent.env: container app has JAVA_TOOL_OPTIONS already; add "${option}" to its value, and leave sidecar.io/agent.env out`,
    ]);
  });

  it('is refused with the names of the others, which are to be written by hand then', () => {
    const pod = agentPod(
      { 'sidecar.io/agent.more': 'x', 'sidecar.io/agent.host': 'h' },
      withEnv({ name: 'HOST' }),
    );
    expect(saidOf(pod)).toEqual([
      'env-name-taken: annotation sidecar.io/agent.env: container app has HOST already; add "h" to its value, leave sidecar.io/agent.env out, and write JAVA_TOOL_OPTIONS, MORE by hand too',
    ]);
  });

  it.each<[string, unknown, string]>([
    ['ours comes from elsewhere', { name: 'NODE_IP', value: '10.0.0.1' }, 'node'],
    [
      'the one that is there does',
      { name: 'LEVEL', valueFrom: { configMapKeyRef: { name: 'c', key: 'k' } } },
      'tuned',
    ],
  ])('is refused in other words where %s', (_what, variable, name) => {
    const key = `sidecar.io/${name}`;
    const more = name === 'tuned' ? { [`${key}.level`]: '1' } : {};
    const [line] = saidOf(podWith({ [key]: 'true', [`${key}.env`]: 'true', ...more }, withEnv(variable)));
    expect(line).toMatch(/already; take it out there, or leave sidecar\.io\/\w+\.env out$/);
  });

  it.each([
    'x'.repeat(81),
    'user:hunter2',
    'https://user:hunter2@example.com',
    'ghp_abcdefghijklmnopqrstuvwxyz',
  ])('is refused without the value where an annotation put in what is not to be shown: %s', more => {
    const [line] = saidOf(
      agentPod({ 'sidecar.io/agent.more': more }, withEnv({ name: 'MORE', value: 'own' })),
    );
    expect(line).toContain('; add what it would set to its value,');
    expect(line).not.toContain(more);
  });

  it('is refused without its own value', () => {
    const [line] = saidOf(agentPod({}, withEnv({ name: 'JAVA_TOOL_OPTIONS', value: 'hunter2' })));
    expect(line).not.toContain('hunter2');
  });

  it('is no matter where it has that very value', () => {
    const pod = agentPod({}, withEnv(java));
    const after = podAfter(pod, { sidecars });
    expect(environments(pod)).toEqual([[java]]);
    const status = JSON.parse(after.metadata.annotations?.['sidecar.io/status'] ?? '');
    expect(at(status, 'agent')).not.toHaveProperty('env');
  });

  it('counts as the last of its name says', () => {
    const other = { name: 'JAVA_TOOL_OPTIONS', value: '-Xmx1g' };
    expect(saidOf(agentPod({}, withEnv(other, java)))).toEqual([]);
    expect(saidOf(agentPod({}, withEnv(java, other)))).toHaveLength(1);
  });

  it('is told for each container', () => {
    const containers = ['app', 'web'].map(name => ({
      name,
      env: [{ name: 'JAVA_TOOL_OPTIONS', value: 'x' }],
    }));
    expect(saidOf(agentPod({ 'sidecar.io/agent.containers': 'app,web' }, { containers }))).toHaveLength(2);
  });

  it('is refused where another sidecar sets it to something else, and shared where to the same', () => {
    const request = (instance: string, level: string) => ({
      [`sidecar.io/tuned_${instance}`]: 'true',
      [`sidecar.io/tuned_${instance}.env`]: 'true',
      [`sidecar.io/tuned_${instance}.level`]: level,
    });
    expect(saidOf(podWith({ ...request('a', '1'), ...request('b', '2') }))).toEqual([
      'env-name-taken: annotation sidecar.io/tuned_b.env: sidecar.io/tuned_a.env adds LEVEL to container app already; leave out one of them and write its variables by hand',
    ]);
    const pod = podWith({ ...request('a', '1'), ...request('b', '1') });
    const after = podAfter(pod, { sidecars });
    expect(environments(pod, after)).toEqual([[{ name: 'LEVEL', value: '1' }]]);
    const status = JSON.parse(after.metadata.annotations?.['sidecar.io/status'] ?? '');
    expect(at(status, 'tuned-a', 'env')).toEqual(['app:LEVEL']);
    expect(at(status, 'tuned-b', 'env')).toEqual(['app:LEVEL']);
  });

  it('is refused where the definition itself has it twice with different values, and added once where with one', () => {
    const twice = (second: string) =>
      sidecarsOf({
        twice: {
          app: {
            env: [
              { name: 'A', value: '1' },
              { when: 'mode.auto', value: { name: 'A', value: second } },
            ],
          },
        },
      });
    const pod = podWith({ 'sidecar.io/twice': 'true', 'sidecar.io/twice.env': 'true' });
    expect(saidOf(pod, twice('2'))).toEqual([
      'env-name-taken: annotation sidecar.io/twice.env: it would add A to container app twice, with different values; leave it out and write that variable by hand',
    ]);
    const after = podAfter(pod, { sidecars: twice('1') });
    expect(environments(pod, after)).toEqual([[{ name: 'A', value: '1' }]]);
    expect(after.metadata.annotations?.['sidecar.io/status']).toContain('"env":["app:A"]');
  });
});

describe('a pod that was injected before', () => {
  const first = podAfter(podWith({ 'sidecar.io/node': 'true', 'sidecar.io/node.env': 'true' }), { sidecars });

  /** As the API server has it before it asks again, where another webhook took out the container. */
  function withoutContainer(env: object): Pod {
    return {
      ...first,
      spec: { ...first.spec, initContainers: [], containers: [{ name: 'app', env: [env] }] },
    };
  }

  it('has the variable of the first pass, and the status names it again', () => {
    const fieldRef = { apiVersion: 'v1', fieldPath: 'status.hostIP' };
    const again = podAfter(withoutContainer({ name: 'NODE_IP', valueFrom: { fieldRef } }), { sidecars });
    expect(again.metadata.annotations).toEqual(first.metadata.annotations);
    expect(at(again.spec.containers, 0, 'env')).toHaveLength(1);
  });

  it('is refused where others have given that variable another value since', () => {
    expect(saidOf(withoutContainer({ name: 'NODE_IP', value: 'x' }))).toEqual([
      expect.stringMatching(/^env-name-taken: /),
    ]);
  });
});

describe('what is of no use or too much', () => {
  it('is told where no variable is left', () => {
    expect(saidOf(podWith({ 'sidecar.io/tuned': 'true', 'sidecar.io/tuned.env': 'true' }))).toEqual([
      'env-empty: sidecar.io/tuned.env: without effect, no variable is left with these annotations',
    ]);
  });

  it('is refused where the values would be too large in all containers together', () => {
    const containers = Array.from({ length: 100 }, (_, index) => ({ name: `c${index}` }));
    const all = containers.map(({ name }) => name);
    const asked = (names: readonly string[]) =>
      agentPod(
        { 'sidecar.io/agent.more': 'x'.repeat(3000), 'sidecar.io/agent.containers': names.join() },
        { containers },
      );
    expect(saidOf(asked(all.slice(0, 80)))).toEqual([]);
    expect(saidOf(asked(all))).toEqual([
      'sidecar-too-large: annotation sidecar.io/agent.env: the variables would take more than 256 KiB of the pod; name fewer containers in sidecar.io/agent.containers',
    ]);
  });
});
