import { describe, expect, it } from 'vitest';
import type { InjectionDecision } from '../../../src/injection/inject.ts';
import type { Pod } from '../../../src/kubernetes/pod.ts';
import { decide, gitSync, podWith, told } from '../../injection-fixture.ts';

const kibibyte = 1024;

/** Values that nobody writes in earnest, of about a length, each with what is said of it. */
const cruel: readonly (readonly [what: string, podOf: (length: number) => Pod, line: RegExp])[] = [
  [
    'a quantity',
    length => podWith(gitSync({ cpu: `${'1'.repeat(length)}x`, mount: '/site' })),
    /^invalid-value: annotation sidecar.io\/git-sync.cpu: .*; use a value of at most 64 characters$/,
  ],
  [
    'a repository of colons',
    length => podWith({ ...gitSync(), 'sidecar.io/git-sync': `${'a:'.repeat(length / 2)}#` }),
    /^invalid-value: annotation sidecar.io\/git-sync: .*; use a value of at most 4096 characters$/,
  ],
  [
    'a repository of schemes',
    length => podWith({ ...gitSync(), 'sidecar.io/git-sync': `${'://'.repeat(length / 3)}#` }),
    /^invalid-value: annotation sidecar.io\/git-sync: .*; use a value of at most 4096 characters$/,
  ],
  [
    'a switch in two parts',
    length => podWith({ 'sidecar.io/log-collector': `${'/a'.repeat(length / 2)} ` }),
    /^invalid-value: annotation sidecar.io\/log-collector: .*; use a value of at most 4096 characters$/,
  ],
  [
    'a map of many names',
    length =>
      podWith({
        'sidecar.io/log-collector': '/var/log/app/*.log',
        'sidecar.io/log-collector.attributes': Array.from(
          { length: length / 8 },
          (_, index) => `a${index}=1`,
        ).join(','),
      }),
    /./,
  ],
  [
    'an unknown parameter and sidecar',
    length =>
      podWith({
        ...gitSync(),
        [`sidecar.io/git-sync.${'x'.repeat(length)}`]: 'a',
        [`sidecar.io/${'y'.repeat(length)}`]: 'a',
      }),
    /^unknown-(sidecar|parameter): /,
  ],
  [
    'a mount path of slashes',
    length =>
      podWith(gitSync({ mount: '/site' }), {
        containers: [
          {
            name: 'app',
            volumeMounts: [
              { name: 'v', mountPath: `${'/'.repeat(length)}x` },
              { name: 'w', mountPath: '/site' },
            ],
          },
        ],
      }),
    /^mount-path-taken: /,
  ],
  [
    'a default container and another',
    length =>
      podWith(
        { ...gitSync({ mount: '/site' }), 'kubectl.kubernetes.io/default-container': 'a'.repeat(length) },
        { containers: [{ name: 'b'.repeat(length) }, { name: 'c' }] },
      ),
    /^mount-container-unknown: /,
  ],
  [
    'resources of the pod',
    length =>
      podWith(gitSync({ mount: '/site', cpu: 'x' }), {
        containers: [
          {
            name: 'app',
            resources: { limits: { cpu: `${'1'.repeat(length)}x`, memory: `.${'1'.repeat(length)}` } },
          },
        ],
      }),
    /^invalid-value: annotation sidecar.io\/git-sync.cpu: /,
  ],
];

describe.each(cruel)('%s', (_what, podOf, expected) => {
  it('takes time in proportion to its length', () => {
    secondsFor(podOf(8 * kibibyte));
    const [short, long] = [secondsFor(podOf(8 * kibibyte)), secondsFor(podOf(32 * kibibyte))];
    // Where the time grows with the square, the longer one takes a second or more.
    expect(long).toBeLessThan(6 * short + 0.05);
  });

  it.each([64, 256])('of %i KiB is told what is wrong with it', length => {
    const lines = told(decide(podOf(length * kibibyte)));
    expect(lines.some(line => expected.test(line))).toBe(true);
  });
});

function secondsFor(pod: Pod): number {
  const decisions: InjectionDecision[] = [];
  const runs = [1, 2, 3].map(() => {
    const before = process.cpuUsage();
    decisions.push(decide(pod));
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  });
  expect(decisions).toHaveLength(runs.length);
  return Math.min(...runs);
}

describe('a map of values', () => {
  it('beyond 64 KiB is refused', () => {
    const attributes = Array.from({ length: 8000 }, (_, index) => `key${index}=1`).join(',');
    const [line] = told(
      decide(
        podWith({
          'sidecar.io/log-collector': '/a/*.log',
          'sidecar.io/log-collector.attributes': attributes,
        }),
      ),
    );
    expect(line).toMatch(/^invalid-value: annotation sidecar.io\/log-collector.attributes: /);
    expect(line).toMatch(/; use a value of at most 65536 characters$/);
  });
});
