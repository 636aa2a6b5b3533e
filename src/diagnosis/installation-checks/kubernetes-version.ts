import { failure, ok, warning } from '../diagnosis.ts';
import { isKnown } from '../fact.ts';
import { type InstallationCheck, unread } from '../installation-check.ts';

/** https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#matching-requests-matchconditions */
export const kubernetesVersion: InstallationCheck = {
  name: 'kubernetes-version',
  category: 'kubernetes',
  title: 'the API server has match conditions and native sidecars',
  judge: ({ server }) => {
    if (!isKnown(server)) return unread('version of the API server', server);
    const { major, minor, text } = server.value;
    const isBefore = (least: number) => major < 1 || (major === 1 && minor < least);
    if (isBefore(28)) {
      return failure(
        'server-too-old',
        `the API server is ${text}, which has no matchConditions: failurePolicy Fail would hold for every pod`,
        'use Kubernetes 1.28 or later, better 1.30',
      );
    }
    if (isBefore(29)) {
      return warning(
        'server-too-old',
        `the API server is ${text}, which has no native sidecars, so the classic ones are put in`,
        'use Kubernetes 1.29 or later, better 1.30',
      );
    }
    return ok();
  },
};
