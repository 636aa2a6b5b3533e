import type { Response } from 'express';

/** Ends a response with a plain text. */
export function sendText(response: Response, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
}
