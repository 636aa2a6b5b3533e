import { X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { issueServingCertificate, type KeyPair } from '../../src/tls/issue-certificate.ts';
import { makeLocalCertificates } from '../integration/local-certificates.ts';
import { podWith, reviewOf } from '../integration/reviews.ts';
import { call, type Endpoint, openConnection } from '../integration/webhook-client.ts';
import { WebhookProcess } from '../integration/webhook-process.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

let certs: Awaited<ReturnType<typeof makeLocalCertificates>>;
beforeAll(async () => {
  certs = await makeLocalCertificates();
});
afterAll(() => certs.remove());

const hotReloadMs = 5000;

function definition(name: string, version: number): string {
  return `apiVersion: sidecar.io/v1
kind: Sidecar
metadata: {name: ${name}}
spec:
  description: Ships the logs of the app.
  container: {image: "example.com/${name}:${version}"}
`;
}

/** What becomes of a pod that asks for a sidecar: the image that it gets, or the message. */
async function outcome(webhook: Endpoint, sidecar: string): Promise<string> {
  const { text } = await call(webhook, { body: reviewOf(podWith({ [`sidecar.io/${sidecar}`]: 'true' })) });
  const { patch, status } = JSON.parse(text).response;
  if (patch === undefined) return status.message;
  const operations = Buffer.from(patch, 'base64').toString('utf8');
  return /example\.com\/\w+:\d+/.exec(operations)?.[0] ?? operations;
}

describe('the directory of definitions', () => {
  it('is followed: a change is in force, or told in the log, soon after it is made', async () => {
    const sidecars = temporaryDirectory();
    writeFileSync(join(sidecars, 'logs.yaml'), definition('logs', 1));
    const webhook = await WebhookProcess.start(certs.path, '--sidecars', sidecars);
    expect(await outcome(webhook, 'logs')).toBe('example.com/logs:1');

    let from = webhook.log.length;
    writeFileSync(join(sidecars, 'logs.yaml'), definition('logs', 2));
    await webhook.logged({ msg: 'definitions loaded', rejected: 0 }, from, hotReloadMs);
    expect(await outcome(webhook, 'logs')).toBe('example.com/logs:2');

    from = webhook.log.length;
    writeFileSync(join(sidecars, 'logs.yaml'), definition('logs', 3).replace('image', 'imge'));
    writeFileSync(join(sidecars, 'more.yaml'), 'metadata: {name: more}');
    await webhook.logged({ msg: 'definitions loaded', rejected: 2 }, from, hotReloadMs);
    await webhook.logged({
      level: 'error',
      msg: 'definition rejected',
      file: 'logs.yaml',
      line: 6,
      path: 'spec.container.imge',
      inForce: 'the last good version',
    });
    expect(await outcome(webhook, 'logs')).toBe('example.com/logs:2');
    expect(await outcome(webhook, 'more')).toMatch(/the definition of "more" cannot be used: .*more\.yaml:1/);
    expect(await webhook.status('/readyz')).toMatchObject({
      status: 200,
      text: expect.stringContaining('logs.yaml:6: unknown key "imge"; did you mean "image"?'),
    });
    const metrics = await webhook.status('/metrics');
    expect(metrics.text).toContain('sidecar_injector_definitions{state="rejected"} 2\n');
    expect(metrics.text).toContain('sidecar_injector_definition_reloads_total{result="failure"} 1\n');

    from = webhook.log.length;
    unlinkSync(join(sidecars, 'logs.yaml'));
    unlinkSync(join(sidecars, 'more.yaml'));
    await webhook.logged({ msg: 'definitions loaded', rejected: 0 }, from, hotReloadMs);
    expect(await outcome(webhook, 'logs')).toMatch(/no sidecar "logs"/);
  });

  it('is told when it can no longer be read, and when it can again; what was read stays', async () => {
    const sidecars = temporaryDirectory();
    writeFileSync(join(sidecars, 'logs.yaml'), definition('logs', 1));
    const webhook = await WebhookProcess.start(certs.path, '--sidecars', sidecars);
    rmSync(sidecars, { recursive: true });
    await webhook.logged({ msg: 'definitions cannot be read', directory: sidecars }, 0, hotReloadMs);
    expect(await outcome(webhook, 'logs')).toBe('example.com/logs:1');
    const { status, text } = await webhook.status('/readyz');
    expect(status).toBe(200);
    expect(text).toMatch(/^\[\+\]directory ENOENT: .*; what was read before stays in force$/m);
    mkdirSync(sidecars);
    writeFileSync(join(sidecars, 'logs.yaml'), definition('logs', 1));
    await webhook.logged({ msg: 'definitions can be read again', directory: sidecars }, 0, hotReloadMs);
    expect((await webhook.status('/readyz')).text).toContain('[+]directory readable\n');
    expect(await outcome(webhook, 'logs')).toBe('example.com/logs:1');
  });
});

function write(directory: string, { cert, key }: KeyPair): void {
  writeFileSync(join(directory, 'tls.crt'), cert);
  writeFileSync(join(directory, 'tls.key'), key);
}

async function fingerprintOf(webhook: Endpoint): Promise<string> {
  const socket = await openConnection(webhook);
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

const fingerprint = ({ cert }: KeyPair) => new X509Certificate(cert).fingerprint256;

/** The ways in which others replace a certificate and its key. */
const replacements: Readonly<Record<string, (directory: string, pair: KeyPair) => void>> = {
  'in place': write,
  'by rename': (directory, pair) => {
    const aside = join(directory, 'aside');
    mkdirSync(aside);
    write(aside, pair);
    for (const name of ['tls.crt', 'tls.key']) renameSync(join(aside, name), join(directory, name));
  },
  'by the link of a mounted Secret': (directory, pair) => {
    mkdirSync(join(directory, '..next'));
    write(join(directory, '..next'), pair);
    symlinkSync('..next', join(directory, '..data_tmp'));
    renameSync(join(directory, '..data_tmp'), join(directory, '..data'));
  },
};

/** A directory with a pair, its files linked as the kubelet does it. */
function mountedSecret(pair: KeyPair): string {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, '..first'));
  write(join(directory, '..first'), pair);
  symlinkSync('..first', join(directory, '..data'));
  for (const name of ['tls.crt', 'tls.key']) symlinkSync(join('..data', name), join(directory, name));
  return directory;
}

