import type { JsonObject } from '../../kubernetes/json.ts';
import type { Labels } from '../../kubernetes/label-selector.ts';
import type { RunningPod } from '../../kubernetes/running-pod.ts';
import type { Fact } from '../fact.ts';
import type { Registrations } from '../sidecar-policies.ts';
import type { Told } from './explanation.ts';

/** What is around an object in its cluster. */
export interface Surroundings {
  readonly namespace: string;
  /** The labels of the namespace. */
  readonly labels: Fact<Labels>;
  /** The namespace itself, as far as it is known. */
  readonly object?: JsonObject | undefined;
  readonly installation: Registrations;
  /** What is wrong with the installation, as far as it keeps sidecars out of this object. */
  readonly troubles: readonly Told[];
  /** What may be, and need not. */
  readonly doubts: readonly Told[];
}

/** What belongs to a stored object. */
export interface Family {
  /** What made it, nearest first. */
  readonly owners: readonly JsonObject[];
  /** What it made that is no pod: ReplicaSets, Jobs. */
  readonly children: readonly JsonObject[];
  readonly pods: readonly RunningPod[];
  /** Services that select its pods. */
  readonly services: readonly JsonObject[];
  /** Why pods could not be created, newest first. */
  readonly failedCreations: readonly FailedCreation[];
}

/** An event about a pod that could not be created. */
export interface FailedCreation {
  /** `ReplicaSet "web-6d4f"`. */
  readonly by: string;
  readonly message: string;
}
