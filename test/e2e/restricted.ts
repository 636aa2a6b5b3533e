/** https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted */

/** The labels of a namespace that enforces the restricted standard. */
export const restrictedLabels = { 'pod-security.kubernetes.io/enforce': 'restricted' };

/** What such a namespace asks of each container. */
export const restrictedSecurityContext = {
  runAsNonRoot: true,
  runAsUser: 1000,
  seccompProfile: { type: 'RuntimeDefault' },
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
};
