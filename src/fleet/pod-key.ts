/** Where a pod is found. */
export interface PodKey {
  readonly namespace: string;
  readonly name: string;
}

/** A pod as it was listed; what has its name later may be another one. */
export interface ListedPod extends PodKey {
  readonly uid: string;
}
