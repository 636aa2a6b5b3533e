import type { IncomingMessage } from 'node:http';
import { Duplex } from 'node:stream';
import { type RawData, WebSocket } from 'ws';
import { at } from '../kubernetes/json.ts';
import { oneLine } from '../shown-text.ts';
import { ApiError } from './api-error.ts';
import type { ClusterAccess } from './cluster-access.ts';

/** A port of a pod. */
export interface PodPort {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

/**
 * Opens a connection to a port of a pod through the API server, as `kubectl port-forward` does. Each message begins with
 * the number of its channel, 0 for data and 1 for what went wrong, and the first of each channel says the port:
 * https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/kubelet/pkg/cri/streaming/portforward/websocket.go
 *
 * @throws ApiError where the API server does not let it through, or does not answer within five seconds.
 */
export async function forwardPort(access: ClusterAccess, { namespace, pod, port }: PodPort): Promise<Duplex> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/portforward`;
  const url = new URL(`${path}?ports=${port}`, access.server);
  // A kubeconfig never sets this one, and ws would have it otherwise.
  const { checkServerIdentity: _never, ...options } = await access.requestOptions();
  const socket = new WebSocket(url, 'v4.channel.k8s.io', { ...options, handshakeTimeout: timeoutMs });
  const fail = (status: number, message: string) => new ApiError(`GET ${path}`, status, message);
  // What arrives together with the answer must find somebody who listens.
  const stream = streamOver(socket, text =>
    fail(0, `port ${port} of pod ${pod}: ${oneLine(text, maxLength)}`),
  );
  await new Promise<void>((resolve, reject) => {
    stream.once('error', reject);
    socket.once('open', resolve);
    socket.once('unexpected-response', (request, response) => {
      const { statusCode = 0, statusMessage = '' } = response;
      void messageIn(response).then(message => {
        request.destroy();
        stream.destroy();
        reject(
          fail(statusCode, `port ${port} of pod ${pod} cannot be forwarded: ${message || statusMessage}`),
        );
      });
    });
  });
  return stream;
}

const timeoutMs = 5000;
const maxLength = 300;

/** What the API server says in an answer that is none; empty where that cannot be read. */
async function messageIn(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response) chunks.push(chunk);
    const status: unknown = JSON.parse(Buffer.concat(chunks).toString());
    return oneLine(String(at(status, ['message']) ?? ''), maxLength);
  } catch {
    return '';
  }
}

/** The two channels as one stream of bytes; what the second says ends it. */
function streamOver(socket: WebSocket, problem: (text: string) => Error): Duplex {
  const stream = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => socket.send(Buffer.concat([dataChannel, chunk]), done),
    final: done => {
      socket.close();
      done();
    },
    destroy: (error, done) => {
      socket.terminate();
      done(error);
    },
  });
  const opened = new Set<number>();
  socket.on('message', (message: RawData) => {
    const [channel = 0] = message as Buffer;
    const text = (message as Buffer).subarray(1);
    if (!opened.has(channel)) opened.add(channel);
    else if (channel === 0) stream.push(text);
    else stream.destroy(problem(text.toString()));
  });
  socket.once('close', () => stream.push(null));
  socket.on('error', error => stream.destroy(problem(error.message)));
  return stream;
}

const dataChannel = Buffer.from([0]);
