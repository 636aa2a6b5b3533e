/** Reviews as a real API server sends them: pods with all their defaults, a token volume, tolerations and a status. */

/** The body of a review for such a pod. */
export function reviewBody(size: PodSize): Buffer {
  return Buffer.from(JSON.stringify(review(podOf(size))));
}

/** The same for a pod that carries nothing, because its namespace does. */
export function bareReviewBody(containers: number, namespace: string): Buffer {
  const pod = podOf({ containers });
  const { annotations, ...metadata } = { ...pod.metadata, namespace };
  return Buffer.from(JSON.stringify(review({ ...pod, metadata })));
}

export interface PodSize {
  readonly containers: number;
  /** In each container, with short values. */
  readonly variables?: number;
  /** Of all containers together, in values of a kibibyte. */
  readonly paddingKiB?: number;
}

/** An annotated pod, defaulted as the API server does before it asks. */
export function podOf({ containers, variables = 0, paddingKiB = 0 }: PodSize) {
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      generateName: 'storefront-6d4cf56db6-',
      namespace: 'shop',
      labels: { app: 'storefront', 'pod-template-hash': '6d4cf56db6' },
      annotations: {
        'sidecar.io/git-sync': 'https://github.com/org/site.git',
        'sidecar.io/git-sync.ref': 'main',
        'sidecar.io/git-sync.mount': '/usr/share/nginx/html',
        'sidecar.io/git-sync.containers': 'app-0',
      },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: 'storefront-6d4cf56db6',
          uid: '0d8d1b6e-5c8c-4a0d-9c27-0f1d8f1f3b11',
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
      managedFields: [
        {
          manager: 'kube-controller-manager',
          operation: 'Update',
          apiVersion: 'v1',
          time: '2026-01-01T00:00:00Z',
          fieldsType: 'FieldsV1',
          fieldsV1: {
            'f:metadata': { 'f:generateName': {}, 'f:labels': { '.': {}, 'f:app': {} } },
            'f:spec': { 'f:containers': {} },
          },
        },
      ],
    },
    spec: {
      volumes: [
        {
          name: 'kube-api-access-x2x7q',
          projected: {
            sources: [
              { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
              { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
              {
                downwardAPI: {
                  items: [
                    { path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } },
                  ],
                },
              },
            ],
            defaultMode: 420,
          },
        },
      ],
      containers: Array.from({ length: containers }, (_, index) =>
        containerOf(index, [...variablesOf(variables), ...paddingOf(paddingKiB / containers)]),
      ),
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      serviceAccountName: 'default',
      serviceAccount: 'default',
      securityContext: {},
      schedulerName: 'default-scheduler',
      tolerations: ['not-ready', 'unreachable'].map(taint => ({
        key: `node.kubernetes.io/${taint}`,
        operator: 'Exists',
        effect: 'NoExecute',
        tolerationSeconds: 300,
      })),
      priority: 0,
      enableServiceLinks: true,
      preemptionPolicy: 'PreemptLowerPriority',
    },
    status: {},
  };
}

function variablesOf(count: number) {
  return Array.from({ length: count }, (_, index) => ({ name: `SETTING_${index}`, value: `value-${index}` }));
}

function paddingOf(kibibytes: number) {
  const length = Math.round(kibibytes);
  return Array.from({ length }, (_, index) => ({ name: `PADDING_${index}`, value: 'x'.repeat(985) }));
}

function containerOf(index: number, variables: readonly object[]) {
  return {
    name: `app-${index}`,
    image: 'nginx:1.29',
    ports: [{ name: 'http', containerPort: 8080 + index, protocol: 'TCP' }],
    env: [
      { name: 'BUILD_ID', value: 'kjxwzqpvtbmn' },
      { name: 'LOG_LEVEL', value: 'info' },
      { name: 'POD_IP', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'status.podIP' } } },
      ...variables,
    ],
    resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
    volumeMounts: [
      {
        name: 'kube-api-access-x2x7q',
        readOnly: true,
        mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
      },
    ],
    readinessProbe: {
      httpGet: { path: '/healthz', port: 8080 + index, scheme: 'HTTP' },
      timeoutSeconds: 1,
      periodSeconds: 10,
      successThreshold: 1,
      failureThreshold: 3,
    },
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: 'IfNotPresent',
  };
}

function review(pod: { readonly metadata: { readonly namespace: string } }) {
  return {
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid: '2ae0a5c4-0a37-4c43-a0e3-6b1e1bb0e8f6',
      kind: { group: '', version: 'v1', kind: 'Pod' },
      resource: { group: '', version: 'v1', resource: 'pods' },
      requestKind: { group: '', version: 'v1', kind: 'Pod' },
      requestResource: { group: '', version: 'v1', resource: 'pods' },
      namespace: pod.metadata.namespace,
      operation: 'CREATE',
      userInfo: {
        username: 'system:serviceaccount:kube-system:replicaset-controller',
        uid: 'a5b1f6f5-1bd1-4b62-8e56-7c17e2c1c6a9',
        groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated'],
      },
      object: pod,
      oldObject: null,
      dryRun: false,
      options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' },
    },
  };
}
