import { beforeAll, expect, it } from 'vitest';
import type { Core } from '../../src/admission/answer-review.ts';
import { createInjector } from '../../src/injection/inject.ts';
import { decideWorkload } from '../../src/workloads/decide-workload.ts';
import { defaultPolicy, shippedSidecars } from '../injection-fixture.ts';
import { nestedReviews } from '../nested-reviews.ts';
import { issueTestCertificates, startInProcess, type TestCertificates } from './in-process-webhook.ts';
import { call } from './webhook-client.ts';

let certificates: TestCertificates;
beforeAll(async () => {
  certificates = await issueTestCertificates();
});

it('whatever a tenant nests in an object is answered with a decision or with 400, never with 500', async () => {
  const decide = createInjector(shippedSidecars, defaultPolicy);
  const core: Core = {
    decide,
    decideWorkload: change => decideWorkload(change, decide, 'propagate'),
  };
  const webhook = await startInProcess(certificates, { core });
  const statuses: Record<string, number> = {};
  for (const { what, body } of nestedReviews()) statuses[what] = (await call(webhook, { body })).status;
  expect(webhook.failures.filter(({ error }) => error !== undefined)).toEqual([]);
  const malformed = Object.keys(statuses).filter(what => statuses[what] === 400);
  expect(malformed).toEqual(['the containers themselves', 'an annotation', 'the uid']);
  expect(Object.values(statuses).filter(status => status !== 400 && status !== 200)).toEqual([]);
});
