import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { forwardPort } from '../../../src/cluster/forward-port.ts';
import { servedCertificate } from '../../../src/tls/served-certificate.ts';
import { host, issueCertificates } from '../../installation-facts.ts';

const { leaf } = await issueCertificates(new Date());

/** Pods behind an API server: one that serves TLS, one where nobody listens, and one that may not be reached. */
describe('a port of a pod', () => {
  const tls = createTlsServer({ cert: leaf.cert, key: leaf.key });
  let api: Server;
  let server: string;
  beforeAll(async () => {
    await once(tls.listen(0, '127.0.0.1'), 'listening');
    api = portForwarder((tls.address() as AddressInfo).port);
    await once(api.listen(0, '127.0.0.1'), 'listening');
    server = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    api.close();
    tls.close();
  });

  const forward = (pod: string) => {
    const access = {
      server,
      namespace: undefined,
      requestOptions: async () => ({ headers: { authorization: 'Bearer x' } }),
    };
    return forwardPort(access, { namespace: 'sidecar-injector', pod, port: 10250 });
  };

  it('shows the certificate that is served there', async () => {
    const [first] = await servedCertificate(await forward('web'), host);
    expect(first?.replaceAll(/\s/g, '')).toBe(leaf.cert.replaceAll(/\s/g, ''));
  });

  it('tells what goes wrong in the pod', async () => {
    const handshake = servedCertificate(await forward('silent'), host);
    await expect(handshake).rejects.toThrow('port 10250 of pod silent: nobody listens');
  });

  it('tells in the words of the API server why it may not be reached', async () => {
    await expect(forward('forbidden')).rejects.toMatchObject({
      status: 403,
      answer: 'port 10250 of pod forbidden cannot be forwarded: User "ada" cannot create pods/portforward',
    });
  });

  it('tells that nobody answers', async () => {
    const access = { server: 'http://127.0.0.1:9', namespace: undefined, requestOptions: async () => ({}) };
    const forwarding = forwardPort(access, { namespace: 'a', pod: 'b', port: 1 });
    await expect(forwarding).rejects.toMatchObject({
      status: 0,
      answer: expect.stringContaining('port 1 of pod b: '),
    });
  });
});

/** The other side of the protocol, as kubelet and API server speak it. */
function portForwarder(target: number): Server {
  const api = createServer();
  const sockets = new WebSocketServer({ noServer: true });
  api.on('upgrade', (request, socket, head) => {
    const url = new URL(request.url ?? '', 'http://localhost');
    const [, pod] =
      /^\/api\/v1\/namespaces\/sidecar-injector\/pods\/(\w+)\/portforward$/.exec(url.pathname) ?? [];
    const isAsked =
      url.searchParams.get('ports') === '10250' &&
      request.headers.authorization === 'Bearer x' &&
      request.headers['sec-websocket-protocol'] === 'v4.channel.k8s.io';
    if (pod === 'forbidden' || !isAsked) {
      const body = JSON.stringify({ kind: 'Status', message: 'User "ada" cannot create pods/portforward' });
      socket.end(
        `HTTP/1.1 403 Forbidden\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
      );
      return;
    }
    sockets.handleUpgrade(request, socket, head, webSocket => {
      const port = Buffer.alloc(2);
      port.writeUInt16LE(10250);
      for (const channel of [0, 1]) webSocket.send(Buffer.concat([Buffer.from([channel]), port]));
      if (pod === 'silent') {
        webSocket.send(Buffer.concat([Buffer.from([1]), Buffer.from('nobody listens')]));
        return;
      }
      const upstream: Socket = connect(target, '127.0.0.1');
      webSocket.on('message', (message: Buffer) => upstream.write(message.subarray(1)));
      upstream.on('data', data => webSocket.send(Buffer.concat([Buffer.from([0]), data])));
      webSocket.on('close', () => upstream.destroy());
    });
  });
  return api;
}
