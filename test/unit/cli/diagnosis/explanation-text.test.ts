import { describe, expect, it } from 'vitest';
import { type ExplainedObject, explanationText } from '../../../../src/cli/diagnosis/explanation-text.ts';
import type { ExplainedSidecar } from '../../../../src/diagnosis/explanation/explanation.ts';

const sidecar: ExplainedSidecar = {
  sidecar: 'git-sync',
  container: 'git-sync',
  containers: ['git-sync'],
  mode: 'native',
  image: 'git-sync:v4',
  isPresent: false,
  annotation: 'sidecar.io/git-sync',
  annotatedOn: 'the Deployment',
  content: {
    path: '/git/current',
    volume: 'git-sync',
    inVolume: '/current',
    mounts: [{ container: 'app', mountPath: '/site', path: '/site/current', isAdded: true }],
  },
};

const present = { ...sidecar, isPresent: true };
const older = { code: 'pod-older', where: 'pod web-1', message: 'it is older', advice: 'delete it' } as const;
const optedOut = {
  code: 'namespace-opted-out',
  where: 'namespace shop',
  message: 'left alone',
  advice: 'relabel',
} as const;

function textOf(explained: Partial<ExplainedObject>): string {
  return explanationText({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    name: 'web',
    verdict: 'would-be-injected',
    reason: 'injected',
    sidecars: [],
    problems: [],
    warnings: [],
    ...explained,
  });
}

const firstLine = (explained: Partial<ExplainedObject>) => textOf(explained).split('\n', 1)[0];

describe('an explanation', () => {
  it.each([
    ['a policy', 'policy', 'put in by a policy of the API server'],
    ['a person', 'inject', 'written into the manifest by sidecar-injector inject'],
  ] as const)('says of a sidecar that %s put it in', (_who, by, words) => {
    const text = textOf({ verdict: 'injected', sidecars: [{ ...present, by }] });
    expect(text).toContain(`image git-sync:v4, ${words}, asked for by sidecar.io/git-sync on the Deployment`);
  });

  it('says the verdict, then what the pods get and where the content is', () => {
    const warnings = [
      { code: 'pods-change', where: 'git-sync', message: 'as said' },
      { code: 'short-hash', where: 'x', message: 'it is short' },
    ] as const;
    const pods = [
      { name: 'web-1', state: 'injected', problems: [] },
      { name: 'web-2', state: 'outdated', problems: [] },
    ] as const;
    expect(textOf({ sidecars: [sidecar], warnings, pods })).toBe(`deployment/web: new pods get git-sync
  sidecar  git-sync: mode native, image git-sync:v4, asked for by sidecar.io/git-sync on the Deployment
  content  /site/current in container app (volume git-sync mounted at /site); /git/current in container git-sync
  warning  it is short (short-hash)
  running  2 pods: 1 injected, 1 outdated
`);
  });

  it('says what prevents it, and what to do, before anything else', () => {
    expect(textOf({ verdict: 'prevented', problems: [optedOut], unknown: ['pods: forbidden'] })).toBe(
      `deployment/web: no sidecar (namespace-opted-out)
  why      left alone (namespace-opted-out)
  do       relabel
  unknown  pods: forbidden
`,
    );
  });

  it('says which pods have not what new ones get, and nothing of them twice', () => {
    const pods = [
      { name: 'web-1', state: 'bare', problems: [older] },
      { name: 'web-2', state: 'injected', problems: [] },
    ] as const;
    const text = textOf({ sidecars: [sidecar], pods });
    expect(text).toMatch(
      /^deployment\/web: new pods get git-sync, but 1 of 2 running pods have not \(pod-older\)\n/,
    );
    expect(text).toContain('why      pod web-1: it is older (pod-older)\n  do       delete it\n');
    expect(textOf({ verdict: 'prevented', problems: [older], pods }).match(/it is older/g)).toHaveLength(1);
  });

  it.each<[string, Partial<ExplainedObject>]>([
    ['pod/web: has git-sync', { kind: 'Pod', verdict: 'injected', sidecars: [present] }],
    ['pod/web: would get git-sync', { kind: 'Pod', sidecars: [sidecar] }],
    [
      'pod/web: no sidecar, because nothing asks for one (not-requested)',
      { kind: 'Pod', verdict: 'not-requested', reason: 'not-requested' },
    ],
    [
      'pod/web: has git-sync, but not as its annotations ask (pod-older)',
      { kind: 'Pod', verdict: 'prevented', sidecars: [present], problems: [older] },
    ],
    [
      'pod/web: has git-sync, but not docs (pod-older)',
      {
        kind: 'Pod',
        verdict: 'prevented',
        sidecars: [present, { ...sidecar, container: 'docs' }],
        problems: [older],
      },
    ],
    [
      'deployment/web (web.yaml:3): new pods get git-sync',
      { sidecars: [sidecar], file: 'web.yaml', line: 3 },
    ],
  ])('begins with "%s"', (line, explained) => {
    expect(firstLine(explained)).toBe(line);
  });

  it.each([
    [
      { path: '/git/current', volume: 'site', inVolume: '/current', mounts: [] },
      '/git/current in container git-sync, which is /current of volume site; no container of the app mounts it',
    ],
    [{ path: '/data', mounts: [] }, '/data in container git-sync'],
  ])('says where content is that the app does not see', (content, line) => {
    expect(textOf({ sidecars: [{ ...sidecar, content }] })).toContain(`  content  ${line}\n`);
  });

  it('shows nothing that a terminal obeys, and no line without end', () => {
    const message = `\u001b[31m${'x'.repeat(10_000)}`;
    const text = textOf({ verdict: 'prevented', problems: [{ ...optedOut, message }] });
    expect(text).not.toContain('\u001b');
    expect(text.length).toBeLessThan(3000);
  });
});
