import { describe, expect, it } from 'vitest';
import { codes, decide, podWith, sidecarsOf, told } from '../../../injection-fixture.ts';

const sidecars = sidecarsOf({
  reader: {
    value: 'directory',
    parameters: { directory: { type: 'path', required: true }, other: { type: 'path' } },
    volumes: [
      { name: '${volume}', emptyDir: {}, shared: true, at: '${directory}' },
      { name: '${name}-tmp', emptyDir: {} },
    ],
    container: {
      image: 'example.com/reader:v1',
      volumeMounts: [
        { name: '${volume}', mountPath: '${directory}' },
        { name: '${name}-tmp', mountPath: '/tmp' },
        { name: '${name}-tmp', mountPath: '${other}', subPath: 'other' },
      ],
    },
  },
});

const own = 'the sidecar mounts something of its own at';

describe('a sidecar that would mount two things at one path', () => {
  it.each<readonly [what: string, annotations: Record<string, string>, message: string]>([
    [
      'a value that it needs itself',
      { 'sidecar.io/reader': '/tmp' },
      `annotation sidecar.io/reader: ${own} /tmp; use another directory`,
    ],
    [
      'a parameter of its own',
      { 'sidecar.io/reader': '/logs', 'sidecar.io/reader.other': '/tmp' },
      `annotation sidecar.io/reader.other: ${own} /tmp; use another directory`,
    ],
    [
      'two values that are the same',
      { 'sidecar.io/reader': '/logs', 'sidecar.io/reader.other': '/logs' },
      `annotation sidecar.io/reader: ${own} /logs; use another directory`,
    ],
  ])('is refused: %s', (_what, annotations, message) => {
    const decision = decide(podWith(annotations), { sidecars });
    expect(codes(decision)).toContain('mount-path-twice');
    expect(told(decision)).toContain(`mount-path-twice: ${message}`);
  });

  it('is refused where the volume of the app stands over a path that it needs', () => {
    const decision = decide(podWith({ 'sidecar.io/reader': '/tmp/app' }), { sidecars });
    expect(codes(decision)).not.toContain('mount-path-twice');
    const app = { name: 'app', volumeMounts: [{ name: 'scratch', mountPath: '/tmp/' }] };
    const covered = podWith(
      { 'sidecar.io/reader': '/tmp/app' },
      { containers: [app], volumes: [{ name: 'scratch', emptyDir: {} }] },
    );
    expect(told(decide(covered, { sidecars }))).toContain(
      `mount-path-twice: annotation sidecar.io/reader: ${own} /tmp; use another directory`,
    );
  });
});
