import type { Fact } from '../fact.ts';

/** What a replica of the injector says of itself at `/version`. */
export interface InjectorVersion {
  /** Of the program. */
  readonly version: string;
  /** The version of Node that runs it, `v24.1.0`. */
  readonly node: string;
  /** Whether it puts sidecars in as native ones. */
  readonly nativeSidecars: boolean;
  /** Absent where it does not say, or asks no API server. */
  readonly namespaces?: NamespaceKnowledgeState;
  /** Absent where it does not say. */
  readonly clientCertificates?: ClientCertificates;
  readonly definitions: readonly DefinitionInForce[];
}

/** What a replica does about certificates of those who ask it, and sees of them. */
export interface ClientCertificates {
  /** Whether it reads nothing from a client without one. */
  readonly areRequired: boolean;
  readonly shown: CertificatesShown;
}

/** Whether those showed a certificate who had reviews answered, of late. */
export type CertificatesShown = (typeof certificatesShown)[number];

/** In no order. */
export const certificatesShown = ['always', 'never', 'sometimes', 'unknown'] as const;

/** What a replica knows of namespaces: all of them, as they were some time ago, or none. */
export type NamespaceKnowledgeState = 'watched' | 'stale' | 'unknown';

/** A definition as it is in force, or a file that gives none. */
export interface DefinitionInForce {
  /** Absent where what is wrong belongs to no sidecar. */
  readonly sidecar?: string;
  /** Absent but for a file such as `logs.next.yaml`, which part of the pods get. */
  readonly version?: 'next';
  /** Absent where the file never could be used. */
  readonly hash?: string;
  /** The image that pods get, from the registry that the operator named; absent where it depends on their annotations. */
  readonly image?: string;
  /** The file, or `configuration`. */
  readonly file: string;
  /** What is wrong with the file as it is now; where there is a hash, its last good version is in force. */
  readonly problem?: string;
}

/** A definition by its sidecar; `logs.next` where it is the next version of one. */
export function nameInForce({
  sidecar = '',
  version,
}: Pick<DefinitionInForce, 'sidecar' | 'version'>): string {
  return version === undefined ? sidecar : `${sidecar}.${version}`;
}

/** What was asked of the replicas of an injector. */
export interface InjectorReading {
  /** Where the injector is. */
  readonly namespace: string;
  /** Those that were asked, each once; where it is not known which one answers, each answer that differs. */
  readonly replicas: Fact<readonly ReplicaVersion[]>;
}

export interface ReplicaVersion {
  /** The name of its pod; undefined where the Service chose it. */
  readonly pod: string | undefined;
  readonly version: Fact<InjectorVersion>;
}
