import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';

/** A receiver of OTLP over HTTP that keeps what it gets. Its messages are protobuf, in which texts stand as they are. */
export class OtlpReceiver {
  readonly requests: {
    readonly path: string;
    readonly headers: IncomingHttpHeaders;
    readonly body: string;
  }[] = [];
  readonly port: number;

  private constructor(port: number) {
    this.port = port;
  }

  static async start(port = 0): Promise<OtlpReceiver> {
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const sent = Buffer.concat(chunks);
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
      receiver.requests.push({
        path: request.url ?? '',
        headers: request.headers,
        body: body.toString('utf8'),
      });
      response.setHeader('content-type', 'application/x-protobuf').end();
    });
    await once(server.listen(port, '127.0.0.1'), 'listening');
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const receiver = new OtlpReceiver((server.address() as AddressInfo).port);
    return receiver;
  }

  /** All that arrived. */
  get text(): string {
    return this.requests.map(({ body }) => body).join('\n');
  }
}
