import { beforeAll, expect, it } from 'vitest';
import { shakeHands } from '../../src/tls/shake-hands.ts';
import { issueTestCertificates, startInProcess, type TestCertificates } from './in-process-webhook.ts';

let certificates: TestCertificates;
beforeAll(async () => {
  certificates = await issueTestCertificates();
});

const host = '127.0.0.1';

it('succeeds with the authority of the server and its name', async () => {
  const { port } = await startInProcess(certificates);
  expect(await shakeHands({ host, port }, certificates.authority, 'localhost')).toBeUndefined();
});

it('says what is wrong: the authority, the name, the bundle, or that nobody listens', async () => {
  const { port } = await startInProcess(certificates);
  const other = (await issueTestCertificates()).authority;
  expect(await shakeHands({ host, port }, other, 'localhost')).toMatch(/certificate|verify/);
  expect(await shakeHands({ host, port }, '', 'localhost')).toMatch(/certificate|verify/);
  expect(await shakeHands({ host, port }, certificates.authority, 'other.svc')).toContain('other.svc');
  expect(await shakeHands({ host, port }, '-----BEGIN CERTIFICATE-----', 'localhost')).toBeDefined();
  expect(await shakeHands({ host, port: 1 }, certificates.authority, 'localhost')).toContain('ECONNREFUSED');
});
