import { describe, expect, it } from 'vitest';
import { type Fact, known, unknown } from '../../../../src/diagnosis/fact.ts';
import { agreedDefinitions } from '../../../../src/diagnosis/versions/agreed-definitions.ts';
import type { InjectorVersion, ReplicaVersion } from '../../../../src/diagnosis/versions/injector-version.ts';

const logs = (hash: string) => ({ sidecar: 'logs', hash, image: 'example.com/logs:v1', file: 'logs.yaml' });

function replica(pod: string, definition: ReturnType<typeof logs>): ReplicaVersion {
  const version: InjectorVersion = {
    ...{ version: '1.0.0', node: 'v24.0.0', nativeSidecars: true },
    definitions: [definition],
  };
  return { pod, version: known(version) };
}

const silent = (pod: string): ReplicaVersion => ({ pod, version: unknown(`pod ${pod} does not answer`) });

const agreed = (replicas: Fact<readonly ReplicaVersion[]>) =>
  agreedDefinitions({ namespace: 'platform', replicas });

describe('what an injector has in force', () => {
  it('is what its replicas say, and those are named that say nothing', () => {
    expect(agreed(known([silent('a'), replica('b', logs('1')), replica('c', logs('1'))]))).toEqual({
      value: { namespace: 'platform', definitions: [logs('1')], silent: ['pod a does not answer'] },
    });
  });

  it.each<readonly [why: string, replicas: Fact<readonly ReplicaVersion[]>, words: string]>([
    ['nobody may ask', unknown('forbidden: no', true), 'forbidden: no'],
    ['none answers', known([silent('a'), silent('b')]), 'pod a does not answer; pod b does not answer'],
    ['there is none', known([]), 'no replica of the injector runs'],
    [
      'a definition differs',
      known([replica('a', logs('1')), replica('b', logs('2'))]),
      'pod a and pod b have other definitions in force, which takes about a minute after a change: ' +
        'logs (1 in the first, 2 in the second)',
    ],
    [
      'only an image differs',
      known([replica('a', logs('1')), replica('b', { ...logs('1'), image: 'mirror/logs:v1' })]),
      'pod a and pod b have other definitions in force, which takes about a minute after a change: ' +
        'logs (image example.com/logs:v1 in the first, mirror/logs:v1 in the second)',
    ],
  ])('is not known where %s', (_why, replicas, words) => {
    expect(agreed(replicas)).toMatchObject({ unknown: words });
  });
});
