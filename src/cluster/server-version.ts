import type { JsonObject } from '../kubernetes/json.ts';
import type { ApiClient } from './api-client.ts';

/** The version of an API server. */
export interface ServerVersion {
  readonly major: number;
  readonly minor: number;
  /** As the server writes it, `v1.29.4-gke.1043002`. */
  readonly text: string;
}

/** Asks the API server for its version, which every account may do. */
export async function readServerVersion(client: Pick<ApiClient, 'request'>): Promise<ServerVersion> {
  return parseServerVersion(await client.request({ method: 'GET', path: '/version' }));
}

/** Managed clusters write the minor number as `29+`. */
export function parseServerVersion({ major, minor, gitVersion }: JsonObject): ServerVersion {
  return {
    major: Number.parseInt(String(major), 10),
    minor: Number.parseInt(String(minor), 10),
    text: String(gitVersion),
  };
}

/**
 * Whether the server keeps `restartPolicy` on init containers: by default since 1.29. A version that cannot be read is
 * taken for a new one.
 * https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
 */
export function hasNativeSidecars({ major, minor }: ServerVersion): boolean {
  return !(major < 1 || (major === 1 && minor < 29));
}
