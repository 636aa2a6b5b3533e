import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { temporaryDirectory } from '../temporary-directory.ts';
import type { TestCertificates } from './in-process-webhook.ts';

/** Answers a request whose body has come. */
export type ApiAnswer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** Starts a server in the place of the API server, which ends with the test, and returns its port. */
export async function startFakeApiServer({ first }: TestCertificates, answer: ApiAnswer): Promise<string> {
  const server = createServer(first, async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    answer(request, response, body);
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close().closeAllConnections());
  await once(server, 'listening');
  return String((server.address() as AddressInfo).port);
}

/** Writes a kubeconfig that leads there, with one context of that name, its namespace and its token. */
export function kubeconfigFile(
  { authority }: TestCertificates,
  port: string,
  {
    context,
    namespace,
    token,
    others = [],
  }: Readonly<Record<'context' | 'namespace' | 'token', string>> & {
    /** Further contexts that lead there. */
    readonly others?: readonly string[];
  },
): string {
  const cluster = {
    server: `https://127.0.0.1:${port}`,
    'certificate-authority-data': Buffer.from(authority).toString('base64'),
  };
  const file = join(temporaryDirectory(), 'kubeconfig');
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'a', cluster }],
    users: [{ name: 'b', user: { token } }],
    contexts: [context, ...others].map(name => ({ name, context: { cluster: 'a', user: 'b', namespace } })),
    'current-context': context,
  };
  writeFileSync(file, JSON.stringify(kubeconfig));
  return file;
}
