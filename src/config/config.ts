import type { InjectionRule } from '../namespaces/injection-rule.ts';
import type { Duration } from './duration.ts';
import type { WorkloadKindSetting } from './workload-kinds.ts';

/** Everything that `serve` can be told, with all defaults filled in. */
export interface Config {
  /** Where admission reviews are answered, over HTTPS. */
  readonly listen: Address;
  /** Where health and metrics are answered, over HTTP. */
  readonly statusListen: Address;
  /** Directory with the definitions. */
  readonly sidecars: string;
  readonly tls: 'local' | 'files' | 'managed';
  /** Directory in which `local` keeps its CA and certificate. */
  readonly certs: string;
  readonly tlsCertFile: string;
  readonly tlsKeyFile: string;
  /** File with the authorities whose certificates clients must show; empty: none is asked for. */
  readonly clientCa: string;
  /** How the Kubernetes API is reached from outside a cluster; empty inside, where the pod's ServiceAccount is used. */
  readonly kubeconfig: string;
  /** File with Namespace objects that count where no cluster is asked about them; empty: there is none. */
  readonly namespaces: string;
  /** How long the certificate authority of `managed` lives. */
  readonly caLifetime: Duration;
  /** How long a certificate of `managed` lives. */
  readonly certificateLifetime: Duration;
  readonly nativeSidecars: 'auto' | 'always' | 'never';
  /** What becomes of objects that make pods. */
  readonly workloads: 'propagate' | 'warn' | 'off';
  /** Kinds of objects that make pods, beside those of Kubernetes itself. */
  readonly workloadKinds: readonly WorkloadKindSetting[];
  readonly logLevel: string;
  readonly logFormat: 'json' | 'pretty';
  /** How long requests are still taken after SIGTERM, while the endpoints of the Service propagate. */
  readonly drainSeconds: number;
  readonly unknownSidecars: 'refuse' | 'warn';
  /** How many sidecars the annotations of a pod may ask for. */
  readonly maximumSidecars: number;
  /** Native proxies after which sidecars are placed. */
  readonly startAfter: readonly string[];
  readonly allowedSchemes: readonly string[] | undefined;
  readonly allowedHosts: readonly string[] | undefined;
  readonly allowedUrls: readonly string[] | undefined;
  readonly allowedEndpoints: readonly string[] | undefined;
  /** Images by sidecar, in place of those of the definitions. */
  readonly images: Readonly<Record<string, string>>;
  readonly imageRegistry: string | undefined;
  /** Of a hundred workloads, how many get the next version of a sidecar; by sidecar. */
  readonly versions: Versions;
  /** Names of Secrets for pulling images that pods get with a sidecar. */
  readonly imagePullSecrets: readonly string[];
  /** Whether pods get any, those that definitions name included. */
  readonly allowImagePullSecrets: boolean;
  /** Whether the page that shows what the injector does is served; where undefined, only with `local`. */
  readonly playground: boolean | undefined;
  /** Age at which the authority is renewed; two thirds of its lifetime where undefined. */
  readonly caRenewAfter: Duration | undefined;
  /** Age at which a certificate is renewed; two thirds of its lifetime where undefined. */
  readonly certificateRenewAfter: Duration | undefined;
  /** Values by sidecar and parameter, as annotations would write them. */
  readonly defaults: Defaults;
  /** What pods get without a word of their own. */
  readonly inject: readonly InjectionRule[];
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

export type Versions = Readonly<Record<string, { readonly next: number }>>;

export type Defaults = Readonly<Record<string, Readonly<Record<string, string>>>>;
