import { describe, expect, it } from 'vitest';
import type { Pod } from '../../../../src/kubernetes/pod.ts';
import { at, gitSync, podAfter, podWith, sidecarsOf } from '../../../injection-fixture.ts';

const aws = 'eks.amazonaws.com/skip-containers';
const azure = 'azure.workload.identity/skip-containers';
const roleVolume = { name: 'aws-iam-token', projected: {} };
const labels = { 'azure.workload.identity/use': 'true' };

function listOf(key: string, pod: Pod, sidecars?: ReturnType<typeof sidecarsOf>): string | undefined {
  return podAfter(pod, sidecars ? { sidecars } : {}).metadata.annotations?.[key];
}

function labelled(pod: Pod, of: Readonly<Record<string, string>> = labels): Pod {
  return { ...pod, metadata: { ...pod.metadata, labels: of } };
}

describe('the containers that get no role of AWS', () => {
  it.each(['aws-iam-token', 'eks-pod-identity-token'])(
    'are those that are added where its webhook acted on the pod, as the volume %s tells',
    name => {
      const pod = podWith(gitSync({ mode: 'classic' }), { volumes: [{ name, projected: {} }] });
      expect(listOf(aws, pod)).toBe('git-sync-init,git-sync');
    },
  );

  it('are not named where it did not', () => {
    expect(listOf(aws, podWith(gitSync(), { volumes: [{ name: 'x', emptyDir: {} }] }))).toBeUndefined();
  });

  it('go behind those of the user', () => {
    const pod = podWith({ ...gitSync(), [aws]: 'log-shipper' }, { volumes: [roleVolume] });
    expect(listOf(aws, pod)).toBe('log-shipper,git-sync');
  });
});

describe('the containers that get no workload identity of Azure', () => {
  it('are those that are added where the pod has the label, in the words of its webhook', () => {
    expect(listOf(azure, labelled(podWith(gitSync({ mode: 'classic' }))))).toBe('git-sync-init;git-sync');
  });

  it.each([{}, { 'azure.workload.identity/use': 'false' }])('are not named without it: %j', of => {
    expect(listOf(azure, labelled(podWith(gitSync()), of))).toBeUndefined();
  });

  it('go behind those of the user', () => {
    expect(listOf(azure, labelled(podWith({ ...gitSync(), [azure]: 'a;b' })))).toBe('a;b;git-sync');
  });

  it('are named in the status as what was added, or as what was put behind a list of the user', () => {
    const entry = (pod: Pod) =>
      at(JSON.parse(podAfter(pod).metadata.annotations?.['sidecar.io/status'] ?? ''), 'git-sync');
    expect(at(entry(labelled(podWith(gitSync()))), 'annotations')).toContain(azure);
    expect(at(entry(labelled(podWith({ ...gitSync(), [azure]: 'a' }))), 'appended')).toEqual([
      `${azure}:git-sync`,
    ]);
  });
});

describe('a sidecar whose definition does not cover the token of the ServiceAccount', () => {
  const mount = (mountPath: string) => ({
    container: { image: 'a:1', volumeMounts: [{ name: '${name}-tmp', mountPath, readOnly: true }] },
    volumes: [{ name: '${name}-tmp', emptyDir: {} }],
  });
  const sidecars = sidecarsOf({
    open: {},
    elsewhere: mount('/tmp'),
    covered: mount('/var/run/secrets/kubernetes.io/serviceaccount/'),
  });

  it('acts in its name, and gets what the app gets', () => {
    const names = ['open', 'elsewhere', 'covered'];
    const annotations = Object.fromEntries(names.map(name => [`sidecar.io/${name}`, 'true']));
    const pod = labelled(podWith(annotations, { volumes: [roleVolume] }));
    expect(listOf(aws, pod, sidecars)).toBe('covered');
    expect(listOf(azure, pod, sidecars)).toBe('covered');
  });
});
