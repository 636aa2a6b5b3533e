import { describe, expect, it } from 'vitest';
import { codes, decide, gitSync, podAfter, podWith, told } from '../../../injection-fixture.ts';

const limit = 256 * 1024;
const asked = gitSync({ mount: '/site' });

const lengthOf = (annotations: Readonly<Record<string, string>>) =>
  Buffer.byteLength(Object.entries(annotations).flat().join(''));

/** The room that is left for others beside all that is asked for and added. */
const room =
  limit - lengthOf(podAfter(podWith(asked)).metadata.annotations ?? {}) - 'example.com/notes'.length;

const podWithNotes = (notes: string) => podWith({ ...asked, 'example.com/notes': notes });

describe('the annotations of a pod', () => {
  it('may be as long as Kubernetes allows with those that are added', () => {
    const after = podAfter(podWithNotes('x'.repeat(room)));
    expect(lengthOf(after.metadata.annotations ?? {})).toBe(limit);
  });

  it('may not be longer: the API server would refuse the pod and name no annotation', () => {
    const decision = decide(podWithNotes('x'.repeat(room + 1)));
    expect(codes(decision)).toEqual(['annotations-too-long']);
    expect(told(decision)[0]).toContain('longer than 262144 bytes with those that are added');
  });

  it('are counted in bytes', () => {
    expect(decide(podWithNotes('ж'.repeat(Math.floor(room / 2))))).toMatchObject({ outcome: 'injected' });
    expect(codes(decide(podWithNotes('ж'.repeat(Math.floor(room / 2) + 1))))).toEqual([
      'annotations-too-long',
    ]);
  });
});
