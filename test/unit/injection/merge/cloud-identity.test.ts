import { describe, expect, it } from 'vitest';
import type { Container, Pod } from '../../../../src/kubernetes/pod.ts';
import { decide, gitSync, podAfter, podWith, sidecarsOf, told } from '../../../injection-fixture.ts';

const token = (name: string) => ({ name, mountPath: '/var/run/secrets/eks.amazonaws.com/serviceaccount' });

/** The pod as the webhook of EKS leaves it, which gives the role to every container. */
function withRole(pod: Pod, volume = 'aws-iam-token'): Pod {
  const given = (containers: Pod['spec']['containers']) =>
    containers?.map((container): Container => {
      const volumeMounts = [...(container.volumeMounts ?? []), token(volume)];
      return { ...container, volumeMounts };
    });
  const { containers, initContainers, volumes } = pod.spec;
  const spec = {
    ...pod.spec,
    containers: given(containers),
    initContainers: given(initContainers),
    volumes: [...(volumes ?? []), { name: volume, projected: {} }],
  };
  return { ...pod, spec };
}

describe('a role of AWS that a sidecar gets after it was added', () => {
  it.each(['aws-iam-token', 'eks-pod-identity-token'])('is told, with what to write: %s', volume => {
    const decision = decide(withRole(podAfter(podWith(gitSync({ mount: '/site' }))), volume));
    expect(decision.outcome).toBe('skipped');
    expect(told(decision)).toEqual([
      "role-given: git-sync got the app's AWS role; name it in eks.amazonaws.com/skip-containers",
    ]);
  });

  it('is told once of both containers of mode classic', () => {
    const pod = podAfter(podWith(gitSync({ mount: '/site', mode: 'classic' })));
    expect(told(decide(withRole(pod)))).toEqual([
      "role-given: git-sync-init, git-sync got the app's AWS role; name it in eks.amazonaws.com/skip-containers",
    ]);
  });

  it('is nothing to tell of where the app alone has it', () => {
    const pod = podAfter(withRole(podWith(gitSync({ mount: '/site' }))));
    expect(told(decide(pod))).toEqual([]);
  });

  it('is meant where the definition leaves the token of the ServiceAccount uncovered', () => {
    const sidecars = sidecarsOf({ uploader: {} });
    const pod = podAfter(podWith({ 'sidecar.io/uploader': 'true' }), { sidecars });
    expect(told(decide(withRole(pod), { sidecars }))).toEqual([]);
  });
});
