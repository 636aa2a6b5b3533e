import { failure, ok } from '../diagnosis.ts';
import { isKnown, unknown } from '../fact.ts';
import { inFewWords } from '../in-few-words.ts';
import type { Right } from '../installation.ts';
import { type InstallationCheck, unread } from '../installation-check.ts';

export const rightsToInstall: InstallationCheck = {
  name: 'rights-to-install',
  category: 'rights',
  title: 'you may apply the manifests',
  judge: ({ preparation }) => {
    const missingRights = preparation?.missingRights ?? unknown('nobody has asked');
    if (!isKnown(missingRights)) return unread('your rights', missingRights);
    if (missingRights.value.length === 0) return ok();
    return failure(
      'right-missing',
      `you may not ${inFewWords(missingRights.value.map(inWords), 'or')}`,
      'ask with an account that may, such as one of cluster-admin',
    );
  },
};

/** As in `create mutatingwebhookconfigurations.admissionregistration.k8s.io`. */
function inWords({ verb, group, resource, namespace, name }: Right): string {
  const what = group === '' ? resource : `${resource}.${group}`;
  const which = name === undefined ? '' : ` "${name}"`;
  return `${verb} ${what}${which}${namespace === undefined ? '' : ` in namespace ${namespace}`}`;
}
