import { isObject } from '../../kubernetes/json.ts';
import { alternativesOf } from './alternatives.ts';
import type { Rule } from './definition-under-check.ts';

/** Annotations that the API server reads itself. */
export const checkAnnotations: Rule = ({ spec, report }) => {
  const annotations = isObject(spec['annotations']) ? spec['annotations'] : {};
  for (const [key, value] of Object.entries(annotations)) {
    const path = ['spec', 'annotations', key];
    const refusal = refusals.find(({ prefix }) => key.startsWith(prefix));
    if (refusal) report(path, refusal.problem);
    if (key !== deletionCost) continue;
    for (const found of alternativesOf({ value, path, when: [] })) {
      const text = found.value;
      if (typeof text !== 'string' || text.includes('${') || isInt32(text)) continue;
      report(found.path, () => `expected a whole number of 32 bits, got "${text}"`);
    }
  }
};

const deletionCost = 'controller.kubernetes.io/pod-deletion-cost';

const refusals: readonly { readonly prefix: string; readonly problem: string }[] = [
  {
    prefix: 'kubernetes.io/config.mirror',
    problem: 'only the kubelet may make a pod that mirrors one of its own; remove it',
  },
  {
    prefix: 'scheduler.alpha.kubernetes.io/tolerations',
    problem:
      'tolerations stand in the spec of a pod; an annotation of this name is no longer read, remove it',
  },
  {
    prefix: 'container.apparmor.security.beta.kubernetes.io/',
    problem: 'an AppArmor profile stands in securityContext.appArmorProfile; write it there',
  },
  {
    prefix: 'seccomp.security.alpha.kubernetes.io/',
    problem: 'a seccomp profile stands in securityContext.seccompProfile; write it there',
  },
  {
    prefix: 'container.seccomp.security.alpha.kubernetes.io/',
    problem: 'a seccomp profile stands in securityContext.seccompProfile; write it there',
  },
];

function isInt32(text: string): boolean {
  return /^[+-]?\d{1,10}$/.test(text) && Math.abs(Number(text)) < 2 ** 31;
}
