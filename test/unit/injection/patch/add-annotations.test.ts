import { describe, expect, it } from 'vitest';
import { addAnnotations } from '../../../../src/injection/patch/add-annotations.ts';
import type { RenderedSidecar } from '../../../../src/injection/render/render-sidecar.ts';
import type { InjectedBefore } from '../../../../src/injection/status/read-status.ts';

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
    annotations: new Set(keys),
    leftToOthers: new Set(),
  };
}

describe('the volumes that a node may be removed with', () => {
  it('are those of the sidecars where the pod names none', () => {
    expect(addAnnotations({}, sidecars, earlierPass()).added).toEqual([[evict, 'new']]);
  });

  it.each([
    ['old', 'old,new'],
    ['b,a,b', 'b,a,b,new'],
  ])('are added to those of an earlier pass, which stay as they are: %s', (written, now) => {
    const { added, keysOf } = addAnnotations({ [evict]: written }, sidecars, earlierPass(evict));
    expect(added).toEqual([[evict, now]]);
    expect(keysOf).toEqual([[evict]]);
  });

  it('are the business of the user where the user wrote them', () => {
    const { added, keysOf } = addAnnotations({ [evict]: 'mine' }, sidecars, earlierPass());
    expect(added).toEqual([]);
    expect(keysOf).toEqual([[]]);
  });

  it('need no other annotation where they stand there already', () => {
    expect(addAnnotations({ [evict]: 'old,new' }, sidecars, earlierPass(evict)).added).toEqual([]);
  });
});
