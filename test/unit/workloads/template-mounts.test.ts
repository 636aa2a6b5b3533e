/** Mounts and claims of a template are judged as those of its pods will be. */
import { describe, expect, it } from 'vitest';
import { gitSync } from '../../injection-fixture.ts';
import { annotated, decideOn, toldOf, workloadWith } from '../../workload-fixture.ts';

const overToken = gitSync({ mount: '/var' });
const withoutToken = { automountServiceAccountToken: false };

const codesOf = (...given: Parameters<typeof decideOn>) =>
  toldOf(decideOn(...given)).map(line => line.slice(0, line.indexOf(':')));

describe('a mount above the token', () => {
  it('is refused where the pods get one', () => {
    const [line] = toldOf(decideOn(workloadWith({ annotations: overToken })));
    expect(line).toBe(
      'mount-path-taken: annotation sidecar.io/git-sync.mount: container app mounts "kube-api-access" at /var/run/secrets/kubernetes.io/serviceaccount, below the read-only /var, so it could never start; choose another path, or set automountServiceAccountToken: false',
    );
    const without = decideOn(workloadWith({ annotations: overToken, podSpec: withoutToken }));
    expect(without.outcome).toBe('propagated');
  });

  it('that was there before stops no update', () => {
    const before = workloadWith({ template: overToken });
    const decision = decideOn(annotated(before, { 'sidecar.io/git-sync.ref': 'v1' }), before);
    expect(decision.outcome).not.toBe('refused');
    expect(toldOf(decision).join('\n')).toContain('mount-path-taken: pods are refused: ');
  });
});

describe('a claim of every pod', () => {
  const claimed = (spec: object, podSpec = {}) =>
    workloadWith({
      kind: 'StatefulSet',
      annotations: gitSync({ mount: '/site' }),
      podSpec,
      spec: { volumeClaimTemplates: [{ metadata: { name: 'git-sync' }, spec }] },
    });

  it.each([{ volumeMode: 'Block' }, { accessModes: ['ReadOnlyMany'] }])(
    'is refused where nothing can be written to it: %j',
    spec => {
      expect(codesOf(claimed(spec))).toEqual(['volume-read-only']);
    },
  );

  it('is told to lack a group, and no more where it has one', () => {
    const spec = { accessModes: ['ReadWriteOnce'] };
    expect(codesOf(claimed(spec))).toEqual(['pods-change', 'fs-group-missing']);
    expect(codesOf(claimed(spec, { securityContext: { fsGroup: 65533 } }))).toEqual(['pods-change']);
  });
});
