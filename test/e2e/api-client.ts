import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { readLines } from '../../src/cluster/read-lines.ts';
import type { ControlPlaneAccess } from './control-plane.ts';

export interface ApiAnswer<T> {
  readonly status: number;
  readonly body: T;
  /** The texts of the warnings that kubectl would print. */
  readonly warnings: readonly string[];
}

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the server, as in `/apis/apps/v1/namespaces/default/deployments/web`. */
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
}

/** What a watch tells; of an error the object is a Status, of a bookmark it has a resource version only. */
export interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: T;
}

/**
 * Talks to the API server over connections that stay open, for what kubectl would be too slow for. Its field manager is
 * the one that its requests name.
 */
export class ApiClient {
  readonly #agent: Agent;
  readonly #server: URL;
  readonly #token: string;

  constructor({ kubeconfig }: ControlPlaneAccess) {
    const { clusters, users } = JSON.parse(readFileSync(kubeconfig, 'utf8'));
    const { server, 'certificate-authority-data': authority } = clusters[0].cluster;
    this.#server = new URL(server);
    this.#token = users[0].user.token;
    this.#agent = new Agent({ keepAlive: true, ca: Buffer.from(authority, 'base64').toString() });
  }

  /** Resolves with the answer, whatever its status is. */
  ask<T>({ method, path, body, contentType = 'application/json' }: ApiRequest): Promise<ApiAnswer<T>> {
    const text = body === undefined ? '' : JSON.stringify(body);
    const headers = {
      authorization: `Bearer ${this.#token}`,
      'content-type': contentType,
      // Node says nothing of the body of a DELETE by itself.
      'content-length': Buffer.byteLength(text),
    };
    const options = { agent: this.#agent, method, headers, timeout: timeoutMs };
    return new Promise((resolve, reject) => {
      const call = request(new URL(path, this.#server), options, response => {
        const chunks: Buffer[] = [];
        response.on('data', chunk => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            body: JSON.parse(Buffer.concat(chunks).toString() || 'null'),
            warnings: [response.headers['warning'] ?? []].flat().flatMap(warningTexts),
          }),
        );
      });
      call.once('timeout', () => call.destroy(new Error(`${method} ${path}: no answer in time`)));
      call.once('error', reject);
      call.end(text);
    });
  }

  /** The events of a watch until the API server ends it; rejects where it breaks off, or the signal does. */
  async *watch<T>(path: string, signal: AbortSignal): AsyncGenerator<WatchEvent<T>, void> {
    const headers = { authorization: `Bearer ${this.#token}` };
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const call = request(new URL(path, this.#server), { agent: this.#agent, headers, signal }, resolve);
      call.once('error', reject);
      call.end();
    });
    if (response.statusCode !== 200) throw new Error(`GET ${path}: ${response.statusCode}`);
    for await (const line of readLines(response, maxEventBytes)) yield JSON.parse(line);
  }

  close(): void {
    this.#agent.destroy();
  }
}

const timeoutMs = 30_000;

/** No object is larger. */
const maxEventBytes = 4 * 1024 * 1024;

/** `299 - "text", 299 - "text"`: https://www.rfc-editor.org/rfc/rfc7234#section-5.5 */
function warningTexts(header: string): readonly string[] {
  return [...header.matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) =>
    text.replaceAll(/\\(.)/g, '$1'),
  );
}
