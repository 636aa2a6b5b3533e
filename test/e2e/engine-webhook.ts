/** The engine of this very process behind webhooks of its own, one for each way in which it is set up. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { answerReview, type Core } from '../../src/admission/answer-review.ts';
import type { Injector } from '../../src/injection/inject.ts';
import { issueAuthority, issueServingCertificate } from '../../src/tls/issue-certificate.ts';
import { podCore } from '../injection-fixture.ts';
import { groupLabel, sideLabel } from './differential-namespaces.ts';
import { kubectl } from './suite.ts';

const configuration = 'policy-differential';

export class EngineWebhook {
  #server: Server | undefined;

  /** Has each engine asked about the pods of the namespaces of its group. */
  async start(engines: ReadonlyMap<number, Injector>): Promise<void> {
    const cores = new Map(
      [...engines].map(([group, decide]): [string, Core] => [`/${group}`, podCore(decide)]),
    );
    const lifetime = { now: new Date(), days: 1 };
    const authority = await issueAuthority(lifetime);
    const certificate = await issueServingCertificate(authority, ['127.0.0.1'], lifetime);
    const server = createServer(certificate, async (request, response) => {
      const core = cores.get(request.url?.split('?')[0] ?? '');
      if (core === undefined) response.writeHead(404).end();
      else response.end(JSON.stringify(answerReview(await json(request), core).review));
    });
    this.#server = server;
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const caBundle = Buffer.from(authority.cert).toString('base64');
    await kubectl('create -f -', {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingWebhookConfiguration',
      metadata: { name: configuration },
      webhooks: [...engines.keys()].map(group => ({
        name: `group-${group}.${configuration}.example.com`,
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        reinvocationPolicy: 'IfNeeded',
        clientConfig: { url: `https://127.0.0.1:${port}/${group}`, caBundle },
        namespaceSelector: { matchLabels: { [sideLabel]: 'engine', [groupLabel]: String(group) } },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
      })),
    });
  }

  async stop(): Promise<void> {
    await kubectl(`delete mutatingwebhookconfiguration ${configuration} --ignore-not-found`);
    this.#server?.close();
    this.#server?.closeAllConnections();
  }
}
