import express, { type Express, type Response } from 'express';

export interface StatusAppOptions {
  readonly readiness: { readonly isReady: boolean; readonly lines: readonly string[] };
  readonly metrics: { exposition(): Promise<{ readonly contentType: string; readonly text: string }> };
  /** What this replica says of itself, as JSON. */
  readonly version: () => Promise<string>;
}

/**
 * Health, metrics, and what is in force. `/livez` says that the process answers at all and knows nothing of certificates or definitions,
 * so that no restart is ordered that cannot help; `/readyz` says whether requests should come here.
 */
export function createStatusApp({ readiness, metrics, version }: StatusAppOptions): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag');
  app.get('/livez', (_request, response) => sendText(response, 200, 'ok\n'));
  app.get('/readyz', (_request, response) => {
    const { isReady, lines } = readiness;
    sendText(response, isReady ? 200 : 503, [...lines, isReady ? 'ready' : 'not ready', ''].join('\n'));
  });
  app.get('/metrics', async (_request, response) => {
    const { contentType, text } = await metrics.exposition();
    response.writeHead(200, { 'content-type': contentType }).end(text);
  });
  app.get('/version', async (_request, response) => {
    const text = await version();
    response.writeHead(200, { 'content-type': 'application/json' }).end(text);
  });
  for (const path of ['/livez', '/readyz', '/metrics', '/version']) {
    app.all(path, (_request, response) => {
      response.setHeader('allow', 'GET, HEAD');
      sendText(response, 405, 'use GET\n');
    });
  }
  app.use((_request, response) =>
    sendText(response, 404, 'not found; use /livez, /readyz, /metrics or /version\n'),
  );
  return app;
}

function sendText(response: Response, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
}
