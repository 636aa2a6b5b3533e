/** What the injector under test is told: definitions, and what the operator decided. */
import type { Core } from '../../src/admission/answer-review.ts';
import { createInjector } from '../../src/injection/inject.ts';
import type { InjectionPolicy } from '../../src/injection/policy.ts';
import type { NamedWorkloadKind } from '../../src/kubernetes/workload.ts';
import { emptySidecarSet, nextSidecarSet, type SidecarSet } from '../../src/sidecars/sidecar-set.ts';
import { decideWorkload, type WorkloadMode } from '../../src/workloads/decide-workload.ts';
import { defaultPolicy, shippedFiles, shippedSidecars, sidecarsOf } from '../injection-fixture.ts';

export interface Setting {
  readonly name: string;
  readonly sidecars: SidecarSet;
  readonly core: Core;
}

const text = { type: 'string', description: 'Any.' };

/** One definition for each part of the language that those that ship use little of. */
export const oddSidecars: SidecarSet = sidecarsOf({
  lists: {
    value: 'items',
    parameters: {
      items: { ...text, list: true },
      labels: { ...text, map: true },
      ports: { type: 'port', list: true, description: 'Ports.' },
    },
    container: {
      image: 'example.com/lists:v1',
      args: [
        '--items=${items}',
        '--labels=${labels}',
        '${ports}',
        { each: 'items', value: ['--item', '${each}', { when: 'ports', value: '${each.index}' }] },
        { each: 'labels', value: '${each.name}: ${each.value}' },
      ],
    },
  },
  patterns: {
    value: 'word',
    parameters: {
      word: { ...text, pattern: '^[a-z]+(-[a-z]+)*$' },
      nested: { ...text, pattern: '(a+)+b' },
      either: { ...text, pattern: '(a|aa)+$' },
      spaced: { ...text, pattern: '\\s*x\\s*y?\\s*\\S*' },
      foreign: { ...text, pattern: '\\b(\\p{L}|[^\\p{N}\\s])+\\b.*' },
    },
    container: { image: 'example.com/patterns:v1', env: [{ name: 'WORD', value: '${word}' }] },
  },
  switch: {
    value: '${from}:${to}',
    parameters: {
      from: { ...text, required: true, pattern: '[^ ]+' },
      to: { ...text, required: true, pattern: '[^ ]+' },
    },
    container: { image: 'example.com/switch:v1', args: ['${from}', '--to=${to}'] },
  },
  copies: {
    value: 'text',
    parameters: { text },
    // What fits into no pod although the value is none too long.
    container: { image: 'example.com/copies:v1', args: Array.from({ length: 600 }, () => '${text}') },
  },
  annotated: {
    parameters: { note: text },
    annotations: { 'example.com/note': '${note}', 'example.com/a_b': 'x' },
    container: { image: 'example.com/annotated:v1' },
    volumes: [{ name: '${volume}', emptyDir: {}, shared: true }],
  },
  sharing: {
    parameters: {
      socket: { type: 'boolean', default: true, description: 'Socket.' },
      directory: { type: 'path', default: '/etc/own', description: 'Directory.' },
    },
    volumes: [
      { when: 'socket.true', value: { name: '${volume}', emptyDir: {}, shared: true, at: '/run/own' } },
      { name: '${name}-config', emptyDir: {}, shared: true, at: '${directory}' },
    ],
    container: {
      image: 'example.com/sharing:v1',
      volumeMounts: [
        { when: 'socket.true', value: { name: '${volume}', mountPath: '/run/own' } },
        { name: '${name}-config', mountPath: '${directory}' },
      ],
    },
  },
  agent: {
    parameters: { options: text },
    app: {
      env: [
        { name: 'AGENT_OPTIONS', value: '-agent ${options}' },
        { name: 'AGENT_HOST', valueFrom: { fieldRef: { fieldPath: 'status.hostIP' } } },
      ],
    },
  },
});

const limited = nextSidecarSet(emptySidecarSet, [...shippedFiles, { name: 'broken.yaml', text: 'kind: [' }], {
  defaults: { 'git-sync': { period: '30s', memory: '128Mi' } },
});

/** A kind that the operator names: of what it holds the API server promises nothing. */
export const rollout: NamedWorkloadKind = {
  group: 'argoproj.io',
  version: 'v1',
  resource: 'rollouts',
  kind: 'Rollout',
  template: 'spec.template',
};

/** The settings under which every review may be answered. */
export const settings: readonly Setting[] = [
  settingOf('shipped', shippedSidecars, {}),
  settingOf('on an old server', shippedSidecars, { areNativeSidecarsAvailable: false }),
  settingOf('others use the prefix', shippedSidecars, { unknownSidecars: 'warn', startAfter: [] }),
  settingOf('hosts are limited', limited, {
    allowedHosts: ['github.com', '*.example.com'],
    allowedSchemes: ['https', 'ssh'],
    imageRegistry: 'mirror.example.com/k8s',
    images: { 'git-sync': 'registry.example.com:5000/git-sync:v9' },
  }),
  settingOf('odd definitions', oddSidecars, {}),
  settingOf('only warns', oddSidecars, { unknownSidecars: 'warn' }, 'warn'),
];

function settingOf(
  name: string,
  sidecars: SidecarSet,
  policy: Partial<InjectionPolicy>,
  ...[mode = 'propagate']: readonly WorkloadMode[]
): Setting {
  const decide = createInjector(sidecars, { ...defaultPolicy, ...policy });
  const core: Core = {
    decide,
    decideWorkload: change => decideWorkload(change, decide, mode),
    workloadKinds: [rollout],
  };
  return { name, sidecars, core };
}
