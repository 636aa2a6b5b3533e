/**
 * Everything that can stand between an annotation and its sidecar outside the pod itself, with the sentence that the
 * reference shows. The codes are stable and none is among the reasons of `injection/reason.ts`.
 */
export const obstacles = {
  // The API server.
  'api-unreachable': 'the Kubernetes API does not answer',
  'server-too-old': 'the API server is older than what the installation needs',
  'policies-unavailable':
    'the API server has no ValidatingAdmissionPolicy, so nothing refuses a pod that the webhook was not asked about',
  'right-missing': 'whoever asks may not do what the installation takes',
  'not-allowed-to-read': 'whoever asks may not read what would tell',
  'not-readable': 'what would tell could not be read',
  // The registration.
  'webhook-missing': 'the MutatingWebhookConfiguration is not there, or has lost one of its webhooks',
  'webhook-changed': 'the MutatingWebhookConfiguration is not as it was installed',
  'webhook-registered-twice':
    'another MutatingWebhookConfiguration calls an injector too, such as that of an older installation elsewhere',
  'sidecar-policy-missing': 'a policy that puts a sidecar in, or refuses what it cannot put in, is not there',
  'sidecar-policy-not-in-force':
    'a policy that puts a sidecar in, or refuses what it cannot put in, has no binding that makes it do so',
  'sidecar-policies-differ': 'the policies of a sidecar were compiled of different definitions',
  'sidecar-policy-mistyped':
    'the API server says that an expression of a policy does not fit what it is about',
  'sidecar-not-compiled':
    'sidecars are put in by policies of the API server, and none was compiled for this one',
  'name-taken': 'an object that the installation would make is there, and somebody else made it',
  'removed-by-another-webhook': 'another mutating webhook took the sidecar out again',
  'another-webhook-after':
    'a mutating webhook that is asked after the injector may change its pods, and the injector is not asked again',
  // What it leads to.
  'service-missing': 'the Service that the registration names is not there',
  'service-changed': 'the Service leads to another port, or to other pods',
  'service-without-endpoints': 'the Service has no replica that is ready',
  'deployment-missing': 'the Deployment of the injector is not there',
  'replica-not-ready': 'a replica is not ready',
  'replica-restarted': 'a replica ended on its own and was started again',
  'replicas-differ': 'the replicas are not of one version',
  'webhook-unreachable': 'the API server does not get an answer of the injector',
  // Certificates.
  'ca-bundle-missing':
    'the registration names no authority, so the API server trusts no certificate of the injector',
  'ca-bundle-mismatch': 'the authority in the registration has not signed the certificate that is served',
  'ca-bundle-unreadable': 'what the registration names as authority is no certificate',
  'certificate-expired': 'the certificate that is served, or its authority, is not valid at this time',
  'certificate-expires': 'a certificate expires soon and was not renewed in time',
  'client-certificate-refused':
    'the injector requires a client certificate, and the API server shows none that it accepts',
  // The guard.
  'guard-absent': 'the policy that refuses bare annotated pods is not there',
  'guard-not-in-force': 'the policy that refuses bare annotated pods has no binding that makes it do so',
  'guard-changed': 'the policy that refuses bare annotated pods is not as it was installed',
  'policy-absent':
    'a policy that warns, or that holds the account of the injector, is not there or is not in force',
  // Definitions.
  'definitions-missing': 'the ConfigMap with the definitions is not there, or is empty',
  'definition-broken-in-cluster': 'a definition in the ConfigMap of the cluster cannot be used',
  'definition-not-in-force': 'a replica has not taken up what the ConfigMap of the cluster says',
  // Namespaces.
  'namespace-opted-out': 'the label sidecar.io/inject of the namespace is "disabled"',
  'namespace-excluded': 'the registration leaves out the namespace',
  'namespace-changed':
    'what the namespace, or a rule of the configuration, asks for was changed after the pod was created',
  'namespace-label-unknown': 'the label sidecar.io/inject of a namespace has a value that means nothing',
  // The object.
  'annotation-misplaced': 'the annotation stands on an object from which it does not reach the pods',
  'annotation-wrong-case': 'the key is not written in small letters, so it asks for nothing',
  'label-instead-of-annotation': 'a label is written where an annotation is read',
  'annotation-misspelt': 'the key has a prefix that looks like ours and is another, so it asks for nothing',
  'annotation-not-carried':
    'the workload itself is annotated, and its pod template is not: the injector was not asked then',
  'object-excluded': 'the registration leaves out objects with such labels',
  'kind-without-rule': 'the webhook is not asked about objects of this kind',
  'pod-older': 'the pod was created before it was annotated, or before the webhook was there',
  'pod-bypassed': 'the pod asks for a sidecar, and nobody asked the injector when it was created',
  'pods-refused': 'the pods of the workload are refused when they are created',
  'pod-bare': 'an annotated pod runs, or came back, without its sidecar',
  'probe-refused': 'the pod with which the way through the webhook is tried was refused',
} as const;

/** A code of {@link obstacles}. */
export type Obstacle = keyof typeof obstacles;
