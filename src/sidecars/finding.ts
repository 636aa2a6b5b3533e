/**
 * The findings of `validate`, by the name that a definition accepts them by, each with a sentence for the reference: a
 * definition that has them works, and a careful operator would change it.
 */
export const findings = {
  'privilege-escalation': 'the container may gain more rights than it starts with',
  'run-as-non-root': 'nothing keeps the container from running as root',
  'run-as-root': 'the container runs as root',
  privileged: 'the container has all rights on the node',
  'proc-mount': 'the container sees more of /proc than it needs',
  'seccomp-profile': 'no seccomp profile limits the calls of the container',
  capabilities: 'the container keeps or adds Linux capabilities',
  'host-port': 'the container takes a port of the node',
  'volume-type': 'a restricted namespace allows no volume of this type',
  'volume-unmounted': 'the container does not mount a volume',
  resources: 'a request or the memory limit is missing',
  'api-token': "Kubernetes mounts the app's API token into the container",
  'image-version': 'the image has no fixed version',
  'shell-code': 'a value stands in a shell command, where it could run as code',
  'volume-source': 'a volume has no source, and becomes an empty directory',
  'volume-name': 'a second instance would bring a volume of the same name',
  'file-mode': 'the rights of a file are written as a decimal number',
  'variable-repeated': 'a variable stands twice with some values',
  'other-notation': 'a parameter is named as another language would name it',
  'boolean-fact': 'a condition holds for false too',
  'left-out': 'an entry is left out without a value, and what belongs to it stays',
  'unused-parameter': 'nothing in the definition names a parameter',
  'no-description': 'a parameter has no sentence that explains it',
  'accept-unused': 'a finding is accepted that there is not',
  'common-parameter': 'a parameter takes the name of one that sidecars have by themselves',
} as const;

export type FindingName = keyof typeof findings;