describe('the files of --tls files', () => {
  let authority: KeyPair;
  let first: KeyPair;
  let second: KeyPair;
  beforeAll(async () => {
    const [cert = '', key = ''] = ['ca.crt', 'ca.key'].map(name =>
      readFileSync(join(certs.path, name), 'utf8'),
    );
    authority = { cert, key };
    const issue = () => issueServingCertificate(authority, ['127.0.0.1'], { now: new Date(), days: 1 });
    [first, second] = await Promise.all([issue(), issue()]);
  });

  async function isFollowed(replace: (directory: string, pair: KeyPair) => void): Promise<void> {
    const directory = mountedSecret(first);
    const webhook = await WebhookProcess.startWithFiles(authority.cert, directory);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    const body = reviewOf(podWith({}));
    expect((await call(webhook, { agent, body })).status).toBe(200);
    expect(await fingerprintOf(webhook)).toBe(fingerprint(first));
    replace(directory, second);
    await expect
      .poll(() => fingerprintOf(webhook), { timeout: 20_000, interval: 100 })
      .toBe(fingerprint(second));
    expect((await call(webhook, { agent, body })).status, 'on the first connection').toBe(200);
    const { text } = await webhook.status('/readyz');
    const { validToDate } = new X509Certificate(second.cert);
    expect(text).toContain(`[+]certificate valid until ${validToDate.toISOString()}`);
  }

  it(`are followed, and open connections go on: ${Object.keys(replacements).join(', ')}`, async () => {
    // At once, because each of them waits for the next look at the files.
    await Promise.all(Object.values(replacements).map(isFollowed));
  });

  it('stay as they were while only one of them is replaced, and that is told', async () => {
    const directory = temporaryDirectory();
    write(directory, first);
    const webhook = await WebhookProcess.startWithFiles(authority.cert, directory);
    writeFileSync(join(directory, 'tls.crt'), second.cert);
    await webhook.logged({
      level: 'error',
      msg: 'certificate not renewed',
      problem: `${directory}/tls.crt with ${directory}/tls.key: the private key does not belong to the certificate`,
    });
    expect(await fingerprintOf(webhook)).toBe(fingerprint(first));
    expect((await webhook.status('/readyz')).status).toBe(200);
  });
});
