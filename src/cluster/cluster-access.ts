import type { RequestOptions } from 'node:https';

/** How the API server is reached, and as whom. */
export interface ClusterAccess {
  /** As in `https://10.0.0.1:443`. */
  readonly server: string;
  /** The namespace of whoever calls. */
  readonly namespace: string | undefined;
  /** Whom to trust and how to identify oneself; asked for before each request, because tokens are renewed. */
  readonly requestOptions: () => Promise<RequestOptions>;
}
