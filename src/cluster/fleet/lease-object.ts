import { at, type JsonObject } from '../../kubernetes/json.ts';

/** https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/lease-v1/ */
export interface LeaseObject {
  readonly uid: string;
  readonly resourceVersion: string;
  /** Empty where nobody holds it. */
  readonly holder: string;
  readonly since: string;
  /** Until when the holder has it if it is not heard again. */
  readonly heldUntilMs: number;
  readonly renewedMs: number;
  readonly transitions: number;
}

/** What cannot be read of it counts as long ago. */
export function readLease({ metadata, spec }: JsonObject): LeaseObject {
  const renewedMs = Date.parse(String(at(spec, ['renewTime']))) || 0;
  const seconds = Number(at(spec, ['leaseDurationSeconds'])) || 0;
  return {
    uid: String(at(metadata, ['uid'])),
    resourceVersion: String(at(metadata, ['resourceVersion'])),
    holder: String(at(spec, ['holderIdentity']) ?? ''),
    since: String(at(spec, ['acquireTime']) ?? ''),
    heldUntilMs: renewedMs + seconds * 1000,
    renewedMs,
    transitions: Number(at(spec, ['leaseTransitions']) ?? 0),
  };
}

/** The API server takes microseconds and nothing else. */
export function microTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '000Z');
}
