import { isObject, type JsonObject } from '../kubernetes/json.ts';
import type { ApiClient } from './api-client.ts';
import { unlessConflict, unlessMissing } from './api-error.ts';
import { fieldManager, names } from './names.ts';

/** The Secret that the replicas share, with its values decoded. */
export interface StoredSecret {
  readonly version: string;
  readonly data: Readonly<Record<string, string>>;
}

/** Reads and writes the one Secret, never over a version that was not read. */
export class AuthoritySecret {
  readonly #client: ApiClient;
  readonly #namespace: string;

  constructor(client: ApiClient, namespace: string) {
    this.#client = client;
    this.#namespace = namespace;
  }

  /** Undefined where there is none. */
  async read(): Promise<StoredSecret | undefined> {
    const found = await unlessMissing(this.#client.request({ method: 'GET', path: this.#path }));
    return found && readSecret(found);
  }

  /**
   * Makes the empty Secret of `deploy/`. Server-side apply, because a right to create can be limited to a name for it,
   * and because of a Secret that has come into being meanwhile it changes nothing.
   */
  async create(): Promise<StoredSecret> {
    const body = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name: names.secret,
        namespace: this.#namespace,
        labels: { 'app.kubernetes.io/name': 'sidecar-injector' },
      },
      type: 'Opaque',
    };
    return readSecret(
      await this.#client.request({
        method: 'PATCH',
        path: `${this.#path}?fieldManager=${fieldManager}&force=true`,
        contentType: 'application/apply-patch+yaml',
        body,
      }),
    );
  }

  async write(data: Readonly<Record<string, string>>, version: string): Promise<StoredSecret | 'conflict'> {
    const encoded = Object.fromEntries(
      Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
    );
    const written = await unlessConflict(
      this.#client.request({
        method: 'PATCH',
        path: `${this.#path}?fieldManager=${fieldManager}`,
        contentType: 'application/merge-patch+json',
        body: { metadata: { resourceVersion: version }, data: encoded },
      }),
    );
    return written === 'conflict' ? written : readSecret(written);
  }

  get #path(): string {
    return `/api/v1/namespaces/${encodeURIComponent(this.#namespace)}/secrets/${names.secret}`;
  }
}

function readSecret({ metadata, data }: JsonObject): StoredSecret {
  const version = isObject(metadata) ? String(metadata['resourceVersion']) : '';
  const entries = Object.entries(isObject(data) ? data : {});
  return {
    version,
    data: Object.fromEntries(
      entries.map(([key, value]) => [key, Buffer.from(String(value), 'base64').toString()]),
    ),
  };
}
