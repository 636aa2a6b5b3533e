import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** A server on loopback. */
export interface FileServer {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** Serves the files of a directory on loopback. Each request resolves links anew, as nginx and httpd do. */
export async function serveFiles(directory: string): Promise<FileServer> {
  const server = createServer((request, response) => {
    answer(directory, request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const stop = async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return { url: `http://127.0.0.1:${port}`, stop };
}

async function answer(directory: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return end(response, 405);
  const path = pathOf(request.url ?? '');
  if (path === undefined) return end(response, 400);
  const found = await stat(join(directory, path)).catch(() => undefined);
  if (found?.isDirectory() && !path.endsWith('/')) {
    response.setHeader('location', `${encodeURI(path)}/`);
    return end(response, 301);
  }
  const file = join(directory, found?.isDirectory() ? `${path}index.html` : path);
  const entry = await stat(file).catch(() => undefined);
  if (!entry?.isFile()) return end(response, 404);
  response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream', ...fresh });
  if (request.method === 'HEAD') response.end();
  else await pipeline(createReadStream(file), response);
}

/** The path of a request, which never leads out of the directory: a URL has lost its `..` when it is parsed. */
function pathOf(url: string): string | undefined {
  try {
    const path = decodeURIComponent(new URL(url, 'http://127.0.0.1').pathname);
    return /\0|\\|(^|\/)\.\.(\/|$)/.test(path) ? undefined : path;
  } catch {
    return undefined;
  }
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status).end();
}

/** A browser is to see the push. */
const fresh = { 'cache-control': 'no-store' };

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.ico': 'image/x-icon',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
};
