import { onTestFinished } from 'vitest';
import type { Core } from '../../src/admission/answer-review.ts';
import type { ReviewRecord } from '../../src/admission/review-record.ts';
import { type AdmissionAppOptions, createAdmissionApp } from '../../src/http/admission-app.ts';
import { AdmissionServer, unfinishedBounds } from '../../src/http/admission-server.ts';
import type { ServerBounds } from '../../src/http/bound-connections.ts';
import type { DropReason } from '../../src/http/dropped.ts';
import { UnfinishedRequests } from '../../src/http/unfinished-requests.ts';
import type { InjectionDecision } from '../../src/injection/inject.ts';
import type { Pod } from '../../src/kubernetes/pod.ts';
import { issueAuthority, issueServingCertificate, type KeyPair } from '../../src/tls/issue-certificate.ts';
import { podCore } from '../injection-fixture.ts';
import type { Endpoint } from './webhook-client.ts';

export interface TestCertificates {
  readonly authority: string;
  readonly first: KeyPair;
  readonly second: KeyPair;
}

/** An authority and two certificates for this machine: making keys takes long, so once for a file of tests. */
export async function issueTestCertificates(): Promise<TestCertificates> {
  const lifetime = { now: new Date(), days: 1 };
  const authority = await issueAuthority(lifetime);
  const hosts = ['localhost', '127.0.0.1'];
  const [first, second] = await Promise.all([
    issueServingCertificate(authority, hosts, lifetime),
    issueServingCertificate(authority, hosts, lifetime),
  ]);
  return { authority: authority.cert, first, second };
}

export interface InProcessWebhook extends Endpoint {
  readonly server: AdmissionServer;
  readonly stop: (isUrgent: Promise<void>) => Promise<void>;
  readonly records: readonly ReviewRecord[];
  readonly drops: readonly DropReason[];
  readonly unfinished: UnfinishedRequests;
  readonly failures: readonly {
    readonly status: number;
    readonly message: string;
    readonly error: unknown;
  }[];
}

const skip: InjectionDecision = { outcome: 'skipped', reason: 'not-requested', warnings: [] };

export interface InProcessOptions {
  readonly decide?: (pod: Pod) => InjectionDecision;
  /** In place of a core that only decides about pods. */
  readonly core?: Core;
  readonly isDraining?: () => boolean;
  readonly port?: number;
  readonly bounds?: ServerBounds;
  readonly maxAgeMs?: number;
  readonly maxBytes?: number;
  readonly clientAuthorities?: string;
  readonly surroundings?: AdmissionAppOptions['surroundings'];
}

/** The admission server in the process of the test, with a core that the test brings. It ends with the test. */
export async function startInProcess(
  { authority, first }: TestCertificates,
  options: InProcessOptions = {},
): Promise<InProcessWebhook> {
  const { decide = () => skip, isDraining = () => false, port: wanted = 0, clientAuthorities } = options;
  const { core = podCore(decide) } = options;
  const drops: DropReason[] = [];
  const onDrop = (reason: DropReason) => void drops.push(reason);
  const { maxBytes, maxAgeMs } = { ...unfinishedBounds, ...options };
  const unfinished = new UnfinishedRequests({ maxBytes, maxAgeMs }, () => performance.now(), onDrop);
  const records: ReviewRecord[] = [];
  const failures: { status: number; message: string; error: unknown }[] = [];
  const server = new AdmissionServer(
    createAdmissionApp({
      ...core,
      ...(options.surroundings && { surroundings: options.surroundings }),
      onDecision: record => records.push(record),
      onFailure: (status, message, error) => failures.push({ status, message, error }),
      isDraining,
      unfinished,
    }),
    { unfinished, onDrop, clientAuthorities, ...(options.bounds && { bounds: options.bounds }) },
  );
  server.setCertificate(first);
  const { port } = await server.start('127.0.0.1', wanted);
  let isStopped = false;
  const stop = (isUrgent: Promise<void>) => {
    isStopped = true;
    return server.stop(isUrgent);
  };
  onTestFinished(() => (isStopped ? undefined : stop(Promise.resolve())));
  return { port, authority, server, stop, records, failures, drops, unfinished };
}
