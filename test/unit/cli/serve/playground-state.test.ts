import { describe, expect, it } from 'vitest';
import { playgroundState, type ShownInForce } from '../../../../src/cli/serve/playground-state.ts';
import type { TaggedBody } from '../../../../src/http/playground-routes.ts';
import { programVersion } from '../../../../src/program-version.ts';
import { emptySidecarSet, nextSidecarSet, type SidecarFile } from '../../../../src/sidecars/sidecar-set.ts';
import { defaultPolicy, gitSyncFile } from '../../../injection-fixture.ts';

function inForce(files: readonly SidecarFile[], others: Partial<ShownInForce> = {}): ShownInForce {
  return {
    definitions: nextSidecarSet(emptySidecarSet, files),
    settings: {},
    policy: defaultPolicy,
    rules: [],
    workloads: 'propagate',
    workloadKinds: [],
    ...others,
  };
}

function textOf({ pieces }: TaggedBody): string {
  return Buffer.concat(pieces).toString();
}

describe('what the page is told', () => {
  it('is what is in force, with the files as they lie in the directory, wrong ones too', async () => {
    const broken = { name: 'broken.yaml', text: 'kind: </script>\n' };
    const unreadable = { name: 'secret.yaml', unreadable: 'EACCES: permission denied' };
    const rules = [{ from: 'rule 1', annotations: { 'sidecar.io/logs': 'true' } }];
    const workloadKinds = [
      {
        group: 'argoproj.io',
        version: 'v1alpha1',
        ...{ resource: 'rollouts', kind: 'Rollout', template: 'spec.template' },
      },
    ];
    const settings = { defaults: { 'git-sync': { depth: '5' } }, images: { logs: 'example.com/logs:v2' } };
    const shown = inForce([unreadable, gitSyncFile, broken], { rules, workloadKinds, settings });
    const text = textOf(await playgroundState(() => shown)());
    expect(text).not.toContain('<');
    expect(JSON.parse(text)).toEqual({
      version: programVersion,
      isLive: true,
      files: [broken, gitSyncFile, unreadable],
      settings,
      policy: JSON.parse(JSON.stringify(defaultPolicy)),
      rules,
      workloads: 'propagate',
      workloadKinds,
    });
  });

  it('is JSON where there is no file at all', async () => {
    expect(JSON.parse(textOf(await playgroundState(() => inForce([]))()))).toMatchObject({ files: [] });
  });

  it('is nothing else of the configuration that it is taken from', async () => {
    const configuration = { defaults: {}, images: {}, tlsKeyFile: '/tls/tls.key', kubeconfig: '/kubeconfig' };
    const state = JSON.parse(textOf(await playgroundState(() => inForce([], { settings: configuration }))()));
    expect(state.settings).toEqual({ defaults: {}, images: {} });
    expect(Object.keys(state).sort()).toEqual(
      ['files', 'isLive', 'policy', 'rules', 'settings', 'version', 'workloadKinds', 'workloads'].sort(),
    );
  });

  it('is made once for each change, with a tag of its own, and the old tag where the old is back', async () => {
    const first = inForce([gitSyncFile]);
    let shown = first;
    const state = playgroundState(() => ({ ...shown }));
    const [body, same] = await Promise.all([state(), state()]);
    expect(same).toBe(body);
    expect(await state()).toBe(body);
    const tags = new Set([body.tag]);
    for (const change of [
      { definitions: nextSidecarSet(emptySidecarSet, [{ name: 'git-sync.yaml', text: 'a' }]) },
      { policy: { ...defaultPolicy, maximumSidecars: 3 } },
      { rules: [{ from: 'rule 1', annotations: {} }] },
      { settings: { defaults: { 'git-sync': { depth: '1' } } } },
      { workloadKinds: [{ group: 'a', version: 'v1', resource: 'bs', kind: 'B', template: 'spec' }] },
    ]) {
      shown = { ...first, ...change };
      const changed = await state();
      expect(textOf(changed)).not.toBe(textOf(body));
      tags.add(changed.tag);
    }
    expect(tags.size).toBe(6);
    shown = first;
    expect(await state()).toMatchObject({ tag: body.tag });
  });

  it('is told apart by the place where one file ends, too', async () => {
    const tagOf = async (files: readonly SidecarFile[]) =>
      (await playgroundState(() => inForce(files))()).tag;
    const [a, b] = ['a.yaml', 'b.yaml'] as const;
    const one = await tagOf([
      { name: a, text: 'xy' },
      { name: b, text: '' },
    ]);
    expect(
      await tagOf([
        { name: a, text: 'x' },
        { name: b, text: 'y' },
      ]),
    ).not.toBe(one);
  });

  it('is the same text where a file takes several pieces, wherever they end', async () => {
    const texts = [0, 1, 2].map(shift => 'a'.repeat(16 * 1024 - shift) + '😀<"\n'.repeat(20_000));
    const files = texts.map((text, index) => ({ name: `${index}.yaml`, text }));
    const body = await playgroundState(() => inForce(files))();
    expect(body.pieces.length).toBeGreaterThan(6);
    expect(JSON.parse(textOf(body)).files).toEqual(files);
  });

  it('is in few pieces, each not much longer than a turn should take', async () => {
    const small = Array.from({ length: 500 }, (_, index) => ({ name: `${index}.yaml`, text: 'a: b' }));
    expect((await playgroundState(() => inForce(small))()).pieces.length).toBeLessThan(3);
    const large = [{ name: 'a.yaml', text: '<'.repeat(256 * 1024) }];
    const { pieces } = await playgroundState(() => inForce(large))();
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(256 * 1024);
  });

  it('leaves requests a turn between two pieces', async () => {
    const text = '"<\n'.repeat(85_000);
    const files = Array.from({ length: 32 }, (_, index) => ({ name: `${index}.yaml`, text }));
    const shown = inForce(files);
    let turns = 0;
    let isMade = false;
    const count = (): void => {
      turns++;
      if (!isMade) setImmediate(count);
    };
    setImmediate(count);
    await playgroundState(() => shown)();
    isMade = true;
    expect(turns).toBeGreaterThan(200);
  });
});
