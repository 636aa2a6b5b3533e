import type { ImageSettings } from './render/choose-image.ts';

/** By sidecar: of a hundred workloads, how many get its next version. */
export type VersionRules = Readonly<Record<string, { readonly next: number }>>;

/** What the operator decided, and what the server can do. */
export interface InjectionPolicy extends ImageSettings {
  /** Whether the API server keeps `restartPolicy` on init containers: Kubernetes 1.29 and later. */
  readonly areNativeSidecarsAvailable: boolean;
  /** Native proxies after which a sidecar is placed, because the network only works through them. */
  readonly startAfter: readonly string[];
  /** Schemes that repository addresses may have; all where undefined. */
  readonly allowedSchemes?: readonly string[] | undefined;
  /** Hosts that repository addresses may have, `*.example.com` for all below a domain; all where undefined. */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Where parameters of the type `url` may point to, as `*.example.com` or `https://example.com`; anywhere where undefined. */
  readonly allowedUrls?: readonly string[] | undefined;
  /** The same for parameters of the type `endpoint`. */
  readonly allowedEndpoints?: readonly string[] | undefined;
  /** Names of Secrets for pulling images that pods get with a sidecar, beside those of definitions; no pod gets any where undefined. */
  readonly pullSecrets?: readonly string[] | undefined;
  /** How many sidecars the annotations of a pod may ask for. */
  readonly maximumSidecars: number;
  /** What becomes of annotations that no definition knows. */
  readonly unknownSidecars: 'refuse' | 'warn';
  /** Which part of the workloads gets the next version of a sidecar. */
  readonly versions?: VersionRules | undefined;
  /** What the status says of who put a sidecar in; nothing where it is the webhook. */
  readonly by?: 'inject';
}
