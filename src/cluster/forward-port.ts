import { Duplex, PassThrough } from 'node:stream';
import { type KubeConfig, PortForward } from '@kubernetes/client-node';
import { oneLine } from '../shown-text.ts';
import { ApiError } from './api-error.ts';

/** A port of a pod. */
export interface PodPort {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

/**
 * Opens a connection to a port of a pod through the API server, as `kubectl port-forward` does.
 *
 * @throws ApiError where the API server does not let it through, or nobody answers within five seconds.
 */
export async function forwardPort(
  kubeconfig: KubeConfig,
  { namespace, pod, port }: PodPort,
): Promise<Duplex> {
  const [input, output, errors] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const name = `GET /api/v1/namespaces/${namespace}/pods/${pod}/portforward`;
  const opening = new PortForward(kubeconfig).portForward(namespace, pod, [port], output, errors, input);
  const socket = await within(timeoutMs, opening).catch((cause: unknown) => {
    const message = cause instanceof Error || isErrorEvent(cause) ? cause.message : String(cause);
    // As the library for WebSockets writes it.
    const status = Number(/response: (\d{3})/.exec(message)?.[1] ?? 0);
    throw new ApiError(name, status, `port ${port} of pod ${pod} cannot be forwarded: ${message}`, { cause });
  });
  const stream = Duplex.from({ readable: output, writable: input });
  errors.once('data', (text: Buffer) => {
    stream.destroy(new ApiError(name, 0, `port ${port} of pod ${pod}: ${oneLine(text.toString(), 300)}`));
  });
  if (typeof socket !== 'function' && socket !== null) socket.onclose = () => output.end();
  return stream;
}

const timeoutMs = 5000;

function isErrorEvent(value: unknown): value is { readonly message: string } {
  return (
    typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string'
  );
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`no answer within ${milliseconds / 1000} seconds`)),
      milliseconds,
    );
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
