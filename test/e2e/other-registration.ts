export interface OtherRegistrationOptions {
  /** The API server calls webhooks in the order of these names; ours is called sidecar-injector. */
  readonly name: string;
  /** The only one whose pods it is asked about. */
  readonly namespace: { readonly name: string };
  readonly url: string;
  /** PEM of the one that its certificate is of. */
  readonly authority: string;
  /** The newest by default. */
  readonly reviewVersion?: 'v1' | 'v1beta1' | undefined;
  /** `Never` by default. */
  readonly reinvocationPolicy?: 'Never' | 'IfNeeded' | undefined;
}

/** The registration of a mutating webhook of somebody else. */
export function otherRegistration(options: OtherRegistrationOptions): object {
  const { name, namespace, url, authority, reviewVersion = 'v1', reinvocationPolicy } = options;
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name },
    webhooks: [
      {
        name: `${name}.example.com`,
        admissionReviewVersions: [reviewVersion],
        sideEffects: 'None',
        reinvocationPolicy,
        clientConfig: { url, caBundle: Buffer.from(authority).toString('base64') },
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace.name } },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
      },
    ],
  };
}
