import type { AuthorityRequest, KeyPair, Lifetime } from '../issue-certificate.ts';
import type { IssuedCertificate } from '../issued-certificate.ts';
import type { Lifetimes } from './lifetimes.ts';

/** What a managed certificate needs from outside. Everything that is not the same each time is passed in. */
export interface ManagedCertificateOptions {
  readonly store: AuthorityStore;
  readonly registration: Registration;
  readonly clock: Clock;
  readonly issuer: Issuer;
  readonly lifetimes: Lifetimes;
  /** Names that the certificate is for; the API server asks for the first. */
  readonly hosts: readonly string[];
  /** Time between two looks at the cluster, in milliseconds. */
  readonly pollMs: number;
  /** From 0 to 1, a new one each time. */
  readonly random: () => number;
  /** Connects to this replica's own server, trusting only these authorities; resolves with what is wrong. */
  readonly shakeHands: (bundle: string, host: string) => Promise<string | undefined>;
  /** How much the clock is ahead of the API server's, in milliseconds; undefined where that is not known. */
  readonly clockAheadMs: () => number | undefined;
  readonly events: ManagedCertificateEvents;
}

/** The Secret that the replicas share. Its versions make sure that nobody overwrites what they have not read. */
export interface AuthorityStore {
  /** Undefined where there is no such Secret. */
  read(): Promise<StoredMaterial | undefined>;
  /** Makes an empty Secret; one that has come into being meanwhile stays as it is. */
  create(): Promise<StoredMaterial>;
  write(data: Readonly<Record<string, string>>, version: string): Promise<StoredMaterial | 'conflict'>;
}

export interface StoredMaterial {
  readonly version: string;
  readonly data: Readonly<Record<string, string>>;
}

/** The webhook configuration. */
export interface Registration {
  /** Undefined where there is no such configuration. */
  read(): Promise<RegisteredWebhooks | undefined>;
  /** Writes the `caBundle` of all webhooks that are ours. */
  publish(bundle: string, registered: RegisteredWebhooks): Promise<RegisteredWebhooks | 'conflict'>;
}

export interface RegisteredWebhooks {
  readonly version: string;
  /** Those that call our Service, with the PEM text of their `caBundle`; empty where they have none. */
  readonly webhooks: readonly { readonly name: string; readonly caBundle: string }[];
}

export interface Clock {
  now(): Date;
  /** Resolves after a time, or at once when it is aborted. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export interface Issuer {
  issueAuthority(request: AuthorityRequest): Promise<KeyPair>;
  issueServingCertificate(authority: KeyPair, hosts: readonly string[], lifetime: Lifetime): Promise<KeyPair>;
}

/** What happens, for logs, metrics and readiness. */
export interface ManagedCertificateEvents {
  readonly onCertificate: (issued: IssuedCertificate, authorityNotAfter: Date) => void;
  /** A new authority was put into the Secret, and why. */
  readonly onAuthority: (reason: string, notAfter: Date) => void;
  /** The `caBundle` was written, because it was not what it should be. */
  readonly onPublished: (webhooks: readonly string[]) => void;
  readonly onTrust: (trust: Trust) => void;
  /** Called once for each kind of trouble, and with undefined when it is over. */
  readonly onProblem: (problem: string | undefined) => void;
}

/** Whether the API server can trust what this replica serves, and what a person should know about it. */
export interface Trust {
  readonly isTrusted: boolean;
  readonly detail: string;
}
