/** What the container runtime can mount and what it cannot: why the injector refuses some pods, and warns of others. */
import type { V1PodSpec, V1Volume, V1VolumeMount } from '@kubernetes/client-node';
import { describe, expect } from 'vitest';
import { until } from './scene.ts';
import { appContainer, idle, nodeCase, podOf } from './suite.ts';

const at = (name: string, mountPath: string, more: Partial<V1VolumeMount> = {}): V1VolumeMount => ({
  name,
  mountPath,
  ...more,
});
const reading = (mountPath: string) => at('content', mountPath, { readOnly: true });
const making = (place: string) => ({
  initContainers: [
    appContainer(`mkdir -p /work/${place}`, { name: 'make', volumeMounts: [at('content', '/work')] }),
  ],
});

/** A pod by hand, without any annotation of ours. */
function specOf(volumeMounts: readonly V1VolumeMount[], more: Partial<V1PodSpec> = {}): Partial<V1PodSpec> {
  const volumes: V1Volume[] = [
    { name: 'content', emptyDir: {} },
    { name: 'data', emptyDir: {} },
    { name: 'config', configMap: { name: 'kube-root-ca.crt' } },
    {
      name: 'nested',
      configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'site/ca.crt' }] },
    },
  ];
  return { containers: [appContainer(idle, { volumeMounts: [...volumeMounts] })], volumes, ...more };
}

interface Row {
  readonly what: string;
  readonly spec: Partial<V1PodSpec>;
  readonly starts: boolean;
}

const rows: readonly Row[] = [
  { what: 'below-reading', spec: specOf([reading('/site'), at('data', '/site/x')]), starts: false },
  {
    what: 'file-below',
    spec: specOf([reading('/site'), at('config', '/site/a.crt', { subPath: 'ca.crt' })]),
    starts: false,
  },
  {
    what: 'below-config-map',
    spec: specOf([at('config', '/etc/app'), reading('/etc/app/site')]),
    starts: true,
  },
  { what: 'over-etc', spec: specOf([reading('/etc')]), starts: false },
  { what: 'over-dev', spec: specOf([reading('/dev')]), starts: false },
  { what: 'over-var', spec: specOf([reading('/var')]), starts: false },
  { what: 'over-run', spec: specOf([reading('/run')]), starts: false },
  { what: 'below-writing', spec: specOf([at('content', '/site'), at('data', '/site/x')]), starts: true },
  { what: 'below-made', spec: specOf([reading('/site'), at('data', '/site/x')], making('x')), starts: true },
  { what: 'below-item', spec: specOf([at('nested', '/etc/app'), reading('/etc/app/site')]), starts: true },
  {
    what: 'without-token',
    spec: specOf([reading('/var')], { automountServiceAccountToken: false }),
    starts: true,
  },
];

describe('a container', () => {
  nodeCase('starts only where there is room for every mount', async scene => {
    await scene.apply(...rows.map(({ what, spec }) => podOf(what, {}, spec)));
    const found = await Promise.all(rows.map(async ({ what }) => [what, await outcomeOf(what)] as const));
    expect(Object.fromEntries(found)).toEqual(
      Object.fromEntries(rows.map(({ what, starts }) => [what, starts])),
    );

    function outcomeOf(name: string): Promise<boolean> {
      return until(
        `pod ${name} starts or fails`,
        async () => {
          const { status } = await scene.pod(name);
          const state = status?.containerStatuses?.[0];
          if (state?.state?.running && state.ready) return [true] as const;
          const end = state?.lastState?.terminated ?? state?.state?.terminated;
          return end?.reason === 'StartError' ? ([false] as const) : undefined;
        },
        60_000,
      ).then(([isRunning]) => isRunning);
    }
  });
});
