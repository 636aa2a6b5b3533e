/** What becomes of a pod where policies and webhook differ. */
export type Outcome = 'refused' | 'not-supported' | 'less-said';

export interface Loss {
  /** What cannot be said in CEL, as one sentence for people. */
  readonly sentence: string;
  /** What happens in its place. */
  readonly outcome: Outcome;
}

/** Every way in which the policies differ from the webhook, by a stable code. */
export const losses = {
  'host-notation': {
    sentence:
      'Hosts of URLs with other letters than those of ASCII, with percent signs, with a label that begins with xn--, or as a number in another notation than 127.0.0.1.',
    outcome: 'refused',
  },
  'ipv6-notation': {
    sentence: 'IPv6 addresses in URLs that hold an IPv4 address or that Go does not read.',
    outcome: 'refused',
  },
  'large-exponent': {
    sentence: 'Quantities with an exponent of more than two digits.',
    outcome: 'refused',
  },
  'many-values': {
    sentence: 'Lists and maps with more than 200 values or more than 8192 characters in one annotation.',
    outcome: 'refused',
  },
  'long-switch': {
    sentence: 'Values of several parameters in one annotation that have more than 512 characters.',
    outcome: 'refused',
  },
  'unicode-version': {
    sentence:
      'Patterns that name a large class of Unicode characters: the API server may know another version of Unicode.',
    outcome: 'not-supported',
  },
  'control-characters': {
    sentence:
      'Of several mistakes in a list or a map that holds control characters the message may name only these.',
    outcome: 'less-said',
  },
  'hidden-value': {
    sentence:
      'Values with percent-encoded characters, with characters that cannot be seen or that are beyond U+FFFF, and long ones with @ or % are shown as *** in messages.',
    outcome: 'less-said',
  },
  'annotation-of-two': {
    sentence:
      'Two sidecars of different definitions that bring one annotation with different values: that of the policy which comes first counts.',
    outcome: 'not-supported',
  },
  'broken-definition': {
    sentence:
      'A sidecar whose file is broken is not compiled; a pod that asks for it is told that there is none.',
    outcome: 'refused',
  },
  'fewer-problems': {
    sentence: 'Of several problems those that are found later are told only when the first ones are gone.',
    outcome: 'less-said',
  },
  'left-out-not-marked': {
    sentence: 'What a namespace leaves out of a pod that asks for it is not named in the status of the pod.',
    outcome: 'less-said',
  },
  'name-clash-across': {
    sentence:
      'Two sidecars of different definitions that want one name or volume: the message is about the second alone.',
    outcome: 'refused',
  },
  'odd-paths': {
    sentence: 'Mounts below a read-only shared volume, at paths with empty segments or dots.',
    outcome: 'refused',
  },
  'order-of-lists': {
    sentence:
      'The order of volumes, mounts and variables of the app, of containers in mode classic, and of names in lists of annotations, among sidecars of different definitions; the order of mounts in a status.',
    outcome: 'less-said',
  },
  'shared-volumes-in-one': {
    sentence: 'Two shared volumes of one sidecar that the app has in one volume of its own.',
    outcome: 'refused',
  },
  'sidecar-size': {
    sentence: 'A sidecar of more than 256 KiB: what the API server itself takes is the limit.',
    outcome: 'not-supported',
  },
  'status-by-webhook': {
    sentence:
      'A pod that the webhook injected, created again with other annotations: there is a warning that this cannot be told.',
    outcome: 'less-said',
  },
  'status-form': {
    sentence: 'A status that is right JSON and not in the form that an injector writes.',
    outcome: 'refused',
  },
  'status-without-container': {
    sentence: 'A pod whose status names a sidecar that is not there any more.',
    outcome: 'refused',
  },
  'template-volume': {
    sentence:
      'A pod template whose container mounts the shared volume without declaring it: the API server itself refuses it.',
    outcome: 'refused',
  },
  'unknown-let-through': {
    sentence: 'The setting unknownSidecars: warn; what no definition knows is refused.',
    outcome: 'refused',
  },
  'validated-before': {
    sentence:
      'A pod that is wrong without its sidecar too, such as one that mounts a volume it does not declare, is refused in the words of the API server.',
    outcome: 'less-said',
  },
  warnings: {
    sentence: 'The warnings of the webhook about values, volumes, claims, resources and probes.',
    outcome: 'less-said',
  },
  'workload-not-judged': {
    sentence: 'Mistakes in the annotations of a workload are told when its pods are created.',
    outcome: 'less-said',
  },
  'cluster-rules': {
    sentence: 'Rules of the configuration (`inject`), which ask for sidecars in pods that say nothing.',
    outcome: 'not-supported',
  },
  'next-version': {
    sentence:
      'Next versions of definitions (`NAME.next.yaml`) and the annotation `.version`: policies are made of the current ones.',
    outcome: 'refused',
  },
  'version-rules': {
    sentence: 'Shares of the workloads that get a next version (`versions`); all get the current one.',
    outcome: 'not-supported',
  },
  'workload-kinds': {
    sentence:
      'Custom resources with a pod template (`workloadKinds`): annotations count in the template, and not on the object.',
    outcome: 'not-supported',
  },
  'workload-warnings': {
    sentence: 'With `workloads: warn` workloads are not judged, and nobody is told what their pods will get.',
    outcome: 'less-said',
  },
} as const satisfies Readonly<Record<string, Loss>>;

export type LossCode = keyof typeof losses;

/** What of one parameter or rule is said differently. */
export interface FoundLoss {
  readonly code: LossCode;
  /** Which part of the definition it is about. */
  readonly detail: string;
}
