/** Pods and the reviews in which the API server sends them. */

export interface TestPod {
  readonly metadata: { readonly name: string; readonly annotations: Readonly<Record<string, string>> };
  readonly spec: { readonly containers: readonly Readonly<Record<string, unknown>>[] };
}

/** A pod of one container with these annotations. */
export function podWith(
  annotations: Readonly<Record<string, string>>,
  container: Readonly<Record<string, unknown>> = {},
): TestPod {
  return {
    metadata: { name: 'web', annotations },
    spec: { containers: [{ name: 'web', image: 'nginx:1.29', ...container }] },
  };
}

/** A pod that asks for git-sync, without anything to warn of. */
export const annotatedPod = podWith({
  'sidecar.io/git-sync': 'https://github.com/org/site.git',
  'sidecar.io/git-sync.mount': '/site',
});

/** The body that the API server posts for the creation of a pod. */
export function reviewOf(pod: unknown, uid = '705ab4f5-6393-11e8-b7cc-42010a800002'): string {
  const kind = { group: '', version: 'v1', kind: 'Pod' };
  const resource = { group: '', version: 'v1', resource: 'pods' };
  return JSON.stringify({
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid,
      kind,
      resource,
      requestKind: kind,
      requestResource: resource,
      name: 'web',
      namespace: 'shop',
      operation: 'CREATE',
      userInfo: { username: 'admin', groups: ['system:masters'] },
      object: pod,
      oldObject: null,
      dryRun: false,
      options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1', fieldManager: 'kubectl-create' },
    },
  });
}
