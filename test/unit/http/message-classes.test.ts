import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import express from 'express';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listen } from '../../../src/http/listen.ts';
import { messageClassesOf } from '../../../src/http/message-classes.ts';

describe('the classes of messages', () => {
  it('are what express makes of messages, so that it leaves them as they are', async () => {
    const app = express();
    const seen: object[][] = [];
    app.use((request, response) => {
      seen.push([Object.getPrototypeOf(request), Object.getPrototypeOf(response)]);
      response.status(201).json({ host: request.get('host')?.split(':')[0] });
    });
    const server = createServer(
      messageClassesOf(app),
      (request: IncomingMessage, response: ServerResponse) => {
        seen.push([Object.getPrototypeOf(request), Object.getPrototypeOf(response)]);
        app(request, response);
      },
    );
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
    });
    const { port } = await listen(server, '127.0.0.1', 0);
    const answer = await fetch(`http://127.0.0.1:${port}/`);
    expect(answer.status).toBe(201);
    expect(await answer.json()).toEqual({ host: '127.0.0.1' });
    const [before, inside] = seen;
    expect(before?.[0]).toBe(inside?.[0]);
    expect(before?.[1]).toBe(inside?.[1]);
  });

  it('are those of one app: another one is not touched', () => {
    const [one, other] = [express(), express()];
    const { request } = other;
    messageClassesOf(one);
    expect(other.request).toBe(request);
    expect(one.request).not.toBe(request);
  });
});
