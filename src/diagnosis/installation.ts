import type { JsonObject } from '../kubernetes/json.ts';
import type { Fact } from './fact.ts';
import type { InjectorReading } from './versions/injector-version.ts';

/** What was learnt of a cluster and the injector in it, at one moment. */
export interface Installation {
  readonly now: Date;
  /** Where the injector is, as its registration says, or else where `deploy/` puts it. */
  readonly namespace: string;
  readonly server: Fact<ServerFacts>;
  /** Every MutatingWebhookConfiguration of the cluster as it is stored, in the order of their names. */
  readonly webhookConfigurations: Fact<readonly JsonObject[]>;
  /** The Service as it is stored; undefined where there is none. */
  readonly service: Fact<JsonObject | undefined>;
  /** The addresses behind the Service. */
  readonly endpoints: Fact<readonly Endpoint[]>;
  /** The Deployment as it is stored; undefined where there is none. */
  readonly deployment: Fact<JsonObject | undefined>;
  readonly replicas: Fact<readonly Replica[]>;
  /** Every ValidatingAdmissionPolicy of the cluster as it is stored. */
  readonly policies: Fact<readonly JsonObject[]>;
  /** Every ValidatingAdmissionPolicyBinding of the cluster as it is stored. */
  readonly policyBindings: Fact<readonly JsonObject[]>;
  /** The same of MutatingAdmissionPolicies and their bindings; none where the API server has no such thing. */
  readonly mutatingPolicies: Fact<readonly JsonObject[]>;
  readonly mutatingPolicyBindings: Fact<readonly JsonObject[]>;
  /** The files of the ConfigMap that the replicas mount; undefined where there is none. */
  readonly definitions: Fact<Readonly<Record<string, string>> | undefined>;
  readonly namespaces: Fact<readonly NamespaceFacts[]>;
  /** The certificate that each replica serves with; undefined where nobody looked. */
  readonly served?: readonly ServedCertificate[] | undefined;
  /** What the replicas say that they have in force; undefined where nobody asked. */
  readonly versions?: InjectorReading | undefined;
  /** What became of the pod with which the way through the webhook is tried; undefined where nobody tried. */
  readonly probe?: Fact<Probe> | undefined;
  /** What is to be known before there is an installation; undefined where nobody asked. */
  readonly preparation?: Preparation | undefined;
}

export interface ServedCertificate {
  /** The name of the replica. */
  readonly replica: string;
  /** In PEM, the serving certificate first, as a TLS handshake showed it. */
  readonly chain: Fact<readonly string[]>;
  /** When it expires, as the replica itself says; asked only where there was no handshake. */
  readonly expiresAt?: Fact<Date> | undefined;
}

/** A pod that was made by dry run: nothing of it is kept. */
export interface Probe {
  readonly namespace: string;
  /** The container that its annotations ask for. */
  readonly sidecar: string;
  /** What the API server made of it, or why it refused. */
  readonly answer:
    | { readonly pod: JsonObject; readonly refusal?: never }
    | { readonly pod?: never; readonly refusal: string };
}

export interface Preparation {
  /** The rights that applying the manifests takes and that whoever asks has not. */
  readonly missingRights: Fact<readonly Right[]>;
  /** The objects that the manifests would make and that are there. */
  readonly presentObjects: Fact<readonly PresentObject[]>;
}

export interface Right {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  /** Undefined where it is about the whole cluster. */
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

export interface PresentObject {
  readonly kind: string;
  readonly name: string;
  /** Whether it has the label of what is installed. */
  readonly isOurs: boolean;
}

export interface ServerFacts {
  readonly major: number;
  readonly minor: number;
  /** As the server writes it, `v1.30.2-gke.1043002`. */
  readonly text: string;
  /** Whether it has the stable ValidatingAdmissionPolicy. */
  readonly hasPolicies: boolean;
  /** Whether it has the stable MutatingAdmissionPolicy. */
  readonly hasMutatingPolicies: boolean;
}

export interface Endpoint {
  readonly addresses: readonly string[];
  readonly isReady: boolean;
  /** The pod that has the addresses, where it is one. */
  readonly pod: string | undefined;
}

/** A pod of the injector. */
export interface Replica {
  readonly name: string;
  readonly isReady: boolean;
  /** Whether it is being deleted, or has ended for good. */
  readonly isGoing: boolean;
  readonly phase: string;
  readonly image: string;
  readonly restarts: number;
  /** Why it is not ready, in the words of Kubernetes; empty where nobody says. */
  readonly why: string;
  /** How its container ended the last time; undefined where it never did. */
  readonly lastTermination:
    | {
        readonly reason: string;
        readonly exitCode: number;
        readonly message: string;
        readonly finishedAt: string;
      }
    | undefined;
  readonly createdAt: string;
}

export interface NamespaceFacts {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}
