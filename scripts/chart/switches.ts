/** The components of `deploy/components` that the chart switches by a value. */
export interface Switch {
  /** What is rendered where it is on, and where it is off. */
  readonly on: readonly string[];
  readonly off: readonly string[];
  /** What a template asks for it. */
  readonly condition: string;
}

/** In the order in which what they append stands. */
export const switches: readonly Switch[] = [
  { on: ['guard'], off: [], condition: '.Values.guard' },
  {
    on: ['guard', 'namespaces-ignore'],
    off: ['guard'],
    condition: 'eq .Values.namespaces.failurePolicy "Ignore"',
  },
  { on: ['cluster-wide'], off: [], condition: '.Values.clusterWide' },
  { on: ['namespace-owners'], off: [], condition: '.Values.namespaceOwners' },
  { on: ['files'], off: [], condition: 'or .Values.files .Values.certManager' },
  // cert-manager has files in it.
  { on: ['cert-manager'], off: ['files'], condition: '.Values.certManager' },
  { on: ['client-certificates'], off: [], condition: '.Values.clientCertificates' },
  { on: ['network-policy'], off: [], condition: '.Values.networkPolicy' },
  { on: ['monitoring'], off: [], condition: '.Values.monitoring' },
];
