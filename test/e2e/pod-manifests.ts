/** Pods, as small as the API server takes them. */
import type { V1PodSpec } from '@kubernetes/client-node';

export type Annotations = Readonly<Record<string, string>>;

export interface PodManifest {
  readonly apiVersion: 'v1';
  readonly kind: 'Pod';
  readonly metadata: {
    readonly name?: string;
    readonly generateName?: string;
    readonly annotations?: Annotations;
    readonly labels?: Annotations;
  };
  readonly spec: V1PodSpec;
}

export const repository = 'https://github.com/org/site.git';

/** The one annotation that most pods here have. */
export const gitSync: Annotations = { 'sidecar.io/git-sync': repository };

/** The same with the content mounted in the app, about which there is nothing to warn. */
export const mountedGitSync: Annotations = { ...gitSync, 'sidecar.io/git-sync.mount': '/site' };

/** A pod with one container. */
export function podOf(name: string, annotations?: Annotations, spec: Partial<V1PodSpec> = {}): PodManifest {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, ...(annotations ? { annotations } : {}) },
    spec: { containers: [{ name: 'web', image: 'nginx:1.29' }], ...spec },
  };
}
