import express, { type Express } from 'express';
import { addPlayground, playgroundPaths, type ServedPlayground } from './playground-routes.ts';
import { sendText } from './send-text.ts';

export interface StatusAppOptions {
  readonly readiness: { readonly isReady: boolean; readonly lines: readonly string[] };
  readonly metrics: { exposition(): Promise<{ readonly contentType: string; readonly text: string }> };
  /** What this replica says of itself, as JSON. */
  readonly version: () => Promise<string>;
  /** The page that shows what the injector does; absent where it is not served. */
  readonly playground?: ServedPlayground | undefined;
}

/**
 * Health, metrics, and what is in force. `/livez` says that the process answers at all and knows nothing of certificates or definitions,
 * so that no restart is ordered that cannot help; `/readyz` says whether requests should come here.
 */
export function createStatusApp({ readiness, metrics, version, playground }: StatusAppOptions): Express {
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
  if (playground) addPlayground(app, playground);
  const paths = [...(playground ? playgroundPaths : []), '/livez', '/readyz', '/metrics', '/version'];
  for (const path of paths) {
    app.all(path, (_request, response) => {
      response.setHeader('allow', 'GET, HEAD');
      sendText(response, 405, 'use GET\n');
    });
  }
  const known = `${paths.slice(0, -1).join(', ')} or ${paths.at(-1)}`;
  app.use((_request, response) => sendText(response, 404, `not found; use ${known}\n`));
  return app;
}
