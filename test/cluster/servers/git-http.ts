/** A Git server over HTTP, around the program that git brings for it: https://git-scm.com/docs/git-http-backend */
import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Whom a server lets in, asked at every request, so that logins can change while it runs. */
export type LoginCheck = (user: string, password: string) => boolean;

/** Serves the repositories in a directory, to everyone or to those whom `login` lets in. */
export function gitHandler(directory: string, login?: LoginCheck) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const [user = '', password = ''] = credentials(request);
    const isWelcome = login === undefined || login(user, password);
    console.log(`${isWelcome ? 200 : 401} ${request.method} ${request.url} user="${user}"`);
    if (isWelcome) return serve(directory, request, response);
    response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end('log in\n');
  };
}

function credentials({ headers }: IncomingMessage): readonly string[] {
  const [, encoded = ''] = /^Basic (.*)$/.exec(headers.authorization ?? '') ?? [];
  const text = Buffer.from(encoded, 'base64').toString();
  const colon = text.indexOf(':');
  return colon < 0 ? [] : [text.slice(0, colon), text.slice(colon + 1)];
}

function serve(directory: string, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
  const env = {
    PATH: process.env['PATH'],
    HOME: '/tmp',
    GIT_PROJECT_ROOT: directory,
    GIT_HTTP_EXPORT_ALL: '1',
    REQUEST_METHOD: request.method,
    PATH_INFO: decodeURIComponent(pathname),
    QUERY_STRING: search.slice(1),
    CONTENT_TYPE: request.headers['content-type'] ?? '',
    CONTENT_LENGTH: request.headers['content-length'] ?? '',
    HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
    GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
  };
  const backend = spawn('git', ['http-backend'], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  backend.stdin.once('error', () => undefined); // It may end without reading all of it.
  request.pipe(backend.stdin);
  response.once('close', () => backend.kill());
  let head = Buffer.alloc(0);
  backend.stdout.on('data', function readHead(chunk: Buffer) {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    backend.stdout.off('data', readHead);
    writeHead(head.subarray(0, end).toString(), response);
    response.write(head.subarray(end + 4));
    backend.stdout.pipe(response);
  });
  backend.once('error', () => response.writeHead(500).end());
}

function writeHead(text: string, response: ServerResponse): void {
  for (const line of text.split('\r\n')) {
    const [, name = '', value = ''] = /^([^:]+):\s*(.*)$/.exec(line) ?? [];
    if (name.toLowerCase() === 'status') response.statusCode = Number.parseInt(value, 10);
    else if (name !== '') response.setHeader(name, value);
  }
}
