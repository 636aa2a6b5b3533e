import { IncomingMessage, ServerResponse } from 'node:http';
import type { Express } from 'express';

/** The classes of a server's messages. */
export interface MessageClasses {
  readonly IncomingMessage: typeof IncomingMessage;
  readonly ServerResponse: typeof ServerResponse;
}

/**
 * Classes for a server whose messages are what an express app makes of them.
 *
 * express gives each request and response another prototype when they arrive. That makes the engine throw away the code
 * that it has compiled for both, again and again. Messages that have the prototype from the start are left as they are,
 * which saves more than half of what express costs.
 */
export function messageClassesOf(app: Express): MessageClasses {
  class AppRequest extends IncomingMessage {}
  class AppResponse extends ServerResponse {}
  Object.setPrototypeOf(AppRequest.prototype, app.request);
  Object.setPrototypeOf(AppResponse.prototype, app.response);
  Object.assign(app, { request: AppRequest.prototype, response: AppResponse.prototype });
  return { IncomingMessage: AppRequest, ServerResponse: AppResponse as typeof ServerResponse };
}
