import type { ApiClient } from '../../cluster/api-client.ts';
import type { Config } from '../../config/config.ts';
import type { AgreedDefinitions } from '../../diagnosis/versions/agreed-definitions.ts';
import type { SidecarSet } from '../../sidecars/sidecar-set.ts';

/** The definitions by which pods that run are judged. */
export interface PodDefinitions {
  readonly set: SidecarSet;
  /** What the pods are compared with, in words. */
  readonly comparedWith: string;
  /** What could not be asked, in words. */
  readonly notes: readonly string[];
  /** Where they are not those that the cluster has in force: a note, which changes no result. */
  readonly otherDefinitions: Promise<string | undefined>;
  /** Asked again later, why no more pods may be moved to them; undefined where they may. */
  readonly whyStop: () => Promise<string | undefined>;
}

/** What it takes to find them. */
export interface DefinitionsQuestion {
  readonly client: Pick<ApiClient, 'request'>;
  readonly context: string;
  /** The settings that count. */
  readonly config: Config;
  /** Why the settings of the injector are not known; empty where they are. */
  readonly unknownSettings: readonly string[];
  /** Where definitions lie on this machine, if there are any. */
  readonly directory: string;
  /** Those in it, where somebody has named it, or else what the injector says. */
  readonly source: { readonly named: SidecarSet } | { readonly inForce: AgreedDefinitions };
}
