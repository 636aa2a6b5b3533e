import { describe, expect, it } from 'vitest';
import { addAnnotations } from '../../../../src/injection/patch/add-annotations.ts';
import type { RenderedSidecar } from '../../../../src/injection/render/render-sidecar.ts';
import type { InjectedBefore } from '../../../../src/injection/status/read-status.ts';
import { podWith } from '../../../injection-fixture.ts';

const evict = 'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes';
const sidecars = [
  { sidecar: { annotations: [] } as unknown as RenderedSidecar, volumes: [{ name: 'new', emptyDir: {} }] },
];

/** What an earlier pass has added, as the status says. */
function earlierPass(...keys: readonly string[]): InjectedBefore {
  return {
    sidecars: {},
    containers: new Set(),
    volumes: new Set(),
    mounts: new Set(),
    env: new Set(),
    annotations: new Set(keys),
    appended: new Set(),
    imagePullSecrets: new Set(),
    leftToOthers: new Set(),
  };
}

describe('the volumes that a node may be removed with', () => {
  it('are those of the sidecars where the pod names none', () => {
    expect(addAnnotations(podWith({}), sidecars, earlierPass()).added).toEqual([[evict, 'new']]);
  });

  it.each([
    ['old', 'old,new'],
    ['b,a,b', 'b,a,b,new'],
  ])('are added to those of an earlier pass, which stay as they are: %s', (written, now) => {
    const { added, bySidecar } = addAnnotations(podWith({ [evict]: written }), sidecars, earlierPass(evict));
    expect(added).toEqual([[evict, now]]);
    expect(bySidecar).toEqual([{ keys: [evict], appended: [] }]);
  });

  it('go behind those that the user wrote, whose annotation it stays', () => {
    const { added, bySidecar } = addAnnotations(podWith({ [evict]: 'mine' }), sidecars, earlierPass());
    expect(added).toEqual([[evict, 'mine,new']]);
    expect(bySidecar).toEqual([{ keys: [], appended: [`${evict}:new`] }]);
  });

  it('need no other annotation where they stand there already', () => {
    expect(addAnnotations(podWith({ [evict]: 'old,new' }), sidecars, earlierPass(evict)).added).toEqual([]);
  });
});
