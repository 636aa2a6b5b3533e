import type { Express, Request, RequestHandler, Response } from 'express';
import { isOwnName } from './own-name.ts';
import { sendText } from './send-text.ts';

/** A body in pieces, which are written one after the other: together they may be larger than one turn should take. */
export interface TaggedBody {
  readonly pieces: readonly Buffer[];
  /** Another one for another body. */
  readonly tag: string;
}

/** The page, made anew for each request, or a sentence that says how to get it where it is not there. */
export type PlaygroundPage = (() => Promise<TaggedBody>) | { readonly missing: string };

/** The page that shows what the injector does, and what it is told. */
export interface ServedPlayground {
  /** The page in HTML. */
  readonly page: PlaygroundPage;
  /** What the page is told, as JSON; it asks each second. */
  readonly state: () => Promise<TaggedBody>;
  /** What the operator has the server listen on, which may be a name. */
  readonly listenHost: string;
}

/** Their paths, as other answers name them. */
export const playgroundPaths = ['/', '/playground.json'] as const;

/** Adds them to the routes of an app. */
export function addPlayground(app: Express, { page, state, listenHost }: ServedPlayground): void {
  const [pagePath, statePath] = playgroundPaths;
  const onlyByOwnName: RequestHandler = ({ headers }, response, next) => {
    if (isOwnName(headers.host, listenHost)) return next();
    sendText(
      response,
      421,
      'no page by this name: use an address or localhost, as kubectl port-forward does\n',
    );
  };
  app.get(pagePath, onlyByOwnName, async (request, response) => {
    // Nor is it there for a later request: the file is read once.
    if ('missing' in page) return sendText(response, 404, `${page.missing}\n`);
    send(request, response.setHeaders(pageHeaders), await page());
  });
  app.get(statePath, onlyByOwnName, async (request, response) => {
    send(request, response.setHeaders(stateHeaders), await state());
  });
}

/** Other sites neither read nor embed it, and browsers ask each time whether it is still the same. */
const ownOnly = {
  'cache-control': 'no-cache',
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
};

const stateHeaders = new Map(Object.entries({ ...ownOnly, 'content-type': 'application/json' }));

/** What the page may do stands in the page, which is also opened as a file; that nobody may frame it has to stand here. */
const pageHeaders = new Map(
  Object.entries({
    ...ownOnly,
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "frame-ancestors 'none'",
    'cross-origin-opener-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
  }),
);

function send(request: Request, response: Response, { pieces, tag }: TaggedBody): void {
  response.setHeader('etag', `"${tag}"`);
  if (isKnown(request.headers['if-none-match'], tag)) {
    response.removeHeader('content-type');
    response.writeHead(304).end();
    return;
  }
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  response.writeHead(200, { 'content-length': length });
  for (const piece of pieces) response.write(piece);
  response.end();
}

/**
 * Whether it is among those that the client has. Express would also look at what the request says to caches, and whoever
 * names a tag in a script says `no-cache` with it: https://fetch.spec.whatwg.org/#http-network-or-cache-fetch
 */
function isKnown(known: string | undefined, tag: string): boolean {
  const tags = known?.split(',').map(each => each.trim().replace(/^W\//, ''));
  return tags?.some(each => each === '*' || each === `"${tag}"`) ?? false;
}
