import { describe, expect, it } from 'vitest';
import { answerReview } from '../../../src/admission/answer-review.ts';
import { createInjector } from '../../../src/injection/inject.ts';
import { defaultPolicy, podCore, podWith } from '../../injection-fixture.ts';
import { sidecarSetWithNext } from '../../next-versions.ts';

const key = 'sidecar.io/logs';

function recordOf(annotations: Readonly<Record<string, string>>) {
  const core = podCore(createInjector(sidecarSetWithNext('logs'), defaultPolicy));
  const request = {
    uid: '1',
    kind: { group: '', version: 'v1', kind: 'Pod' },
    operation: 'CREATE',
    object: podWith(annotations),
  };
  return answerReview({ kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1', request }, core).record;
}

describe('the record of a pod', () => {
  it('names the sidecars that it got in their next version', () => {
    const both = { [key]: 'true', [`${key}_b`]: 'true', [`${key}_b.version`]: 'next' };
    expect(recordOf(both)).toMatchObject({ sidecars: ['logs', 'logs-b'], next: ['logs-b'] });
  });

  it('says nothing of it where there is none', () => {
    expect(recordOf({ [key]: 'true' })).not.toHaveProperty('next');
  });
});
